import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createGit, type OpenGit } from '../../../src/adapters/git/create-git.ts';
import type { GitCredentials } from '../../../src/adapters/git/mirror.ts';
import type { Failure } from '../../../src/domain/failure.ts';
import type { Logger } from '../../../src/ports/logger.ts';
import { acmeShop as shop } from '../../acme-shop.ts';
import { eventually } from '../../eventually.ts';
import { type GitServer, startGitServer } from './git-server.ts';

const missing = '0123456789012345678901234567890123456789';

let server: GitServer;
let folder: string;
let git: OpenGit;
let warnings: string[];

beforeAll(async () => {
  server = await startGitServer();
  server.commit({ branch: 'main', files: { 'README.md': 'shop\n', 'deploy/web.yaml': 'a: 1\n' } });
});
afterAll(() => server.close());

beforeEach(() => {
  server.failWith = null;
  folder = mkdtempSync(path.join(os.tmpdir(), 'fairlead-git-'));
  warnings = [];
  git = newGit();
  return () => rmSync(folder, { recursive: true, force: true });
});

function newGit(
  credentials: () => GitCredentials | Promise<GitCredentials> = () => server,
  PATH = process.env['PATH'] ?? '',
): OpenGit {
  const log: Logger = {
    debug: () => undefined,
    info: () => undefined,
    warn: (message) => void warnings.push(message),
    error: () => undefined,
    child: () => log,
  };
  return createGit({
    folder,
    environment: { PATH },
    credentials: async () => credentials(),
    log,
  });
}

async function mainTree(): Promise<string> {
  return git.tree(shop, (await git.tip(shop, 'main')) ?? '');
}

describe('the tip of a branch', () => {
  it('is what the remote says now', async () => {
    const first = await git.tip(shop, 'main');
    const second = server.commit({ branch: 'main', files: { 'README.md': 'second\n' } });
    expect(await git.tip(shop, 'main')).toBe(second);
    expect(first).not.toBe(second);
  });

  it('follows a branch that was forced to another history', async () => {
    server.commit({ branch: 'forced', from: 'main', files: { a: '1' } });
    await git.tip(shop, 'forced');
    const other = server.commit({ branch: 'forced', from: 'none', files: { b: '1' } });
    expect(await git.tip(shop, 'forced')).toBe(other);
  });

  it('is null for a branch that is not there, or that git would not accept', async () => {
    for (const name of ['gone', '', '*', 'a:b', '../main', 'main..main', '-x y', 'main.lock']) {
      expect(await git.tip(shop, name), name).toBeNull();
    }
  });

  it('is found after a branch made place for one below it', async () => {
    server.commit({ branch: 'topic', from: 'main', files: { a: '1' } });
    await git.tip(shop, 'topic');
    server.git('update-ref', '-d', 'refs/heads/topic');
    const below = server.commit({ branch: 'topic/a', from: 'main', files: { a: '2' } });
    expect(await git.tip(shop, 'topic')).toBeNull();
    expect(await git.tip(shop, 'topic/a')).toBe(below);
  });

  it('is fetched once for many who ask while another fetch runs', async () => {
    await git.tip(shop, 'main');
    const before = server.requests.filter((url) => url.includes('info/refs')).length;
    const tips = await Promise.all(Array.from({ length: 10 }, () => git.tip(shop, 'main')));
    expect(new Set(tips).size).toBe(1);
    // One that had begun, and one for all who waited.
    expect(server.requests.filter((url) => url.includes('info/refs')).length - before).toBeLessThanOrEqual(2);
  });
});

describe('a single commit', () => {
  it('is fetched by its id, also where only a pull request of a fork holds it', async () => {
    const head = server.commit({ branch: 'fork-work', from: 'main', files: { 'fork.txt': 'x' } });
    server.git('update-ref', 'refs/pull/3/head', head);
    server.git('update-ref', '-d', 'refs/heads/fork-work');
    expect(await git.fetchCommit(shop, head)).toBe(head);
    expect(await git.readFile(shop, await git.tree(shop, head), 'fork.txt')).toEqual({ kind: 'file', text: 'x' });
  });

  it('that is here already costs no request', async () => {
    const tip = (await git.tip(shop, 'main')) ?? '';
    const before = server.requests.length;
    expect(await git.fetchCommit(shop, tip)).toBe(tip);
    expect(server.requests.length).toBe(before);
  });

  it('is null where the remote has none', async () => {
    expect(await git.fetchCommit(shop, missing)).toBeNull();
  });

  it('that is a tree is no commit', async () => {
    expect(await git.fetchCommit(shop, await mainTree())).toBeNull();
  });

  it('that is no id at all never reaches git', async () => {
    await expect(git.fetchCommit(shop, '--upload-pack=touch /tmp/x')).rejects.toMatchObject({ code: 'git-failed' });
    await expect(git.merge(shop, '--help', missing)).rejects.toMatchObject({ code: 'git-failed' });
    await expect(git.entries(shop, '--help', '')).rejects.toMatchObject({ code: 'git-failed' });
  });
});

describe('merging', () => {
  it('gives the tree of head and base together', async () => {
    const head = server.commit({ branch: 'clean', from: 'main', files: { 'deploy/api.yaml': 'b: 1\n' } });
    const base = server.commit({ branch: 'main', files: { 'other.txt': 'x' } });
    await Promise.all([git.fetchCommit(shop, head), git.fetchCommit(shop, base)]);
    const merged = await git.merge(shop, base, head);
    if (merged.kind !== 'merged') throw new Error('conflict');
    const paths = (await git.entries(shop, merged.tree, ''))?.map((entry) => entry.path);
    expect(paths).toEqual(expect.arrayContaining(['deploy/api.yaml', 'deploy/web.yaml', 'other.txt']));
  });

  it('names the files that conflict, whatever their names', async () => {
    const name = 'deploy/ümläut "x"\n.yaml';
    const head = server.commit({ branch: 'left', from: 'main', files: { 'README.md': 'left\n', [name]: 'left\n' } });
    const base = server.commit({ branch: 'right', from: 'main', files: { 'README.md': 'right\n', [name]: 'right\n' } });
    await Promise.all([git.fetchCommit(shop, head), git.fetchCommit(shop, base)]);
    expect(await git.merge(shop, base, head)).toEqual({ kind: 'conflict', files: ['README.md', name] });
  });

  it('of histories that have nothing in common is a conflict', async () => {
    const head = server.commit({ branch: 'orphan', from: 'none', files: { 'README.md': 'x' } });
    const base = server.git('rev-parse', 'refs/heads/main');
    expect(await git.merge(shop, base, head)).toEqual({ kind: 'conflict', files: [] });
  });

  it('of a head that is gone fails, and is not worth trying again', async () => {
    const base = server.git('rev-parse', 'refs/heads/main');
    await expect(git.merge(shop, base, missing)).rejects.toMatchObject({ code: 'git-failed', retryable: false });
  });
});

describe('history', () => {
  it('goes back along first parents, and knows who descends from whom', async () => {
    const older = server.git('rev-parse', 'refs/heads/main');
    const newer = server.commit({ branch: 'main', files: { 'n.txt': '1' } });
    await git.tip(shop, 'main');
    expect(await git.history(shop, newer, 2)).toEqual([newer, older]);
    expect(await git.isAncestor(shop, older, newer)).toBe(true);
    expect(await git.isAncestor(shop, newer, older)).toBe(false);
  });
});

describe('a tree', () => {
  it('lists and reads files without a working tree', async () => {
    const tree = await mainTree();
    const entries = (await git.entries(shop, tree, 'deploy')) ?? [];
    expect(entries.map((entry) => [entry.path, entry.kind])).toEqual([['deploy/web.yaml', 'file']]);
    const ids = entries.map((entry) => entry.id);
    expect(await git.blobs(shop, [...ids, ...ids], 100)).toEqual([Buffer.from('a: 1\n'), Buffer.from('a: 1\n')]);
    expect(await git.blobs(shop, ids, 4)).toBe('too-large');
    expect(await git.blobs(shop, [], 4)).toEqual([]);
  });

  it('says nothing is at a path that is not there', async () => {
    expect(await git.entries(shop, await mainTree(), 'nowhere')).toBeNull();
    expect(await git.readFile(shop, await mainTree(), 'nowhere/at/all')).toEqual({ kind: 'absent' });
  });

  it('takes a pattern for a name', async () => {
    expect(await git.entries(shop, await mainTree(), 'depl*')).toBeNull();
    expect(await git.entries(shop, await mainTree(), ':(glob)**')).toBeNull();
  });

  it('gives binary content as it is', async () => {
    const bytes = Uint8Array.from([0, 255, 10, 13, 0, 10]);
    const commit = server.commit({ branch: 'binary', from: 'main', files: { 'x.bin': bytes, empty: '' } });
    await git.fetchCommit(shop, commit);
    const entries = (await git.entries(shop, await git.tree(shop, commit), '')) ?? [];
    const ids = ['x.bin', 'empty'].map((name) => entries.find((entry) => entry.path === name)?.id ?? '');
    expect(await git.blobs(shop, ids, 100)).toEqual([Buffer.from(bytes), Buffer.alloc(0)]);
  });

  it('names symlinks and submodules, which are no files', async () => {
    const main = server.git('rev-parse', 'refs/heads/main');
    const link = server.git('rev-parse', 'refs/heads/main:README.md');
    const tree = server.git('rev-parse', 'refs/heads/main^{tree}');
    expect(tree).toMatch(/^[0-9a-f]{40}$/);
    const index = path.join(folder, 'index');
    const environment = `GIT_INDEX_FILE=${index}`;
    const odd = server.git(
      '-c',
      `alias.odd=!${environment} git update-index --add --cacheinfo 120000,${link},link --cacheinfo 160000,${main},sub && ${environment} git write-tree`,
      'odd',
    );
    const commit = server.git('commit-tree', odd, '-p', main, '-m', 'odd');
    server.git('update-ref', 'refs/heads/odd', commit);
    await git.fetchCommit(shop, commit);
    expect(await git.entries(shop, odd, '')).toMatchObject([
      { path: 'link', kind: 'symlink' },
      { path: 'sub', kind: 'submodule' },
    ]);
    for (const [name, kind] of [
      ['link', 'symlink'],
      ['sub', 'submodule'],
    ] as const) {
      expect(await git.readFile(shop, odd, name)).toEqual({ kind: 'refused', why: `is a ${kind}, not a file` });
    }
  });

  it('refuses a file over 1 MiB', async () => {
    const commit = server.commit({ branch: 'large', from: 'main', files: { large: 'x'.repeat(1024 * 1024 + 1) } });
    await git.fetchCommit(shop, commit);
    const read = await git.readFile(shop, await git.tree(shop, commit), 'large');
    expect(read).toEqual({ kind: 'refused', why: 'is larger than 1 MiB' });
  });

  it('ignores attributes: what is marked export-ignore is there', async () => {
    const files = { '.gitattributes': '* export-ignore text eol=crlf\n', 'a.yaml': 'a: 1\n' };
    const commit = server.commit({ branch: 'attributes', from: 'none', files });
    await git.fetchCommit(shop, commit);
    expect(await git.readFile(shop, await git.tree(shop, commit), 'a.yaml')).toEqual({ kind: 'file', text: 'a: 1\n' });
  });
});

describe('trouble', () => {
  it.each([500, 502, 429])('of the forge (%i) may be tried again', async (status) => {
    server.failWith = status;
    await expect(git.tip(shop, 'main')).rejects.toMatchObject({ code: 'git-failed', retryable: true });
  });

  it.each([403, 404])('that is a refusal (%i) is not', async (status) => {
    server.failWith = status;
    await expect(git.tip(shop, 'main')).rejects.toMatchObject({ code: 'git-failed', retryable: false });
  });

  it('of the network may be tried again', async () => {
    git = newGit(() => ({ url: 'http://127.0.0.1:9/acme/shop.git', authorization: 'x' }));
    await expect(git.tip(shop, 'main')).rejects.toMatchObject({ code: 'git-failed', retryable: true });
  });

  it('is what a redirect is: the token goes to nobody else', async () => {
    const got: (string | undefined)[] = [];
    const elsewhere = http.createServer((request, response) => {
      got.push(request.url);
      response.writeHead(404).end();
    });
    const redirect = http.createServer((request, response) => {
      response.writeHead(301, { location: `${origin(elsewhere)}${request.url}` }).end();
    });
    for (const listening of [elsewhere, redirect]) {
      await new Promise<void>((resolve) => listening.listen(0, '127.0.0.1', resolve));
    }
    git = newGit(() => ({ url: `${origin(redirect)}/acme/shop.git`, authorization: server.authorization }));
    await expect(git.tip(shop, 'main')).rejects.toMatchObject({ code: 'git-failed', retryable: false });
    expect(got).toEqual([]);
    for (const listening of [elsewhere, redirect]) listening.close();
  });

  it('with a token ends at once and does not ask a person', async () => {
    git = newGit(() => ({ url: server.url, authorization: 'Basic d3Jvbmc6dG9rZW4=' }));
    await expect(git.tip(shop, 'main')).rejects.toMatchObject({ code: 'git-failed' });
  });

  it.each(['file:///etc', 'ext::sh -c "touch /tmp/x"', 'ssh://git@localhost/x'])('is all that %s gets', async (url) => {
    git = newGit(() => ({ url, authorization: 'x' }));
    await expect(git.tip(shop, 'main')).rejects.toMatchObject({ code: 'git-failed' });
  });

  it('does not end the turns: the next fetch works', async () => {
    server.failWith = 500;
    await expect(git.tip(shop, 'main')).rejects.toMatchObject({ retryable: true });
    server.failWith = null;
    expect(await git.tip(shop, 'main')).not.toBeNull();
  });

  it('leaves the token nowhere on disk', async () => {
    await git.tip(shop, 'main');
    const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((file) => file.isFile());
    expect(files.length).toBeGreaterThan(0);
    for (const file of files) {
      const content = readFileSync(path.join(file.parentPath, file.name), 'latin1');
      expect(content.includes(server.authorization.slice(6)), file.name).toBe(false);
      expect(content.includes('127.0.0.1'), file.name).toBe(false);
    }
  });
});

describe('a mirror', () => {
  const mirror = (): string => path.join(folder, '7.git');

  it.each<[string, () => void]>([
    ['without its HEAD', () => rmSync(path.join(mirror(), 'HEAD'))],
    ['without its objects', () => rmSync(path.join(mirror(), 'objects'), { recursive: true })],
    ['whose objects are cut short', () => cutObjects(mirror())],
    ['whose refs are garbage', () => truncateRefs(mirror())],
    ['that is gone altogether', () => rmSync(mirror(), { recursive: true })],
  ])('%s is made again', async (_case, damage) => {
    const tip = await git.tip(shop, 'main');
    damage();
    // What is not a fetch may fail, but then it says that trying again helps.
    const outcome = await git.tree(shop, tip ?? '').catch((error: Failure) => error.retryable);
    expect([true, server.git('rev-parse', 'refs/heads/main^{tree}')]).toContain(outcome);
    expect(await git.tip(shop, 'main')).toBe(tip);
    expect(await git.readFile(shop, await git.tree(shop, tip ?? ''), 'deploy/web.yaml')).toEqual({
      kind: 'file',
      text: 'a: 1\n',
    });
  });

  it('that was cut off while it locked a ref is made again', async () => {
    await git.tip(shop, 'main');
    const head = server.commit({ branch: 'main', files: { 'lock.txt': '1' } });
    for (const name of readdirSync(path.join(mirror(), 'refs/fairlead/branches'))) {
      const lock = path.join(mirror(), 'refs/fairlead/branches', `${name}.lock`);
      writeFileSync(lock, '');
    }
    expect(await git.tip(shop, 'main')).toBe(head);
    expect(warnings).toEqual(['git mirror is broken and is made again']);
  });

  it('outlives the process, and what a crash left behind is removed', async () => {
    await git.tip(shop, 'main');
    const left = path.join(folder, '9.git.gone-1');
    writeFileSync(left, '');
    const before = statSync(path.join(mirror(), 'HEAD')).ino;
    git = newGit();
    await git.tip(shop, 'main');
    expect(statSync(path.join(mirror(), 'HEAD')).ino).toBe(before);
    expect(existsSync(left)).toBe(false);
  });

  it('fetches a commit again that it no longer has', async () => {
    const tip = (await git.tip(shop, 'main')) ?? '';
    rmSync(mirror(), { recursive: true });
    expect(await git.tree(shop, tip)).toMatch(/^[0-9a-f]{40}$/);
    expect(await git.history(shop, tip, 1)).toEqual([tip]);
  });

  it('is asked once for what does not change', async () => {
    // After its first fetch a mirror is tidied up, and after that it is asked anew.
    await git.tip(shop, 'main');
    const tip = (await git.tip(shop, 'main')) ?? '';
    const ask = async () => {
      const tree = await git.tree(shop, tip);
      return [
        tree,
        await git.entries(shop, tree, ''),
        await git.history(shop, tip, 1),
        await git.fetchCommit(shop, tip),
      ];
    };
    const first = await ask();
    // Git itself would notice.
    for (const file of objectFiles(mirror())) rmSync(file);
    expect(await ask()).toEqual(first);
  });

  it('that is made again is asked anew', async () => {
    const tip = (await git.tip(shop, 'main')) ?? '';
    await git.readFile(shop, await git.tree(shop, tip), 'deploy/web.yaml');
    rmSync(mirror(), { recursive: true });
    const entries = (await git.entries(shop, await git.tree(shop, tip), 'deploy')) ?? [];
    const blobs = await git.blobs(
      shop,
      entries.flatMap(({ id }) => [id, id]),
      1_000,
    );
    expect(blobs).toHaveLength(2);
  });

  it('is tidied up by git, or left as it is and complained about', async () => {
    git = newGit(undefined, gitThat('update-ref', 'exit 1'));
    await git.tip(shop, 'main');
    await eventually(() => warnings.length > 0);
    expect(warnings).toEqual(['git mirror could not be tidied up']);
  });

  it('that git collected the half of is asked anew', async () => {
    const commit = server.commit({ branch: 'alone', from: 'main', files: { 'alone.txt': 'alone\n' } });
    const collects = `git update-ref -d refs/fairlead/commits/${commit} && git prune --expire=now; exit 1`;
    git = newGit(undefined, gitThat('gc', collects));
    expect(await git.fetchCommit(shop, commit)).toBe(commit);
    await eventually(() => warnings.length > 0);
    expect(await git.fetchCommit(shop, commit)).toBe(commit);
    expect(objectFiles(mirror()).length, 'it was fetched again').toBeGreaterThan(0);
  });

  it('is left in peace once git is closed', async () => {
    const began = path.join(folder, 'began');
    git = newGit(undefined, gitThat('gc', `touch ${began}; while :; do touch "$GIT_DIR/$RANDOM"; done`));
    await git.tip(shop, 'main');
    await eventually(() => existsSync(began));
    await git.close();
    rmSync(mirror(), { recursive: true });
    expect(warnings).toEqual([]);
    await expect(git.tip(shop, 'main')).rejects.toMatchObject({ code: 'git-failed' });
  });

  it('waits for no credentials that do not come, once git is closed', async () => {
    git = newGit(() => new Promise<never>(() => undefined));
    const tip = git.tip(shop, 'main');
    await eventually(() => existsSync(mirror()));
    await Promise.all([git.close(), expect(tip).rejects.toMatchObject({ code: 'git-failed' })]);
  });

  it('is shared by many jobs at once', async () => {
    const heads = Array.from({ length: 8 }, (_, index) =>
      server.commit({ branch: `many-${index}`, from: 'main', files: { [`many-${index}.txt`]: String(index) } }),
    );
    const merged = await Promise.all(
      heads.map(async (head) => {
        const base = (await git.tip(shop, 'main')) ?? '';
        await git.fetchCommit(shop, head);
        return git.merge(shop, base, head);
      }),
    );
    expect(merged.map((result) => result.kind)).toEqual(heads.map(() => 'merged'));
  });
});

/** A `PATH` whose git does something else where this is its command. */
function gitThat(command: string, script: string): string {
  const bin = mkdtempSync(path.join(folder, 'bin-'));
  const real = execFileSync('sh', ['-c', 'command -v git'], { encoding: 'utf8' }).trim();
  const text = `#!/bin/bash\ngit() { ${real} "$@"; }\nif [ "$1" = ${command} ]; then ${script}; fi\nexec ${real} "$@"\n`;
  writeFileSync(path.join(bin, 'git'), text, { mode: 0o755 });
  return `${bin}:${process.env['PATH'] ?? ''}`;
}

function origin(listening: http.Server): string {
  const address = listening.address();
  return `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`;
}

function objectFiles(mirror: string): string[] {
  return readdirSync(path.join(mirror, 'objects'), { recursive: true, withFileTypes: true })
    .filter((file) => file.isFile())
    .map((file) => path.join(file.parentPath, file.name));
}

function cutObjects(mirror: string): void {
  for (const file of objectFiles(mirror)) {
    const content = readFileSync(file);
    rewrite(file, content.subarray(0, content.length >> 1));
  }
}

function truncateRefs(mirror: string): void {
  for (const name of readdirSync(path.join(mirror, 'refs/fairlead/branches'))) {
    rewrite(path.join(mirror, 'refs/fairlead/branches', name), Buffer.from('garbage'));
  }
}

// Git makes its objects read-only.
function rewrite(file: string, content: Uint8Array): void {
  rmSync(file);
  writeFileSync(file, content);
}
