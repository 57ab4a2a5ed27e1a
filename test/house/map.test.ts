import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { describe, expect, it } from 'vitest';
import { makeGuardedFolder } from '../../sandbox/guarded-folder.ts';
import { type JobKind, type JobOf, queueOf } from '../../src/domain/job.ts';

const root = join(import.meta.dirname, '../..');
const map = readFileSync(join(root, 'src/README.md'), 'utf8');
const listed = [...map.matchAll(/^\| `([^`]+)` \|/gm)].map((match) => match[1] ?? '');

describe('the map in src/README.md', () => {
  it('names every folder and every file at the top of src', () => {
    const named = listed.filter((path) => path.endsWith('/') || path.endsWith('.ts'));
    expect(named.toSorted()).toEqual(placesIn(join(root, 'src')));
  });

  it('misses a folder that nobody named', async () => {
    const folder = await makeGuardedFolder('map');
    mkdirSync(join(folder.path, 'plan/newcomer'), { recursive: true });
    for (const file of ['README.md', 'main.ts', 'plan/of-no-concern.ts']) writeFileSync(join(folder.path, file), '');
    expect(placesIn(folder.path)).toEqual(['main.ts', 'plan/', 'plan/newcomer/']);
    await folder.remove();
  });

  it('names every job, with the queue it waits in', () => {
    const rows = [...map.matchAll(/^\| `([a-z-]+)` \| `([A-Za-z-]+)`, /gm)].map(
      ([, kind, queue]) => `${kind} ${queue}`,
    );
    const built = Object.entries(samples).map(([kind, job]) => `${kind} ${queueOf(job)}`);
    expect(rows.toSorted()).toEqual(built.toSorted());
    for (const kind of Object.keys(samples)) expect(existsSync(join(root, 'src/jobs', `${kind}.ts`)), kind).toBe(true);
  });

  it('explains each word of the glossary once, and only words that the code uses', () => {
    const words = [...map.matchAll(/^\| \*\*([^*]+)\*\* \|/gm)].map((match) => match[1] ?? '');
    expect(words.length).toBeGreaterThan(20);
    expect(words.filter((word, index) => words.indexOf(word) !== index || !isUsed(word))).toEqual([]);
    expect(isUsed('fhqwhgads')).toBe(false);
  });
});

describe('a name', () => {
  it('says what is there: none says that it is anything', () => {
    expect(
      ['domain/utils.ts', 'jobs/plan-helpers.ts', 'plan/data/a.ts', 'plan/index.ts'].filter(saysNothing),
    ).toHaveLength(4);
    const all = ['src', 'sandbox', 'test', 'bench'].flatMap((top) =>
      readdirSync(join(root, top), { recursive: true, encoding: 'utf8' }).map((name) => join(top, name)),
    );
    expect(all.length).toBeGreaterThan(500);
    expect(all.filter((name) => !name.startsWith('test/fixtures') && saysNothing(name))).toEqual([]);
  });
});

/** Folders, with a slash at the end, and files at the top: in order. */
function placesIn(folder: string): readonly string[] {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isDirectory() || entry.parentPath === folder)
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)) + (entry.isDirectory() ? '/' : ''))
    .filter((name) => name !== 'README.md')
    .toSorted();
}

function saysNothing(name: string): boolean {
  return /(?:^|[/-])(?:utils?|helpers?|common|managers?|services?|data|info|misc|index)(?:[./]|$)/.test(name);
}

const code = readdirSync(join(root, 'src'), { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
  .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'utf8'))
  .join('\n');

/** As a word of its own, or as one of a longer name: `LedgerKey`, `withOrphaned`. */
function isUsed(word: string): boolean {
  const name = word[0]?.toUpperCase() + word.slice(1);
  return new RegExp(`\\b${word}(?![a-z])|[a-z]${name}(?![a-z])|\\b${name}(?![a-z])`).test(code);
}

const repository = { id: 1, owner: 'acme', name: 'shop', installation: 1 };
const pull = { repository, number: 1 };
const environment = { repository, environment: 'staging' };
const inCluster = { ...environment, cluster: 'CLUSTER' };
const convergence = { kind: 'converge-environment', ...inCluster } as const;

/** One job of each kind: a new kind does not compile until it is here. */
const samples: { readonly [K in JobKind]: JobOf<K> } = {
  'inspect-pull-request': { kind: 'inspect-pull-request', ...pull },
  'inspect-merge-group': { kind: 'inspect-merge-group', repository, branch: 'gh-readonly-queue/main/pr-1' },
  'present-merge-group': { kind: 'present-merge-group', repository, branch: 'gh-readonly-queue/main/pr-1' },
  'inspect-head': { kind: 'inspect-head', repository, head: '1'.repeat(40) },
  'present-pull-request': { kind: 'present-pull-request', ...pull },
  'fan-out-push': { kind: 'fan-out-push', repository, branch: 'main', asked: 'push', before: null },
  'render-environment': {
    kind: 'render-environment',
    ...environment,
    commit: '1'.repeat(40),
    path: 'deploy',
    chart: null,
    rendering: '2'.repeat(40),
    afterwards: convergence,
  },
  'run-command': { kind: 'run-command', ...pull, comment: 1, written: '' },
  'press-confirm': { kind: 'press-confirm', ...pull, digest: '3f9a1c', by: 'grace' },
  'report-release': { kind: 'report-release', ...environment },
  'sweep-installations': { kind: 'sweep-installations' },
  sweep: { kind: 'sweep', installation: 1 },
  'sweep-repository': { kind: 'sweep-repository', repository },
  'predict-environment': { kind: 'predict-environment', ...inCluster, number: 1 },
  'converge-environment': convergence,
  'observe-environment': { kind: 'observe-environment', ...inCluster },
  'tell-cluster-facts': {
    kind: 'tell-cluster-facts',
    cluster: 'CLUSTER',
    afterwards: { kind: 'inspect-pull-request', ...pull },
  },
};
