import { existsSync } from 'node:fs';
import { get as httpGet } from 'node:http';
import { describe, expect, test } from 'vitest';
import { operations, webhookNames } from '../../../sandbox/forge/openapi/description.ts';
import { routes } from '../../../sandbox/forge/routes/routes.ts';
import { assertNoViolations } from '../../../sandbox/forge/violations.ts';
import { openPull, openShop, type Shop } from './shop.ts';

describe('the local GitHub', () => {
  test('serves every operation of the description, and no other', () => {
    expect(Object.keys(routes).toSorted()).toEqual(operations.map((operation) => operation.key).toSorted());
    expect(operations).toHaveLength(71);
    expect(webhookNames).toHaveLength(36);
  });

  test('answers at / as github.com does and at /api/v3 as GitHub Enterprise Server does', async () => {
    await using shop = await openShop();
    for (const base of [shop.forge.url, shop.forge.apiUrl]) {
      const response = await fetch(`${base}/repos/acme/shop`, { headers: bob });
      expect(await response.json()).toMatchObject({ full_name: 'acme/shop', private: true, default_branch: 'main' });
    }
    const byId = await fetch(`${shop.forge.url}/repositories/${await idOf(shop)}/commits`, { headers: bob });
    expect(byId.status).toBe(200);
    assertNoViolations(shop.forge);
  });

  test('compares owner and name without regard to case', async () => {
    await using shop = await openShop();
    expect((await get(shop, '/repos/ACME/Shop')).status).toBe(200);
  });

  test('answers 304 to an ETag that still holds, which costs nothing', async () => {
    await using shop = await openShop();
    const first = await get(shop, '/repos/acme/shop/branches/main');
    const etag = first.headers.get('etag') ?? '';
    const again = await get(shop, '/repos/acme/shop/branches/main', { 'if-none-match': etag });
    expect([again.status, await again.text()]).toEqual([304, '']);
    expect(again.headers.get('x-ratelimit-used')).toBe(first.headers.get('x-ratelimit-used'));
    await shop.forge.as('bob').pushFiles('acme/shop', { branch: 'main', files: { x: '1' } });
    expect((await get(shop, '/repos/acme/shop/branches/main', { 'if-none-match': etag })).status).toBe(200);
  });

  test('counts requests and says what is left', async () => {
    await using shop = await openShop();
    await get(shop, '/repos/acme/shop');
    const response = await get(shop, '/repos/acme/shop');
    expect(response.headers.get('x-github-request-id')).toMatch(/^[0-9A-F]+$/);
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'x-ratelimit-limit': '5000',
      'x-ratelimit-used': '2',
      'x-ratelimit-remaining': '4998',
    });
    expect(await (await get(shop, '/rate_limit')).json()).toMatchObject({ rate: { used: 2, remaining: 4998 } });
    assertNoViolations(shop.forge);
  });

  test('remembers every request for assertions', async () => {
    await using shop = await openShop();
    await get(shop, '/api/v3/repos/acme/shop/pulls?state=all');
    expect(shop.forge.requests).toMatchObject([
      { kind: 'rest', method: 'GET', path: '/repos/acme/shop/pulls', query: 'state=all', status: 200, caller: 'bob' },
    ]);
  });

  test('leaves nothing behind when it stops', async () => {
    const shop = await openShop();
    const [repository] = shop.forge.state.repositories.all();
    await shop[Symbol.asyncDispose]();
    expect(existsSync(repository?.directory ?? '')).toBe(false);
    await expect(fetch(shop.forge.url)).rejects.toThrow('fetch failed');
  });
});

describe('a request that GitHub does not know', () => {
  test('is one that does not say who sends it', async () => {
    await using shop = await openShop();
    const { port } = new URL(shop.forge.url);
    const status = await new Promise((answered, failed) => {
      const request = httpGet({ host: '127.0.0.1', port, path: '/repos/acme/shop', headers: bob }, (response) => {
        response.resume();
        answered(response.statusCode);
      });
      request.on('error', failed);
    });
    expect(status).toBe(403);
    expect(shop.forge.takeViolations()).toMatchObject([{ errors: ['no User-Agent header'] }]);
  });

  test.for([
    ['an operation that is not in the description', 'GET', '/repos/acme/shop/stargazers', null, 404],
    ['a body that is not JSON', 'POST', '/repos/acme/shop/issues/1/comments', '{', 400],
    ['a body that is not an object', 'POST', '/repos/acme/shop/issues/1/comments', '"x"', 400],
    ['a field that is missing', 'POST', '/repos/acme/shop/issues/1/comments', '{}', 422],
    ['a field of another type', 'POST', '/repos/acme/shop/issues/1/comments', '{"body":1}', 422],
    ['a word that is none of those allowed', 'GET', '/repos/acme/shop/pulls?state=merged', null, 422],
  ] as const)('is refused and recorded: %s', async ([, method, path, body, status]) => {
    await using shop = await openShop();
    await openPull(shop);
    const response = await send(shop, method, path, body);
    expect(response.status).toBe(status);
    expect(shop.forge.takeViolations()).toMatchObject([
      { kind: 'request', method, url: path, status, outcome: 'refused' },
    ]);
  });

  test.for([
    ['an unknown query parameter', 'GET', '/repos/acme/shop/pulls?number=1', null],
    ['an unknown key', 'POST', '/repos/acme/shop/issues/1/comments', '{"body":"x","sticky":true}'],
  ] as const)('is answered, because GitHub does, and recorded: %s', async ([, method, path, body]) => {
    await using shop = await openShop();
    await openPull(shop);
    const response = await send(shop, method, path, body);
    expect(response.ok).toBe(true);
    expect(() => assertNoViolations(shop.forge)).toThrow(/unknown/);
    expect(shop.forge.takeViolations()).toMatchObject([{ kind: 'request', url: path, outcome: 'tolerated' }]);
  });
});

const bob = { authorization: 'Bearer user-bob' };

function get(shop: Shop, path: string, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(`${shop.forge.url}${path}`, { headers: { ...bob, ...headers } });
}

function send(shop: Shop, method: string, path: string, body: string | null): Promise<Response> {
  return fetch(`${shop.forge.url}${path}`, { method, headers: bob, body });
}

async function idOf(shop: Shop): Promise<number> {
  return (await shop.octokit.repos.get(shop.shop)).data.id;
}
