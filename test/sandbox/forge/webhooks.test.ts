import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { verify } from '@octokit/webhooks-methods';
import { describe, expect, test } from 'vitest';
import { assertNoViolations } from '../../../sandbox/forge/violations.ts';
import { refused } from './refused.ts';
import { openPull, openShop, type Shop } from './shop.ts';
import { startWebhookReceiver } from './webhook-receiver.ts';

const name = 'acme/shop';

describe('a webhook', () => {
  test('is signed with the secret of the app and names its delivery, event and hook', async () => {
    await using shop = await openShop();
    await openPull(shop);
    const hook = shop.hooks.received.findLast((row) => row.event === 'pull_request');
    expect(hook?.headers).toMatchObject({
      'content-type': 'application/json',
      'user-agent': expect.stringMatching(/^GitHub-Hookshot\//),
      'x-github-delivery': expect.stringMatching(/^[0-9a-f]{8}-/),
      'x-github-event': 'pull_request',
      'x-github-hook-installation-target-id': String(shop.app.appId),
      'x-github-hook-installation-target-type': 'integration',
    });
    const signature = String(hook?.headers['x-hub-signature-256']);
    expect(await verify(shop.app.webhookSecret, hook?.raw ?? '', signature)).toBe(true);
    assertNoViolations(shop.forge);
  });

  test('goes only to apps that are installed there, subscribed, and permitted', async () => {
    await using shop = await openShop();
    const others = await startWebhookReceiver();
    const app = { permissions: { pull_requests: 'read', contents: 'read' }, webhookUrl: others.url } as const;
    const installed = await shop.forge.registerApp({ ...app, name: 'Installed', events: ['pull_request'] });
    await shop.forge.registerApp({ ...app, name: 'Elsewhere', events: ['pull_request', 'push'] });
    shop.forge.installApp(installed.appId, { account: 'acme' });
    await openPull(shop);
    await shop.forge.as('bob').comment(name, 1, 'hello');
    await shop.forge.idle();
    expect(others.names()).toEqual(['installation.created', 'pull_request.opened']);
    await others.stop();
  });

  test('that is not taken is not sent again, and the app can ask for it', async () => {
    await using shop = await openShop();
    let status = 503;
    const failing = await startWebhookReceiver(() => status);
    shop.forge.setWebhookUrl(shop.app.appId, failing.url);
    await openPull(shop);
    const { apps } = shop.appOctokit;
    const listed = await apps.listWebhookDeliveries({ per_page: 1 });
    expect(listed.data).toMatchObject([
      {
        event: 'pull_request',
        action: 'opened',
        status_code: 503,
        redelivery: false,
        installation_id: shop.installationId,
      },
    ]);
    expect(listed.headers.link).toMatch(/cursor=.*rel="next"/);
    const [first] = listed.data;
    const delivery = await apps.getWebhookDelivery({ delivery_id: first?.id ?? 0 });
    expect(delivery.data.request.payload).toMatchObject({ action: 'opened', number: 1 });
    status = 202;
    const before = failing.received.length;
    await apps.redeliverWebhookDelivery({ delivery_id: first?.id ?? 0 });
    await shop.forge.idle();
    expect(failing.received).toHaveLength(before + 1);
    expect(failing.received.at(-1)?.guid).toBe(first?.guid);
    const again = await apps.listWebhookDeliveries({ per_page: 1 });
    expect(again.data).toMatchObject([{ guid: first?.guid, redelivery: true, status: 'OK', status_code: 202 }]);
    expect((await refused(apps.getWebhookDelivery({ delivery_id: 1 }))).status).toBe(404);
    assertNoViolations(shop.forge);
    await failing.stop();
  });

  test('to nobody is a failed delivery', async () => {
    await using shop = await openShop();
    const gone = await startWebhookReceiver();
    await gone.stop();
    shop.forge.setWebhookUrl(shop.app.appId, gone.url);
    await openPull(shop);
    expect(shop.forge.webhooks.deliveries.at(-1)).toMatchObject({
      status: 'failed to connect to host',
      statusCode: 502,
    });
  });

  test('is given up when its receiver takes too long', async () => {
    await using shop = await openShop({ webhookTimeoutMs: 50 });
    const { promise, resolve } = Promise.withResolvers<void>();
    const slow = createServer((request, response) => {
      request.resume();
      void promise.then(() => response.writeHead(202).end());
    });
    await new Promise<void>((listening) => slow.listen(0, '127.0.0.1', listening));
    const { port } = slow.address() as AddressInfo;
    shop.forge.setWebhookUrl(shop.app.appId, `http://127.0.0.1:${port}/`);
    await openPull(shop);
    expect(shop.forge.webhooks.deliveries.at(-1)).toMatchObject({ status: 'timed out', responseBody: '' });
    resolve();
    await new Promise((closed) => slow.close(closed));
  });

  test('comes from whatever the app does as well, with its bot as the sender', async () => {
    await using shop = await openShop();
    await openPull(shop);
    await shop.octokit.issues.createComment({ ...shop.shop, issue_number: 1, body: 'Planned.' });
    await shop.octokit.pulls.update({ ...shop.shop, pull_number: 1, state: 'closed' });
    await shop.forge.idle();
    expect(shop.hooks.received.slice(-2)).toMatchObject([
      { event: 'issue_comment', payload: { sender: { login: 'fairlead[bot]', type: 'Bot' } } },
      { event: 'pull_request', action: 'closed', payload: { sender: { login: 'fairlead[bot]', type: 'Bot' } } },
    ]);
    assertNoViolations(shop.forge);
  });
});

describe('a test may', () => {
  const isComment = ({ event }: { readonly event: string }) => event === 'issue_comment';

  test('lose a webhook', async () => {
    await using shop = await openShop();
    await openPull(shop);
    const lost = shop.forge.webhooks.lose(isComment);
    await say(shop, ['one', 'two']);
    expect(comments(shop)).toEqual(['two']);
    expect(lost.used()).toBe(1);
  });

  test('double a webhook: the same delivery arrives twice', async () => {
    await using shop = await openShop();
    await openPull(shop);
    shop.forge.webhooks.double(isComment);
    await say(shop, ['one', 'two']);
    expect(comments(shop)).toHaveLength(3);
    expect(comments(shop)).toEqual(expect.arrayContaining(['one', 'two']));
    const [first, second] = shop.hooks.received.filter((hook) => hook.payload['comment']?.['body'] === 'one');
    expect(first?.guid).toBe(second?.guid);
  });

  test('delay a webhook', async () => {
    await using shop = await openShop();
    await openPull(shop);
    shop.forge.webhooks.delay(isComment, 200);
    await say(shop, ['one', 'two']);
    expect(comments(shop)).toEqual(['two', 'one']);
  });

  test('turn the order of webhooks round', async () => {
    await using shop = await openShop();
    await openPull(shop);
    shop.forge.webhooks.reorder(isComment, 3);
    await say(shop, ['one', 'two', 'three']);
    expect(comments(shop)).toEqual(['three', 'two', 'one']);
  });

  test('hold webhooks back for as long as it likes', async () => {
    await using shop = await openShop();
    await openPull(shop);
    const held = shop.forge.webhooks.hold(isComment);
    await say(shop, ['one', 'two']);
    expect(comments(shop)).toEqual([]);
    expect(held.held()).toHaveLength(2);
    held.release();
    await say(shop, ['three']);
    expect(comments(shop)).toHaveLength(3);
    expect(comments(shop)).toEqual(expect.arrayContaining(['one', 'two', 'three']));
  });
});

async function say(shop: Shop, bodies: readonly string[]): Promise<void> {
  for (const body of bodies) await shop.forge.as('bob').comment(name, 1, body);
  await shop.forge.idle();
}

function comments(shop: Shop): unknown[] {
  const own = shop.hooks.received.filter((hook) => hook.event === 'issue_comment');
  return own.map((hook) => hook.payload['comment']?.['body']);
}
