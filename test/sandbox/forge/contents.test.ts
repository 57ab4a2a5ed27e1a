import { describe, expect, test } from 'vitest';
import { assertNoViolations } from '../../../sandbox/forge/violations.ts';
import { openCommandLine } from './command-line.ts';
import { refused } from './refused.ts';
import { openShop, type Shop } from './shop.ts';

const name = 'acme/shop';

describe('the contents of a repository', () => {
  test('are files, folders and links, as JSON or as they are', async () => {
    await using shop = await openShop();
    await shop.forge.as('bob').pushFiles(name, {
      branch: 'main',
      files: {
        'deploy/link.yaml': { mode: '120000', content: 'web.yaml' },
        '.github/fairlead.yml': 'environments: {}\n',
      },
    });
    const { repos } = shop.octokit;
    const file = await repos.getContent({ ...shop.shop, path: '.github/fairlead.yml' });
    expect(file.data).toMatchObject({ type: 'file', encoding: 'base64', name: 'fairlead.yml', size: 17 });
    const content = 'content' in file.data ? Buffer.from(file.data.content, 'base64').toString() : '';
    expect(content).toBe('environments: {}\n');
    const raw = await repos.getContent({ ...shop.shop, path: 'deploy/web.yaml', mediaType: { format: 'raw' } });
    expect(raw.data).toBe('replicas: 1\n');
    const folder = await repos.getContent({ ...shop.shop, path: 'deploy' });
    expect(folder.data).toMatchObject([
      { type: 'symlink', path: 'deploy/link.yaml' },
      { type: 'file', path: 'deploy/web.yaml' },
    ]);
    const root = await repos.getContent({ ...shop.shop, path: '', ref: 'main' });
    expect(Array.isArray(root.data) ? root.data.map((entry) => entry.name) : []).toEqual([
      '.github',
      'README.md',
      'deploy',
    ]);
    assertNoViolations(shop.forge);
  });

  test('are missing where the path or the ref is', async () => {
    await using shop = await openShop();
    const get = (part: object) =>
      refused(shop.octokit.repos.getContent({ ...shop.shop, path: 'deploy/none', ...part }));
    expect((await get({})).status).toBe(404);
    expect((await get({ ref: 'none' })).status).toBe(404);
    assertNoViolations(shop.forge);
  });

  test('are written on a branch, and what was written meanwhile is not overwritten', async () => {
    await using shop = await openShop();
    const put = (content: string, part: object = {}) =>
      shop.octokitAs('bob').repos.createOrUpdateFileContents({
        ...shop.shop,
        path: 'notes/a.txt',
        message: 'Note',
        content: Buffer.from(content).toString('base64'),
        ...part,
      });
    const made = await put('one');
    expect(made.status).toBe(201);
    const sha = made.data.content?.sha ?? '';
    expect((await put('two', { sha })).data.content?.path).toBe('notes/a.txt');
    expect((await refused(put('three', { sha }))).status).toBe(409);
    await shop.forge.idle();
    const pushes = shop.hooks.received.filter((hook) => hook.event === 'push').map((hook) => hook.payload);
    expect(pushes).toMatchObject([
      { commits: [{ added: ['notes/a.txt'] }] },
      { commits: [{ modified: ['notes/a.txt'] }] },
    ]);
    assertNoViolations(shop.forge);
  });

  test('are trees and blobs', async () => {
    await using shop = await openShop();
    const { git } = shop.octokit;
    const flat = (await git.getTree({ ...shop.shop, tree_sha: 'main' })).data;
    expect(flat.tree.map((entry) => `${entry.type} ${entry.path}`)).toEqual(['blob README.md', 'tree deploy']);
    const deep = (await git.getTree({ ...shop.shop, tree_sha: flat.sha, recursive: '1' })).data;
    expect(deep).toMatchObject({ sha: flat.sha, truncated: false });
    const file = deep.tree.find((entry) => entry.path === 'deploy/web.yaml');
    const blob = (await git.getBlob({ ...shop.shop, file_sha: file?.sha ?? '' })).data;
    expect(Buffer.from(blob.content, 'base64').toString()).toBe('replicas: 1\n');
    assertNoViolations(shop.forge);
  });

  test('come as an archive, without what is marked export-ignore', async () => {
    await using shop = await openShop();
    await using line = await openCommandLine();
    await shop.forge
      .as('bob')
      .pushFiles(name, { branch: 'main', files: { '.gitattributes': 'deploy export-ignore\n' } });
    const address = `${shop.forge.url}/repos/acme/shop/tarball/main`;
    const listed = await line.run(`curl -sSL -H 'authorization: Bearer user-bob' ${address} | tar tz`);
    expect(listed).toContain('README.md');
    expect(listed).not.toContain('web.yaml');
  });
});

describe('commits', () => {
  test('are listed, filtered by path, and shown with what they changed', async () => {
    await using shop = await openShop();
    const sha = await shop.forge.as('bob').pushFiles(name, {
      branch: 'main',
      files: { 'deploy/web.yaml': 'replicas: 2\n' },
      message: 'Two\n\nBecause of the sale.',
    });
    const { repos } = shop.octokit;
    const list = await repos.listCommits({ ...shop.shop, path: 'deploy', per_page: 1 });
    expect(list.data).toMatchObject([
      { sha, commit: { message: 'Two\n\nBecause of the sale.' }, author: { login: 'bob' } },
    ]);
    expect(list.headers.link).toContain('rel="next"');
    const one = await repos.getCommit({ ...shop.shop, ref: 'main' });
    expect(one.data).toMatchObject({
      sha,
      stats: { additions: 1, deletions: 1, total: 2 },
      files: [{ filename: 'deploy/web.yaml', status: 'modified', patch: '@@ -1 +1 @@\n-replicas: 1\n+replicas: 2' }],
    });
    const only = await repos.getCommit({ ...shop.shop, ref: 'main', mediaType: { format: 'sha' } });
    expect(only.data).toBe(sha);
    expect((await refused(repos.getCommit({ ...shop.shop, ref: 'none' }))).status).toBe(422);
    assertNoViolations(shop.forge);
  });

  test('are compared across branches and forks', async () => {
    await using shop = await openShop();
    const bob = shop.forge.as('bob');
    await bob.pushFiles(name, { branch: 'feature/x', files: { x: '1' } });
    await bob.pushFiles(name, { branch: 'main', files: { y: '1' } });
    const compare = (basehead: string) => shop.octokit.repos.compareCommitsWithBasehead({ ...shop.shop, basehead });
    expect((await compare('main...feature/x')).data).toMatchObject({
      status: 'diverged',
      ahead_by: 1,
      behind_by: 1,
      files: [{ filename: 'x', status: 'added' }],
    });
    expect((await compare('main...main')).data).toMatchObject({ status: 'identical', total_commits: 0 });
    await shop.forge.forkRepository(name, 'carol');
    await shop.forge.as('carol').pushFiles('carol/shop', { branch: 'mine', files: { z: '1' } });
    expect((await compare('main...carol:mine')).data).toMatchObject({ status: 'ahead', files: [{ filename: 'z' }] });
    expect((await refused(compare('main...none'))).status).toBe(404);
    assertNoViolations(shop.forge);
  });

  test.for(['merge', 'squash', 'rebase'] as const)('know the pull request that brought them, by %s', async (method) => {
    await using shop = await openShop();
    const bob = shop.forge.as('bob');
    const head = await bob.pushFiles(name, { branch: 'more', files: { x: '1' } });
    await bob.openPullRequest(name, { head: 'more' });
    expect(await pullsOf(shop, head)).toEqual([[1, 'open']]);
    const merged = await bob.merge(name, 1, { method });
    expect(await pullsOf(shop, merged)).toEqual([[1, 'closed']]);
    const direct = await bob.pushFiles(name, { branch: 'main', files: { y: '1' } });
    expect(await pullsOf(shop, direct)).toEqual([]);
    assertNoViolations(shop.forge);
  });
});

describe('refs', () => {
  test('are made, moved and deleted, and each is a push', async () => {
    await using shop = await openShop();
    const { git } = shop.octokit;
    const main = (await git.getRef({ ...shop.shop, ref: 'heads/main' })).data.object.sha;
    const newer = await shop.forge.as('bob').pushFiles(name, { branch: 'main', files: { x: '1' } });
    const make = { ...shop.shop, ref: 'refs/heads/topic', sha: main };
    expect((await git.createRef(make)).data).toMatchObject({ ref: 'refs/heads/topic', object: { type: 'commit' } });
    expect((await refused(git.createRef(make))).message).toBe('Reference already exists');
    const at = { ...shop.shop, ref: 'heads/topic' };
    await git.updateRef({ ...at, sha: newer });
    expect((await refused(git.updateRef({ ...at, sha: main }))).message).toBe('Update is not a fast forward');
    await git.updateRef({ ...at, sha: main, force: true });
    await git.deleteRef(at);
    expect((await refused(git.getRef(at))).status).toBe(404);
    await shop.forge.idle();
    const pushes = shop.hooks.received.filter((hook) => hook.event === 'push').slice(1);
    expect(pushes.map((hook) => hook.payload)).toMatchObject([
      { created: true, sender: { type: 'Bot' } },
      { before: main, after: newer },
      { forced: true },
      { deleted: true },
    ]);
    assertNoViolations(shop.forge);
  });
});

async function pullsOf(shop: Shop, commit_sha: string) {
  const { data } = await shop.octokit.repos.listPullRequestsAssociatedWithCommit({ ...shop.shop, commit_sha });
  return data.map((pull) => [pull.number, pull.state]);
}
