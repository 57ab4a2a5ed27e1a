import { expect, test } from 'vitest';
import type { FaultyRequest } from '../../../sandbox/forge/faults.ts';
import { openCommandLine } from './command-line.ts';
import { openPull, openShop, type Shop } from './shop.ts';

const isComment = ({ method, path }: FaultyRequest) => method === 'POST' && path.endsWith('/comments');

test('a request fails before it has any effect', async () => {
  await using shop = await openShop();
  await openPull(shop);
  const fault = shop.forge.faults.place({ matches: isComment, when: 'before', harm: { kind: 'status', status: 502 } });
  expect((await comment(shop)).status).toBe(502);
  expect(fault.used()).toBe(1);
  expect(shop.forge.state.comments.all()).toHaveLength(0);
  expect((await comment(shop)).status).toBe(201);
});

test('a request fails after its effect: the client does not know', async () => {
  await using shop = await openShop();
  await openPull(shop);
  shop.forge.faults.place({ matches: isComment, when: 'after', harm: { kind: 'status', status: 502 } });
  expect((await comment(shop)).status).toBe(502);
  expect(shop.forge.state.comments.all()).toHaveLength(1);
});

test('a connection is reset, before or after', async () => {
  await using shop = await openShop();
  await openPull(shop);
  for (const when of ['before', 'after'] as const) {
    shop.forge.faults.place({ matches: isComment, when, harm: { kind: 'reset' } });
    await expect(comment(shop)).rejects.toThrow('fetch failed');
  }
  expect(shop.forge.state.comments.all()).toHaveLength(1);
  expect(shop.forge.requests.slice(-2)).toMatchObject([{ status: 0 }, { status: 0 }]);
});

test('limits are told in the headers that GitHub tells them in', async () => {
  await using shop = await openShop();
  await openPull(shop);
  const { faults } = shop.forge;
  faults.place({
    matches: isComment,
    when: 'before',
    harm: { kind: 'secondary-limit', status: 403, retryAfterSeconds: 7 },
  });
  const secondary = await comment(shop);
  expect([secondary.status, secondary.headers.get('retry-after')]).toEqual([403, '7']);
  faults.place({ matches: isComment, when: 'before', harm: { kind: 'rate-limit', resetSeconds: 60 } });
  const primary = await comment(shop);
  expect([primary.status, primary.headers.get('x-ratelimit-remaining')]).toEqual([403, '0']);
});

test('an answer comes late, or only when the test lets it', async () => {
  await using shop = await openShop();
  await openPull(shop);
  shop.forge.faults.place({ matches: isComment, when: 'after', harm: { kind: 'latency', ms: 120 } });
  const started = performance.now();
  expect((await comment(shop)).status).toBe(201);
  expect(performance.now() - started).toBeGreaterThan(110);
  const { promise, resolve } = Promise.withResolvers<void>();
  shop.forge.faults.place({ matches: isComment, when: 'before', harm: { kind: 'wait', until: promise } });
  const waiting = comment(shop);
  expect(shop.forge.state.comments.all()).toHaveLength(1);
  resolve();
  expect((await waiting).status).toBe(201);
});

test('faults hit as often as they are told, until they are taken away, and git as well', async () => {
  await using shop = await openShop();
  await openPull(shop);
  await using line = await openCommandLine();
  const { faults } = shop.forge;
  faults.place({ matches: isComment, when: 'before', harm: { kind: 'status', status: 500 }, times: 2 });
  const statuses = [await comment(shop), await comment(shop), await comment(shop)].map(({ status }) => status);
  expect(statuses).toEqual([500, 500, 201]);
  faults.place({
    matches: ({ kind }) => kind === 'git',
    when: 'before',
    harm: { kind: 'status', status: 503 },
    times: 9,
  });
  const clone = `git clone -q http://bob:user-bob@${new URL(shop.forge.url).host}/acme/shop.git`;
  await expect(line.run(clone)).rejects.toThrow(/503/);
  faults.clear();
  await line.run(clone);
});

function comment(shop: Shop): Promise<Response> {
  return fetch(`${shop.forge.apiUrl}/repos/acme/shop/issues/1/comments`, {
    method: 'POST',
    headers: { authorization: 'Bearer user-bob' },
    body: JSON.stringify({ body: 'hello' }),
  });
}
