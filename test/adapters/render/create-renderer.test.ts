import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { provideTools } from '../../../sandbox/cluster/provide-tools.ts';
import { createRenderer } from '../../../src/adapters/render/create-renderer.ts';
import type { Jail } from '../../../src/adapters/render/jail/run-jailed.ts';
import { findKustomize } from '../../../src/adapters/render/kustomize/run-kustomize.ts';
import type { RenderingSource } from '../../../src/domain/rendering.ts';
import { acmeShop as repository } from '../../acme-shop.ts';
import { madeInMemory } from '../../fakes/made-renderings.ts';
import { configMap } from '../../manifest-texts.ts';
import { boundsOnly, jailHere } from './jail/jails.ts';
import { treesOf } from './trees.ts';

const five = ['a', 'b', 'c', 'd', 'e'];
const source = (folder: string): RenderingSource => ({ repository, tree: '1'.repeat(40), path: folder, chart: null });

const noCharts = { helm: null, facts: () => Promise.resolve(null) };

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'fairlead-renderer-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('renderings at once', () => {
  it('are two of plain YAML, the others in turn: each may take a gigabyte', async () => {
    const gate = Promise.withResolvers<void>();
    let [running, most] = [0, 0];
    const files = Object.fromEntries(five.map((name) => [`${name}/a.yaml`, configMap(name)]));
    const trees = treesOf(files, async () => {
      running += 1;
      most = Math.max(most, running);
      await gate.promise;
      running -= 1;
    });
    const renderer = createRenderer({ made: madeInMemory(), trees, kustomize: null, temporary: folder, ...noCharts });
    const all = five.map((name) => renderer.render(source(name)));
    await expect.poll(() => running).toBe(2);
    gate.resolve();
    expect((await Promise.all(all)).map(({ kind }) => kind)).toEqual(five.map(() => 'rendered'));
    expect(most).toBe(2);
  });

  it('are two of kustomize, the others in turn, and plain YAML does not wait for them', async () => {
    // A stand-in, because the real one cannot be made to wait: it says when it begins and ends, and waits for a file,
    // though not for ever: whoever asks may have died.
    const [log, gate, command] = ['log', 'gate', 'kustomize'].map((name) => path.join(folder, name)) as [
      string,
      string,
      string,
    ];
    writeFileSync(log, '');
    const script = `#!/bin/sh
echo begin >> ${log}
tries=0
while [ ! -e ${gate} ] && [ $tries -lt 1000 ]; do /bin/sleep 0.02; tries=$((tries + 1)); done
echo end >> ${log}
printf 'apiVersion: v1\\nkind: ConfigMap\\nmetadata: {name: a}\\n'
`;
    writeFileSync(command, script, { mode: 0o755 });
    const files = Object.fromEntries([
      ...five.map((name) => [`${name}/kustomization.yaml`, `resources: []\nnamePrefix: ${name}\n`]),
      ['plain/a.yaml', configMap('a')],
    ]);
    const kustomize = { command, version: 'v0', environment: {}, jail: boundsOnly };
    const renderer = createRenderer({
      made: madeInMemory(),
      trees: treesOf(files),
      kustomize,
      temporary: folder,
      ...noCharts,
    });
    const all = five.map((name) => renderer.render(source(name)));
    const lines = (): readonly string[] => readFileSync(log, 'utf8').trim().split('\n');
    await expect.poll(lines, { timeout: 60_000 }).toEqual(['begin', 'begin']);
    expect((await renderer.render(source('plain'))).kind).toBe('rendered');
    expect(lines()).toEqual(['begin', 'begin']);
    appendFileSync(gate, '');
    expect((await Promise.all(all)).map(({ kind }) => kind)).toEqual(five.map(() => 'rendered'));
    let [running, most] = [0, 0];
    for (const line of lines()) {
      running += line === 'begin' ? 1 : -1;
      most = Math.max(most, running);
    }
    expect([lines().length, most]).toEqual([10, 2]);
  });
});

describe('what a fork brings', () => {
  const files = {
    'built/kustomization.yaml': 'resources: [a.yaml]\n',
    'built/a.yaml': configMap('a'),
    'chart/Chart.yaml': 'apiVersion: v2\nname: c\nversion: 1.0.0\n',
    'chart/templates/a.yaml': configMap('a'),
    'plain/a.yaml': configMap('a'),
  };
  /** kustomize and helm in this jail; what it answers is the same for everybody. */
  const rendererIn = (jail: Jail) => {
    const command = path.join(folder, 'answers');
    writeFileSync(command, `#!/bin/sh\nprintf '${configMap('a').replaceAll('\n', '\\n')}'\n`, { mode: 0o755 });
    const program = { command, version: 'v0', environment: {}, jail };
    const trees = treesOf(files);
    return createRenderer({
      made: madeInMemory(),
      ...noCharts,
      trees,
      kustomize: program,
      helm: program,
      temporary: folder,
    });
  };

  it('is built in the jail or not at all, and plain YAML needs none', async () => {
    const unjailed = rendererIn(boundsOnly);
    const refused = await unjailed.render({ ...source('built'), fromFork: true });
    expect(refused).toMatchObject({
      kind: 'refused',
      problems: [{ file: 'built/kustomization.yaml', message: expect.stringMatching(/from a fork.*\/readyz/) }],
    });
    expect(await unjailed.render({ ...source('chart'), fromFork: true })).toMatchObject({
      kind: 'refused',
      problems: [{ file: 'chart/Chart.yaml', message: expect.stringMatching(/from a fork.*\/readyz/) }],
    });
    expect((await unjailed.render({ ...source('plain'), fromFork: true })).kind).toBe('rendered');
    // Our own branches: with what remains. And what they brought before is no way in for a fork.
    expect((await unjailed.render(source('built'))).kind).toBe('rendered');
    expect(await unjailed.render({ ...source('built'), fromFork: true })).toEqual(refused);
  });

  it('is built where there is a jail', async () => {
    const jail = await jailHere();
    if (jail.kind !== 'jail') return console.warn('SKIPPED: this kernel has no Landlock');
    const { kustomize } = await provideTools(() => undefined);
    const binary = await findKustomize({ PATH: `${path.dirname(kustomize)}:${process.env['PATH'] ?? ''}` }, jail);
    const renderer = createRenderer({
      made: madeInMemory(),
      trees: treesOf(files),
      kustomize: binary,
      temporary: folder,
      ...noCharts,
    });
    expect((await renderer.render({ ...source('built'), fromFork: true })).kind).toBe('rendered');
  });
});

describe('helm.values of the settings', () => {
  it('are said to change nothing where there is no chart', async () => {
    const trees = treesOf({ 'deploy/a.yaml': configMap('a') });
    const renderer = createRenderer({ made: madeInMemory(), trees, kustomize: null, temporary: folder, ...noCharts });
    const chart = { cluster: 'staging', release: 'a', namespace: 'a', values: [] };
    const remarksWith = async (values: readonly string[]) => {
      const result = await renderer.render({ ...source('deploy'), chart: { ...chart, values } });
      return result.kind === 'rendered' ? result.rendering.remarks : null;
    };
    expect(await remarksWith([])).toEqual([]);
    expect(await remarksWith(['production.yaml'])).toMatchObject([{ path: 'helm.values' }]);
  });
});

describe('while much is read', () => {
  it.each([
    ['in many files', false],
    ['in one file', true],
  ])('%s, everything else in the process goes on', async (_how, together) => {
    const documents = Array.from({ length: 10_000 }, (_, n) => configMap(`c-${n}`, { a: '1', b: '2', c: '3' }));
    const files = together
      ? { 'deploy/all.yaml': documents.join('---\n') }
      : Object.fromEntries(documents.map((text, n) => [`deploy/${n}.yaml`, text]));
    const renderer = createRenderer({
      made: madeInMemory(),
      trees: treesOf(files),
      kustomize: null,
      temporary: folder,
      ...noCharts,
    });
    // Nothing here waits for anything outside: without pauses of its own it would be one turn of the event loop.
    let turns = 0;
    let rendering = true;
    const turn = (): void => {
      turns += 1;
      if (rendering) setImmediate(turn);
    };
    setImmediate(turn);
    const result = await renderer.render(source('deploy'));
    rendering = false;
    expect(result.kind === 'rendered' && result.rendering.manifests.length).toBe(10_000);
    expect(turns).toBeGreaterThan(3);
  });
});
