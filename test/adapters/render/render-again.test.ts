import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createGit, type OpenGit } from '../../../src/adapters/git/create-git.ts';
import { createRenderer } from '../../../src/adapters/render/create-renderer.ts';
import type { ClusterFacts } from '../../../src/domain/cluster-facts.ts';
import type { ChartOptions, RenderingSource } from '../../../src/domain/rendering.ts';
import type { Renderer } from '../../../src/ports/renderer.ts';
import { acmeShop as repository } from '../../acme-shop.ts';
import { silentLogger } from '../../fakes/logger.ts';
import { madeInMemory } from '../../fakes/made-renderings.ts';
import { configMap } from '../../manifest-texts.ts';
import { type GitServer, startGitServer } from '../git/git-server.ts';
import { boundsOnly } from './jail/jails.ts';

type Files = Readonly<Record<string, string | null>>;

const chart: ChartOptions = { cluster: 'staging', release: 'web', namespace: 'shop', values: ['values-web.yaml'] };
const cluster: ClusterFacts = { cluster: 'staging', version: 'v1.36.3', apis: ['v1'] };

let folder: string;
let server: GitServer;
let git: OpenGit;
let made: ReturnType<typeof madeInMemory>;
beforeEach(async () => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'fairlead-again-'));
  server = await startGitServer();
  made = madeInMemory();
  // What it stands in for says one line for each of its runs.
  for (const name of ['kustomize', 'helm']) standIn(name, `printf '${configMap('a').replaceAll('\n', '\\n')}'`);
  standIn('git', `exec ${gitProgram()} "$@"`);
  const environment = { PATH: `${folder}:${process.env['PATH'] ?? ''}` };
  mkdirSync(path.join(folder, 'mirrors'));
  const credentials = () => Promise.resolve(server);
  git = createGit({ folder: path.join(folder, 'mirrors'), environment, credentials, log: silentLogger });
});
afterEach(async () => {
  await git.close();
  await server.close();
  rmSync(folder, { recursive: true, force: true });
});

describe('a kustomization', () => {
  const files = {
    'apps/web/kustomization.yaml': `resources: [../../bases/middle, own.yaml]
components: [../../components/tls]
patches: [{ path: patch.yaml }]
configMapGenerator: [{ name: settings, files: [settings.conf], envs: [settings.env] }]
generators: [generator.yaml]
`,
    'apps/web/own.yaml': configMap('own'),
    'apps/web/patch.yaml': configMap('own', { a: '1' }),
    'apps/web/settings.conf': 'a=1',
    'apps/web/settings.env': 'A=1\n',
    'apps/web/generator.yaml':
      'apiVersion: builtin\nkind: ConfigMapGenerator\nmetadata: { name: generated }\nfiles: [more.conf]\n',
    'apps/web/more.conf': 'more',
    'bases/middle/kustomization.yaml': 'resources: [../lowest]\n',
    'bases/lowest/kustomization.yaml': 'resources: [low.yaml]\n',
    'bases/lowest/low.yaml': configMap('low'),
    'components/tls/kustomization.yaml':
      'apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\nresources: [tls.yaml]\n',
    'components/tls/tls.yaml': configMap('tls'),
    'README.md': 'Read me.\n',
  } satisfies Files;

  it.each<[string, Files]>([
    ['itself', { 'apps/web/kustomization.yaml': 'resources: [own.yaml]\n' }],
    ['a manifest', { 'apps/web/own.yaml': configMap('own', { b: '2' }) }],
    ['a file of its base’s base', { 'bases/lowest/low.yaml': configMap('lower') }],
    ['its base', { 'bases/middle/kustomization.yaml': 'namePrefix: x-\nresources: [../lowest]\n' }],
    ['a component', { 'components/tls/tls.yaml': configMap('tls', { b: '2' }) }],
    ['a patch', { 'apps/web/patch.yaml': configMap('own', { a: '2' }) }],
    ['a file that a ConfigMap is generated from', { 'apps/web/settings.conf': 'a=2' }],
    ['an env file that a ConfigMap is generated from', { 'apps/web/settings.env': 'A=2\n' }],
    [
      'a generator’s configuration',
      {
        'apps/web/generator.yaml':
          'apiVersion: builtin\nkind: ConfigMapGenerator\nmetadata: { name: g }\nfiles: [own.yaml]\n',
      },
    ],
    ['a file that a generator reads', { 'apps/web/more.conf': 'even more' }],
  ])('is rendered anew where %s changes, and known again where it changes back', async (_what, change) => {
    const renderer = started();
    await rendered(renderer, await push('main', files), 'apps/web');
    await rendered(renderer, await push('main', change), 'apps/web');
    expect(runs('kustomize')).toBe(2);
    await rendered(renderer, await push('main', files), 'apps/web');
    expect(runs('kustomize')).toBe(2);
  });

  it.each<[string, Files, RegExp]>([
    [
      'a second name of a kustomization appears at its base',
      { 'bases/middle/kustomization.yml': 'resources: []\n' },
      /two kustomization files/,
    ],
    ['a file of it is taken away', { 'bases/lowest/low.yaml': null }, /no file or folder/],
    ['a chart appears beside it', { 'apps/web/Chart.yaml': 'name: a\n' }, /a chart and a kustomization/],
  ])('is not known any more where %s', async (_what, change, says) => {
    const renderer = started();
    await rendered(renderer, await push('main', files), 'apps/web');
    const tree = await push('main', change);
    expect(await renderer.known(at(tree, 'apps/web'))).toBeNull();
    expect(JSON.stringify(await renderer.render(at(tree, 'apps/web')))).toMatch(says);
  });

  it('is known where a folder is a link now, as what it leads to: refused', async () => {
    const renderer = started();
    await rendered(renderer, await push('main', files), 'apps/web');
    const link = server.git('rev-parse', 'main:README.md');
    const others = server.git('ls-tree', 'main').split('\n');
    const tree = server.makeTree([...others.filter((line) => !line.endsWith('\tbases')), `120000 blob ${link}\tbases`]);
    const commit = server.git('commit-tree', tree, '-m', 'link');
    server.git('update-ref', 'refs/heads/main', commit);
    await git.fetchCommit(repository, commit);
    expect(await renderer.known(at(tree, 'apps/web'))).toBeNull();
    expect(JSON.stringify(await renderer.render(at(tree, 'apps/web')))).toMatch(/symbolic link/);
  });

  it('is rendered anew by another kustomize, and not for what it does not look at', async () => {
    await rendered(started(), await push('main', files), 'apps/web');
    await rendered(
      started(),
      await push('main', { 'README.md': 'Again.\n', 'apps/web/not-named.yaml': 'a: 1' }),
      'apps/web',
    );
    expect(runs('kustomize')).toBe(1);
    await rendered(started('v2'), await push('main', { 'README.md': 'Once more.\n' }), 'apps/web');
    expect(runs('kustomize')).toBe(2);
  });

  it('of a hundred is the only one rendered by a push that touches it, in a handful of git processes', async () => {
    const names = Array.from({ length: 100 }, (_, index) => `env-${index}`);
    const all = Object.fromEntries(
      names.flatMap((name) => [
        [`apps/${name}/kustomization.yaml`, `resources: [../../base, own.yaml]\n`],
        [`apps/${name}/own.yaml`, configMap(name)],
      ]),
    );
    const first = { ...all, 'base/kustomization.yaml': 'resources: [a.yaml]\n', 'base/a.yaml': configMap('a') };
    const renderer = started();
    const before = await push('main', first);
    for (const name of names) await rendered(renderer, before, `apps/${name}`);
    expect(runs('kustomize')).toBe(100);

    const after = await push('main', { 'apps/env-7/own.yaml': configMap('new') });
    const asked = runs('git');
    expect(await unknown(renderer, after, names)).toEqual(['env-7']);
    await rendered(renderer, after, 'apps/env-7');
    expect(runs('kustomize')).toBe(101);
    // The tree, and two levels of files of the one.
    expect(runs('git') - asked).toBeLessThanOrEqual(4);
  }, 120_000);
});

describe('plain YAML', () => {
  it('of a thousand environments is rendered in the one that a push touches, in a handful of git processes', async () => {
    const names = Array.from({ length: 1_000 }, (_, index) => `env-${index}`);
    const files = Object.fromEntries(names.map((name) => [`apps/${name}/a.yaml`, configMap(name)]));
    const renderer = started();
    const before = await push('main', files);
    await Promise.all(names.map((name) => rendered(renderer, before, `apps/${name}`)));

    const after = await push('main', { 'apps/env-7/a.yaml': configMap('new') });
    const asked = runs('git');
    expect(await unknown(renderer, after, names)).toEqual(['env-7']);
    await rendered(renderer, after, 'apps/env-7');
    expect(runs('git') - asked).toBeLessThanOrEqual(2);
  }, 120_000);

  it.each<[string, Files]>([
    ['appears in a folder below', { 'apps/web/deep/b.yaml': configMap('b') }],
    ['is taken away', { 'apps/web/c.yaml': null }],
    ['moves', { 'apps/web/c.yaml': null, 'apps/web/d.yaml': configMap('c') }],
  ])('is rendered anew where a file %s', async (_what, change) => {
    const renderer = started();
    const files = { 'apps/web/a.yaml': configMap('a'), 'apps/web/c.yaml': configMap('c') };
    await rendered(renderer, await push('main', files), 'apps/web');
    const tree = await push('main', change);
    expect(await renderer.known(at(tree, 'apps/web'))).toBeNull();
    expect(await renderer.render(at(tree, 'apps/web'))).toEqual(await started().render(at(tree, 'apps/web')));
  });
});

describe('a chart', () => {
  const files = {
    'apps/web/Chart.yaml': 'apiVersion: v2\nname: web\nversion: 1.0.0\n',
    'apps/web/values-web.yaml': 'a: 1\n',
    'apps/web/templates/a.yaml': configMap('a'),
    'README.md': 'Read me.\n',
  };

  it.each<[string, Files]>([
    ['its values file', { 'apps/web/values-web.yaml': 'a: 2\n' }],
    ['a template', { 'apps/web/templates/a.yaml': configMap('b') }],
    ['a file that a template may read', { 'apps/web/files/motd': 'hello' }],
  ])('is rendered anew where %s changes', async (_what, change) => {
    const renderer = started();
    await rendered(renderer, await push('main', files), 'apps/web');
    const once = runs('helm');
    await rendered(renderer, await push('main', change), 'apps/web');
    expect(runs('helm')).toBe(2 * once);
  });

  it('is rendered anew for another release, namespace, cluster’s version and helm, and for nothing else', async () => {
    const tree = await push('main', files);
    await rendered(started(), tree, 'apps/web');
    const once = runs('helm');
    await rendered(started(), await push('main', { 'README.md': 'Again.\n' }), 'apps/web');
    expect(runs('helm')).toBe(once);
    await started().render({ ...at(tree, 'apps/web'), chart: { ...chart, release: 'other' } });
    await started().render({ ...at(tree, 'apps/web'), chart: { ...chart, namespace: 'other' } });
    await started('v0', { ...cluster, version: 'v1.37.0' }).render(at(tree, 'apps/web'));
    await started('v2').render(at(tree, 'apps/web'));
    expect(runs('helm')).toBe(5 * once);
  });
});

/** As after a restart: what was made is kept elsewhere. */
function started(version = 'v0', facts = cluster): Renderer {
  const program = (name: string) => ({ command: path.join(folder, name), version, environment: {}, jail: boundsOnly });
  const programs = { kustomize: program('kustomize'), helm: program('helm') };
  return createRenderer({ trees: git, made, temporary: folder, ...programs, facts: () => Promise.resolve(facts) });
}

function at(tree: string, below: string): RenderingSource {
  return { repository, tree, path: below, chart };
}

async function rendered(renderer: Renderer, tree: string, below: string): Promise<void> {
  expect(await renderer.render(at(tree, below))).toMatchObject({ kind: 'rendered' });
}

/** Which of them would have to be rendered. */
async function unknown(renderer: Renderer, tree: string, names: readonly string[]): Promise<readonly string[]> {
  const found: string[] = [];
  for (const name of names) if ((await renderer.known(at(tree, `apps/${name}`))) === null) found.push(name);
  return found;
}

async function push(branch: string, files: Files): Promise<string> {
  const commit = server.commit({ branch, files });
  await git.fetchCommit(repository, commit);
  return await git.tree(repository, commit);
}

function standIn(name: string, script: string): void {
  const file = path.join(folder, name);
  writeFileSync(`${file}.runs`, '');
  writeFileSync(file, `#!/bin/sh\necho run >> ${file}.runs\n${script}\n`);
  chmodSync(file, 0o755);
}

function runs(name: string): number {
  return readFileSync(path.join(folder, `${name}.runs`), 'utf8').split('\n').length - 1;
}

function gitProgram(): string {
  const folders = (process.env['PATH'] ?? '').split(':');
  return folders.map((one) => path.join(one, 'git')).find((file) => isThere(file)) ?? 'git';
}

function isThere(file: string): boolean {
  try {
    return readFileSync(file).length > 0;
  } catch {
    return false;
  }
}
