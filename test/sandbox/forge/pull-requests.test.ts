import { describe, expect, test } from 'vitest';
import { assertNoViolations } from '../../../sandbox/forge/violations.ts';
import { openCommandLine } from './command-line.ts';
import { refused } from './refused.ts';
import { openShop, type Shop } from './shop.ts';

const name = 'acme/shop';

describe('a pull request', () => {
  test('is opened by a plain request, and the app is told', async () => {
    await using shop = await openShop();
    const head = await shop.forge
      .as('bob')
      .pushFiles(name, { branch: 'more', files: { 'deploy/web.yaml': 'replicas: 2\n' } });
    const response = await fetch(`${shop.forge.url}/repos/acme/shop/pulls`, {
      method: 'POST',
      headers: { authorization: 'Bearer user-bob' },
      body: JSON.stringify({ title: 'More', head: 'more', base: 'main', body: 'Two of them.' }),
    });
    expect(response.status).toBe(201);
    expect(response.headers.get('location')).toMatch(/\/repos\/acme\/shop\/pulls\/1$/);
    expect(await response.json()).toMatchObject({
      number: 1,
      state: 'open',
      draft: false,
      merged: false,
      head: { ref: 'more', sha: head, label: 'acme:more' },
      base: { ref: 'main' },
      commits: 1,
      additions: 1,
      deletions: 1,
      changed_files: 1,
    });
    await shop.forge.idle();
    const opened = shop.hooks.received.find((hook) => hook.event === 'pull_request');
    expect(opened?.payload).toMatchObject({
      action: 'opened',
      number: 1,
      pull_request: { title: 'More', mergeable: null },
      sender: { login: 'bob' },
      organization: { login: 'acme' },
    });
    assertNoViolations(shop.forge);
  });

  test('is refused for a branch that is not there, that has one already, or that brings nothing', async () => {
    await using shop = await openShop();
    const { pulls } = shop.octokitAs('bob');
    await shop.forge.as('bob').pushFiles(name, { branch: 'more', files: { x: '1' } });
    const open = (head: string) => refused(pulls.create({ ...shop.shop, title: 'More', head, base: 'main' }));
    expect(await open('less')).toMatchObject({ status: 422, errors: [{ field: 'head', code: 'invalid' }] });
    await pulls.create({ ...shop.shop, title: 'More', head: 'more', base: 'main' });
    expect((await open('more')).errors[0]?.message).toBe('A pull request already exists for acme:more.');
    await shop.octokitAs('bob').git.createRef({
      ...shop.shop,
      ref: 'refs/heads/same',
      sha: (await shop.octokit.repos.getBranch({ ...shop.shop, branch: 'main' })).data.commit.sha,
    });
    expect((await open('same')).errors[0]?.message).toBe('No commits between main and same');
    assertNoViolations(shop.forge);
  });

  test('says mergeable null to the first who asks after a push, then whether it is', async () => {
    await using shop = await openShop();
    const bob = shop.forge.as('bob');
    await bob.pushFiles(name, { branch: 'more', files: { x: '1' } });
    await bob.openPullRequest(name, { head: 'more' });
    expect(await mergeability(shop)).toEqual([null, 'unknown']);
    expect(await mergeability(shop)).toEqual([true, 'clean']);
    await bob.pushFiles(name, { branch: 'main', files: { x: '2' } });
    // The base has moved into a conflict; GitHub does not look again until the head is pushed.
    expect(await mergeability(shop)).toEqual([true, 'clean']);
    await bob.pushFiles(name, { branch: 'more', files: { y: '1' } });
    expect(await mergeability(shop)).toEqual([null, 'unknown']);
    expect(await mergeability(shop)).toEqual([false, 'dirty']);
    assertNoViolations(shop.forge);
  });

  test('has a test merge that is as old as its head', async () => {
    await using shop = await openShop();
    const bob = shop.forge.as('bob');
    await bob.pushFiles(name, { branch: 'more', files: { x: '1' } });
    await bob.openPullRequest(name, { head: 'more' });
    await shop.forge.idle();
    const before = await testMerge(shop);
    await bob.pushFiles(name, { branch: 'main', files: { z: '1' } });
    await shop.forge.idle();
    expect(await testMerge(shop)).toBe(before);
    await bob.pushFiles(name, { branch: 'more', files: { x: '2' } });
    await shop.forge.idle();
    expect(await testMerge(shop)).not.toBe(before);
    expect(shop.hooks.names().filter((event) => event.startsWith('pull_request'))).toEqual([
      'pull_request.opened',
      'pull_request.synchronize',
    ]);
  });

  test('gets its new head by a push or a forced one, and says what it was before', async () => {
    await using shop = await openShop();
    const bob = shop.forge.as('bob');
    const first = await bob.pushFiles(name, { branch: 'more', files: { x: '1' } });
    const { number } = await bob.openPullRequest(name, { head: 'more' });
    const second = await bob.pushFiles(name, { branch: 'more', files: { x: '2' }, force: true });
    await shop.forge.idle();
    const { data } = await shop.octokit.pulls.get({ ...shop.shop, pull_number: number });
    expect(data).toMatchObject({ head: { sha: second }, commits: 1 });
    expect(shop.hooks.received.findLast((hook) => hook.action === 'synchronize')?.payload).toMatchObject({
      before: first,
      after: second,
      pull_request: { head: { sha: second } },
    });
    assertNoViolations(shop.forge);
  });

  test('is closed and opened again by people, and closed when its branch goes', async () => {
    await using shop = await openShop();
    const bob = shop.forge.as('bob');
    await bob.pushFiles(name, { branch: 'more', files: { x: '1' } });
    const { number } = await bob.openPullRequest(name, { head: 'more' });
    await bob.close(name, number);
    await bob.reopen(name, number);
    await bob.deleteBranch(name, 'more');
    const { data } = await shop.octokit.pulls.get({ ...shop.shop, pull_number: number });
    expect(data).toMatchObject({ state: 'closed', merged: false, merged_at: null });
    await expect(bob.reopen(name, number)).rejects.toThrow(/deleted/);
    await shop.forge.idle();
    const events = shop.hooks.names().filter((event) => event.startsWith('pull_request'));
    expect(events).toEqual(['opened', 'closed', 'reopened', 'closed'].map((action) => `pull_request.${action}`));
    assertNoViolations(shop.forge);
  });

  test('is edited, given another base, and made a draft', async () => {
    await using shop = await openShop();
    const bob = shop.forge.as('bob');
    await bob.pushFiles(name, { branch: 'release', files: { r: '1' } });
    await bob.pushFiles(name, { branch: 'more', files: { x: '1' } });
    const { number } = await bob.openPullRequest(name, { head: 'more', title: 'Mroe' });
    await shop.octokitAs('bob').pulls.update({ ...shop.shop, pull_number: number, title: 'More' });
    await bob.retarget(name, number, 'release');
    await bob.setDraft(name, number, true);
    await bob.setDraft(name, number, false);
    const { data } = await shop.octokit.pulls.get({ ...shop.shop, pull_number: number });
    expect(data).toMatchObject({ title: 'More', base: { ref: 'release' }, draft: false });
    await shop.forge.idle();
    const edits = shop.hooks.received.filter((hook) => hook.action === 'edited').map((hook) => hook.payload);
    expect(edits).toMatchObject([
      { changes: { title: { from: 'Mroe' } } },
      { changes: { base: { ref: { from: 'main' } } } },
    ]);
    expect(shop.hooks.names().slice(-2)).toEqual(['pull_request.converted_to_draft', 'pull_request.ready_for_review']);
    assertNoViolations(shop.forge);
  });

  test('lists its files with their patches, and its commits', async () => {
    await using shop = await openShop();
    const bob = shop.forge.as('bob');
    await bob.pushFiles(name, {
      branch: 'more',
      files: { 'deploy/web.yaml': null, 'deploy/shop.yaml': 'replicas: 1\n', 'README.md': '# Shop\n\nOpen.\n' },
      message: 'Rename',
    });
    await bob.pushFiles(name, { branch: 'more', files: { 'a b/ü.txt': 'new\n' }, message: 'Add' });
    const { number } = await bob.openPullRequest(name, { head: 'more' });
    const files = await shop.octokit.pulls.listFiles({ ...shop.shop, pull_number: number });
    expect(files.data).toMatchObject([
      {
        filename: 'README.md',
        status: 'modified',
        additions: 2,
        deletions: 0,
        patch: '@@ -1 +1,3 @@\n # Shop\n+\n+Open.',
      },
      { filename: 'a b/ü.txt', status: 'added' },
      { filename: 'deploy/shop.yaml', status: 'renamed', previous_filename: 'deploy/web.yaml', changes: 0 },
    ]);
    const commits = await shop.octokit.pulls.listCommits({ ...shop.shop, pull_number: number });
    expect(commits.data.map((row) => [row.commit.message, row.author?.login])).toEqual([
      ['Rename', 'bob'],
      ['Add', 'bob'],
    ]);
    const diff = await shop.octokit.pulls.get({ ...shop.shop, pull_number: number, mediaType: { format: 'diff' } });
    expect(diff.data).toEqual(expect.stringContaining('rename from deploy/web.yaml'));
    assertNoViolations(shop.forge);
  });

  test('says by their addresses whose its commits are, also once it is merged', async () => {
    await using shop = await openShop();
    const bob = shop.forge.as('bob');
    const push = (path: string, by: Partial<Parameters<typeof bob.pushFiles>[1]>) =>
      bob.pushFiles(name, { branch: 'more', files: { [path]: '1' }, ...by });
    await push('own', {});
    await push('of-another', { author: 'carol' });
    await push('on-the-website', { committer: 'web-flow' });
    await push('of-nobody', { author: { name: 'Nobody', email: 'nobody@example.com' }, committer: 'carol' });
    const { number } = await bob.openPullRequest(name, { head: 'more' });
    const whose = async () => {
      const { data } = await shop.octokit.pulls.listCommits({ ...shop.shop, pull_number: number });
      return data.map(({ author, committer }) => [author?.login ?? null, committer?.login ?? null]);
    };
    const expected = [
      ['bob', 'bob'],
      ['carol', 'bob'],
      ['bob', 'web-flow'],
      [null, 'carol'],
    ];
    expect(await whose()).toEqual(expected);
    await shop.forge.as('alice').merge(name, number, { method: 'squash' });
    expect(await whose()).toEqual(expected);
    assertNoViolations(shop.forge);
  });

  test('is found by state, base and head', async () => {
    await using shop = await openShop();
    const bob = shop.forge.as('bob');
    for (const branch of ['one', 'two', 'three']) {
      await bob.pushFiles(name, { branch, files: { [branch]: '1' } });
      await bob.openPullRequest(name, { head: branch });
    }
    await bob.close(name, 2);
    const { pulls } = shop.octokit;
    const numbers = async (filter: object) =>
      (await pulls.list({ ...shop.shop, ...filter })).data.map((pull) => pull.number);
    expect(await numbers({})).toEqual([3, 1]);
    expect(await numbers({ state: 'all', direction: 'asc' })).toEqual([1, 2, 3]);
    expect(await numbers({ head: 'acme:three' })).toEqual([3]);
    expect(await numbers({ base: 'release' })).toEqual([]);
    assertNoViolations(shop.forge);
  });
});

describe('a pull request from a fork', () => {
  test('brings its commits into the repository, and check runs name no pull request', async () => {
    await using shop = await openShop();
    await using line = await openCommandLine();
    shop.forge.setRole(name, 'carol', 'read');
    const fork = await shop.forge.forkRepository(name, 'carol');
    await line.run(`
      git clone -q ${fork.cloneUrlAs('carol')} shop && cd shop
      git checkout -q -b mine && echo x > x && git add x && git commit -qm mine && git push -q origin mine`);
    const { data } = await shop
      .octokitAs('carol')
      .pulls.create({ ...shop.shop, title: 'Mine', head: 'carol:mine', base: 'main' });
    expect(data.head).toMatchObject({ label: 'carol:mine', repo: { full_name: 'carol/shop', fork: true } });
    const ref = await shop.octokit.git.getRef({ ...shop.shop, ref: 'pull/1/head' });
    expect(ref.data.object.sha).toBe(data.head.sha);
    const run = await shop.octokit.checks.create({ ...shop.shop, name: 'plan', head_sha: data.head.sha });
    expect(run.data.pull_requests).toEqual([]);
    await line.run('cd shop && echo y > y && git add y && git commit -qm more && git push -q origin mine');
    await shop.forge.idle();
    expect(shop.hooks.received.findLast((hook) => hook.action === 'created')?.payload).toMatchObject({
      check_run: { pull_requests: [], check_suite: { head_branch: null, pull_requests: [] } },
    });
    expect(shop.hooks.names()).toContain('pull_request.synchronize');
    // The fork's own pushes are not this installation's.
    expect(shop.hooks.names()).not.toContain('push');
    assertNoViolations(shop.forge);
  });
});

async function mergeability(shop: Shop) {
  const { data } = await shop.octokit.pulls.get({ ...shop.shop, pull_number: 1 });
  return [data.mergeable, data.mergeable_state];
}

async function testMerge(shop: Shop) {
  const { data } = await shop.octokit.git.getRef({ ...shop.shop, ref: 'pull/1/merge' });
  return data.object.sha;
}
