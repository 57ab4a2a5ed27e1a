import { createPrivateKey, createSign, generateKeyPairSync } from 'node:crypto';
import { createAppAuth } from '@octokit/auth-app';
import { Octokit } from '@octokit/rest';
import { describe, expect, test } from 'vitest';
import { routes } from '../../../sandbox/forge/routes/routes.ts';
import { assertNoViolations } from '../../../sandbox/forge/violations.ts';
import { refused } from './refused.ts';
import { openShop, type Shop, silent } from './shop.ts';

describe('an app', () => {
  test('is known by a JSON web token that its own key signed', async () => {
    await using shop = await openShop();
    const { data } = await shop.appOctokit.apps.getAuthenticated();
    expect(data).toMatchObject({ id: shop.app.appId, slug: 'fairlead', installations_count: 1 });
    const installation = await shop.appOctokit.apps.getRepoInstallation(shop.shop);
    expect(installation.data).toMatchObject({ id: shop.installationId, account: { login: 'acme' } });
    const { data: all } = await shop.appOctokit.apps.listInstallations();
    expect(all.map((row) => row.id)).toEqual([shop.installationId]);
    assertNoViolations(shop.forge);
  });

  test.for([
    [
      'of another key',
      { key: generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey },
      /could not be decoded/,
      1,
    ],
    ['that lives longer than ten minutes', { exp: 660 }, /too far in the future/, 1],
    ['that was issued in the future', { iat: 120, exp: 300 }, /'Issued at' claim/, 1],
    // Every client meets that one: it is not held against it.
    ['that has expired', { iat: -700, exp: -100 }, /must be a numeric value representing the future/, 0],
    ['of an app that there is not', { iss: 1 }, /'Issuer' claim/, 1],
  ] as const)('is refused a token %s', async ([, change, message, violations]) => {
    await using shop = await openShop();
    const response = await get(shop, '/app', jsonWebToken(shop, change));
    expect(response.status).toBe(401);
    expect(await response.json()).toMatchObject({ message: expect.stringMatching(message) });
    expect(shop.forge.takeViolations()).toHaveLength(violations);
  });

  test('cannot use its token where an installation token is needed', async () => {
    await using shop = await openShop();
    const response = await get(shop, '/repos/acme/shop', jsonWebToken(shop, {}));
    expect(response.status).toBe(401);
    expect(shop.forge.takeViolations()).toHaveLength(1);
  });
});

describe('an installation token', () => {
  test('reaches the repositories of the installation', async () => {
    await using shop = await openShop();
    await shop.forge.createRepository({ owner: 'acme', name: 'site', files: { a: '1' } });
    const { data } = await shop.octokit.apps.listReposAccessibleToInstallation();
    expect(data).toMatchObject({ total_count: 2, repository_selection: 'all' });
    expect(data.repositories.map((row) => row.full_name)).toEqual(['acme/shop', 'acme/site']);
    assertNoViolations(shop.forge);
  });

  test('expires', async () => {
    let now = Date.now();
    await using shop = await openShop({ now: () => new Date(now), tokenLifetimeMs: 60_000 });
    const token = await tokenOf(shop, {});
    expect((await get(shop, '/repos/acme/shop', token)).status).toBe(200);
    now += 60_001;
    expect((await get(shop, '/repos/acme/shop', token)).status).toBe(401);
    assertNoViolations(shop.forge);
  });

  test('can be revoked', async () => {
    await using shop = await openShop();
    await shop.octokit.apps.listReposAccessibleToInstallation();
    const token = await tokenOf(shop, {});
    const response = await fetch(`${shop.forge.apiUrl}/installation/token`, {
      method: 'DELETE',
      headers: { authorization: `Bearer ${token}` },
    });
    expect(response.status).toBe(204);
    expect((await get(shop, '/repos/acme/shop', token)).status).toBe(401);
  });

  test('may be narrowed to some permissions, and then does no more than they allow', async () => {
    await using shop = await openShop();
    const token = await tokenOf(shop, { permissions: { contents: 'read' } });
    expect((await get(shop, '/repos/acme/shop/commits', token)).status).toBe(200);
    const response = await get(shop, '/repos/acme/shop/pulls', token);
    expect(response.status).toBe(403);
    expect(response.headers.get('x-accepted-github-permissions')).toBe('pull_requests=read');
    expect(await response.json()).toMatchObject({ message: 'Resource not accessible by integration' });
    expect(shop.forge.takeViolations()).toMatchObject([
      { kind: 'request', method: 'GET', url: '/repos/acme/shop/pulls', status: 403, outcome: 'refused' },
    ]);
  });

  test('cannot have what the installation was not granted', async () => {
    await using shop = await openShop();
    const request = shop.appOctokit.apps.createInstallationAccessToken({
      installation_id: shop.installationId,
      permissions: { administration: 'write' },
    });
    expect(await refused(request)).toMatchObject({
      status: 422,
      message: 'The permissions requested are not granted to this installation.',
    });
    expect(shop.forge.takeViolations()).toHaveLength(1);
  });

  test('may be narrowed to some repositories, and does not see the others', async () => {
    await using shop = await openShop();
    await shop.forge.createRepository({ owner: 'acme', name: 'site', files: { a: '1' } });
    const token = await tokenOf(shop, { repositories: ['site'] });
    expect((await get(shop, '/repos/acme/site', token)).status).toBe(200);
    expect((await get(shop, '/repos/acme/shop', token)).status).toBe(404);
  });

  test('ends with the suspension of its installation', async () => {
    await using shop = await openShop();
    const token = await tokenOf(shop, {});
    shop.forge.suspendInstallation(shop.installationId, true);
    expect((await get(shop, '/repos/acme/shop', token)).status).toBe(403);
    shop.forge.suspendInstallation(shop.installationId, false);
    expect((await get(shop, '/repos/acme/shop', token)).status).toBe(200);
    await shop.forge.idle();
    expect(shop.hooks.names().slice(-2)).toEqual(['installation.suspend', 'installation.unsuspend']);
    assertNoViolations(shop.forge);
  });
});

describe('an installation', () => {
  test('of some repositories does not see the others, and its app is told when that changes', async () => {
    await using shop = await openShop();
    await shop.forge.createRepository({ owner: 'acme', name: 'site', files: { a: '1' } });
    shop.forge.setInstallationRepositories(shop.installationId, ['acme/site']);
    expect(await refused(shop.octokit.repos.get(shop.shop))).toMatchObject({ status: 404 });
    shop.forge.setInstallationRepositories(shop.installationId, ['acme/site', 'acme/shop']);
    expect((await shop.octokit.repos.get(shop.shop)).status).toBe(200);
    await shop.forge.idle();
    expect(shop.hooks.names().slice(-2)).toEqual([
      'installation_repositories.removed',
      'installation_repositories.added',
    ]);
    assertNoViolations(shop.forge);
  });

  test('ends when the app is taken off, and so do its tokens', async () => {
    await using shop = await openShop();
    const token = await tokenOf(shop, {});
    shop.forge.uninstallApp(shop.installationId);
    expect((await get(shop, '/repos/acme/shop', token)).status).toBe(401);
    expect(await refused(shop.appOctokit.apps.getRepoInstallation(shop.shop))).toMatchObject({ status: 404 });
    await shop.forge.idle();
    expect(shop.hooks.names()).toEqual(['installation.created', 'installation.deleted']);
    assertNoViolations(shop.forge);
  });

  test('cannot be of an app whose events need permissions that it does not ask for', async () => {
    await using shop = await openShop();
    const request = { name: 'Nosy', permissions: { contents: 'read' }, events: ['push', 'pull_request'] } as const;
    await expect(shop.forge.registerApp(request)).rejects.toThrow('event pull_request needs permission pull_requests');
  });
});

describe('an app without permissions', () => {
  const guarded = Object.entries(routes).flatMap(([operation, route]) =>
    route.kind === 'repository' && route.needs.app?.includes('metadata:read') === false ? [operation] : [],
  );

  test('is let into repositories only for what needs none', () => {
    expect(guarded.length).toBeGreaterThan(45);
  });

  test('is refused everything else', async () => {
    await using shop = await openShop();
    const powerless = await shop.forge.registerApp({ name: 'Powerless', permissions: {}, events: [] });
    const { installationId } = shop.forge.installApp(powerless.appId, { account: 'acme' });
    const auth = { appId: powerless.appId, privateKey: powerless.privateKey, installationId };
    const octokit = new Octokit({ baseUrl: shop.forge.apiUrl, log: silent, authStrategy: createAppAuth, auth });
    expect((await octokit.repos.get(shop.shop)).status).toBe(200);
    for (const operation of guarded) {
      // Never looked at: who may not come in is not asked what they want.
      const parameters = Object.fromEntries([...operation.matchAll(/\{(\w+)\}/g)].map(([, name]) => [name ?? '', '1']));
      const request = octokit.request(operation, { ...parameters, ...shop.shop });
      expect(await refused(request), operation).toMatchObject({
        status: 403,
        message: 'Resource not accessible by integration',
      });
    }
    expect(shop.forge.takeViolations()).toHaveLength(guarded.length);
  });
});

describe('a person', () => {
  test('has a token of their own and sees what they may see', async () => {
    await using shop = await openShop();
    expect((await get(shop, '/repos/acme/shop', 'user-bob')).status).toBe(200);
    expect((await get(shop, '/repos/acme/shop', 'user-carol')).status).toBe(404);
    expect((await get(shop, '/repos/acme/shop', 'user-nobody')).status).toBe(401);
    expect((await get(shop, '/repos/acme/shop', null)).status).toBe(404);
    assertNoViolations(shop.forge);
  });

  test('cannot make check runs', async () => {
    await using shop = await openShop();
    const request = shop.octokitAs('alice').checks.create({ ...shop.shop, name: 'plan', head_sha: '0'.repeat(40) });
    expect(await refused(request)).toMatchObject({ status: 403, message: 'You must authenticate via a GitHub App.' });
    expect(shop.forge.takeViolations()).toHaveLength(1);
  });
});

function get(shop: Shop, path: string, token: string | null): Promise<Response> {
  const headers: Record<string, string> = token === null ? {} : { authorization: `Bearer ${token}` };
  return fetch(`${shop.forge.url}${path}`, { headers });
}

async function tokenOf(
  shop: Shop,
  limits: { readonly permissions?: { readonly contents: 'read' }; readonly repositories?: string[] },
): Promise<string> {
  const request = { installation_id: shop.installationId, ...limits };
  return (await shop.appOctokit.apps.createInstallationAccessToken(request)).data.token;
}

function jsonWebToken(
  shop: Shop,
  change: {
    readonly key?: ReturnType<typeof createPrivateKey>;
    readonly exp?: number;
    readonly iat?: number;
    readonly iss?: number;
  },
): string {
  const now = Math.floor(Date.now() / 1000);
  const claims = { iat: now + (change.iat ?? -30), exp: now + (change.exp ?? 300), iss: change.iss ?? shop.app.appId };
  const encode = (part: unknown) => Buffer.from(JSON.stringify(part)).toString('base64url');
  const unsigned = `${encode({ alg: 'RS256', typ: 'JWT' })}.${encode(claims)}`;
  const key = change.key ?? createPrivateKey(shop.app.privateKey);
  return `${unsigned}.${createSign('RSA-SHA256').update(unsigned).sign(key).toString('base64url')}`;
}
