import { describe, expect, test } from 'vitest';
import { assertNoViolations } from '../../../sandbox/forge/violations.ts';
import { openCommandLine } from './command-line.ts';
import { openShop, type Shop } from './shop.ts';

describe('git over HTTP', () => {
  test('clones, and pushes what becomes a webhook with its commits', async () => {
    await using shop = await openShop();
    await using line = await openCommandLine();
    const before = await line.run(`
      git clone -q ${url(shop, 'bob')} shop && cd shop
      git rev-parse HEAD
      git checkout -q -b more
      echo 'replicas: 2' > deploy/web.yaml && git commit -qam 'Two replicas'
      git rm -q README.md && echo new > 'a file' && git add . && git commit -qm 'Tidy up'
      git push -q origin more`);
    const after = await line.run('git -C shop rev-parse more');
    await shop.forge.idle();
    const push = shop.hooks.received.find((hook) => hook.event === 'push');
    expect(push?.payload).toMatchObject({
      ref: 'refs/heads/more',
      before: '0'.repeat(40),
      after,
      created: true,
      deleted: false,
      forced: false,
      pusher: { name: 'bob' },
      sender: { login: 'bob', type: 'User' },
      installation: { id: shop.installationId },
      commits: [
        { message: 'Two replicas', modified: ['deploy/web.yaml'], author: { email: 'bob@example.com' } },
        { message: 'Tidy up', added: ['a file'], removed: ['README.md'] },
      ],
      head_commit: { id: after },
    });
    expect(before).toHaveLength(40);
    assertNoViolations(shop.forge);
  });

  test('tells a new branch, a forced one, a deleted one and a tag apart', async () => {
    await using shop = await openShop();
    await using line = await openCommandLine();
    await line.run(`
      git clone -q ${url(shop, 'bob')} shop && cd shop
      git checkout -q -b topic && git commit -q --allow-empty -m one && git push -q origin topic
      git commit -q --amend --allow-empty -m two && git push -q --force origin topic
      git push -q origin :topic
      git tag v1 && git push -q origin v1`);
    await shop.forge.idle();
    const pushes = shop.hooks.received.filter((hook) => hook.event === 'push').map((hook) => hook.payload);
    expect(pushes).toMatchObject([
      { ref: 'refs/heads/topic', created: true, forced: false, deleted: false },
      { ref: 'refs/heads/topic', created: false, forced: true, deleted: false, commits: [{ message: 'two' }] },
      { ref: 'refs/heads/topic', created: false, deleted: true, commits: [], head_commit: null },
      { ref: 'refs/tags/v1', created: true },
    ]);
    const names = shop.hooks.names().filter((name) => name === 'create' || name === 'delete');
    expect(names).toEqual(['create', 'delete', 'create']);
    assertNoViolations(shop.forge);
  });

  test('lets an installation token in as x-access-token, and shows every pull request as a ref', async () => {
    await using shop = await openShop();
    await using line = await openCommandLine();
    const head = await shop.forge.as('bob').pushFiles('acme/shop', { branch: 'more', files: { x: '1' } });
    await shop.forge.as('bob').openPullRequest('acme/shop', { head: 'more' });
    await shop.forge.idle();
    const { data } = await shop.appOctokit.apps.createInstallationAccessToken({ installation_id: shop.installationId });
    const { host } = new URL(shop.forge.url);
    const refs = await line.run(`git ls-remote http://x-access-token:${data.token}@${host}/acme/shop.git`);
    expect(refs).toContain(`${head}\trefs/pull/1/head`);
    expect(refs).toContain('refs/pull/1/merge');
    const fetched = await line.run(`
      git init -q bare && cd bare
      git fetch -q --depth 1 --filter=blob:none http://x-access-token:${data.token}@${host}/acme/shop.git ${head}
      git rev-parse FETCH_HEAD`);
    expect(fetched).toBe(head);
  });

  test.for([
    ['someone who is not there', 'user-nobody', 'clone'],
    ['nobody, for a private repository', null, 'clone'],
    ['someone without a role', 'user-carol', 'clone'],
    ['a reader who pushes', 'user-dora', 'push'],
  ] as const)('refuses %s', async ([, token, what]) => {
    await using shop = await openShop();
    await using line = await openCommandLine();
    shop.forge.createUser('dora');
    shop.forge.setRole('acme/shop', 'dora', 'read');
    const { host } = new URL(shop.forge.url);
    const target = token === null ? shop.forge.url : `http://x:${token}@${host}`;
    const clone = `git clone -q ${target}/acme/shop.git shop`;
    const steps = what === 'clone' ? ['true', clone] : [clone, 'git -C shop push -q origin HEAD:topic'];
    await line.run(steps[0] ?? '');
    await expect(line.run(steps[1] ?? '')).rejects.toThrow(/Authentication failed|could not read|not found|403/);
  });

  test('refuses a push to the refs of pull requests', async () => {
    await using shop = await openShop();
    await using line = await openCommandLine();
    const script = `git clone -q ${url(shop, 'bob')} shop; cd shop; git push -q origin HEAD:refs/pull/1/head`;
    await expect(line.run(script)).rejects.toThrow(/deny updating a hidden ref/);
  });
});

function url(shop: Shop, login: string): string {
  return `http://${login}:user-${login}@${new URL(shop.forge.url).host}/acme/shop.git`;
}
