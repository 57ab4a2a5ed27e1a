import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import os from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { provideTools, type Tools } from '../../../../sandbox/cluster/provide-tools.ts';
import { rendererBounds } from '../../../../src/adapters/render/jail/find-jailed-program.ts';
import { type Jail, type JailBounds, runJailed } from '../../../../src/adapters/render/jail/run-jailed.ts';
import { configMap, secret } from '../../../manifest-texts.ts';
import { boundsOnly, jailHere, kernelCanJail } from './jails.ts';

// kustomize and helm are given what the walk of the closure would have refused: nothing stands before the jail here. What
// each of them does without it shows that there was something to keep it from.

let tools: Tools;
let jail: Jail;
let world: string;
/** The folder of one rendering, and of another pull request's beside it. */
let root: string;
let other: string;
let outside: Server;
let url: string;
const asked: string[] = [];

beforeAll(async () => {
  tools = await provideTools(() => undefined);
  jail = await jailHere();
  outside = createServer((request, response) => {
    asked.push(request.url ?? '');
    response.end(configMap('outside'));
  });
  await new Promise<void>((resolve) => outside.listen(0, '127.0.0.1', resolve));
  const address = outside.address();
  url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`;
}, 900_000);
afterAll(() => outside.close());

beforeEach(() => {
  world = mkdtempSync(path.join(os.tmpdir(), 'fairlead-jailed-'));
  [root, other] = [path.join(world, 'one'), path.join(world, 'other')];
  write(root, { 'a.yaml': configMap('a') });
  write(other, { 'kustomization.yaml': 'resources: [secret.yaml]\n', 'secret.yaml': secret('s', { token: marker }) });
  asked.length = 0;
});
afterEach(() => rmSync(world, { recursive: true, force: true }));

/** What nobody but the other pull request has. */
const marker = 'bm90IHlvdXJz';

function write(folder: string, files: Readonly<Record<string, string>>): void {
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    writeFileSync(path.join(folder, name), content);
  }
}

interface Ended {
  readonly failed: boolean;
  readonly said: string;
}

async function run(
  command: string,
  args: readonly string[],
  { where, at = root, bounds = rendererBounds }: { where: Jail; at?: string; bounds?: JailBounds },
): Promise<Ended> {
  // Free, helm would make folders where its home is said to be.
  const environment: Readonly<Record<string, string>> = where.kind === 'bounds' ? { HOME: world, TMPDIR: world } : {};
  const end = await runJailed({ command, environment, jail: where }, at, args, bounds);
  switch (end.kind) {
    case 'exited':
      return { failed: end.code !== 0, said: `${end.stdout.toString('utf8')}${end.stderr}` };
    case 'killed':
      return { failed: true, said: end.signal };
    case 'deadline':
    case 'output-limit':
    case 'not-started':
      return { failed: true, said: end.kind };
  }
}

const target = 'target: {version: v1, kind: ConfigMap, name: a}';
const helmChart = (repository: string) => `helmCharts: [{name: c, repo: "${repository}", version: 1.0.0}]`;
type Remote = [field: string, kustomization: (url: string) => string, free: 'asks' | 'silent'];
/** Field by field. `silent`: free, too, it asks nobody over HTTP, because git or helm would have to. */
const remote: Remote[] = [
  ['resources', (at) => `resources: ["${at}/a.yaml"]`, 'asks'],
  ['resources, of a repository', (at) => `resources: ["git::${at}/acme/base"]`, 'silent'],
  ['bases', (at) => `bases: ["${at}/base"]`, 'asks'],
  ['components', (at) => `components: ["${at}/component"]`, 'silent'],
  ['configMapGenerator files', (at) => `configMapGenerator: [{name: g, files: ["${at}/f"]}]`, 'asks'],
  ['configMapGenerator files with a key', (at) => `configMapGenerator: [{name: g, files: ["k=${at}/f"]}]`, 'asks'],
  ['configMapGenerator envs', (at) => `configMapGenerator: [{name: g, envs: ["${at}/f"]}]`, 'asks'],
  ['configMapGenerator env', (at) => `configMapGenerator: [{name: g, env: "${at}/f"}]`, 'asks'],
  ['secretGenerator files', (at) => `secretGenerator: [{name: g, files: ["k=${at}/f"]}]`, 'asks'],
  ['secretGenerator envs', (at) => `secretGenerator: [{name: g, envs: ["${at}/f"]}]`, 'asks'],
  ['patches', (at) => `patches: [{path: "${at}/p"}]`, 'asks'],
  ['patchesStrategicMerge', (at) => `patchesStrategicMerge: ["${at}/p"]`, 'asks'],
  ['patchesJson6902', (at) => `patchesJson6902: [{path: "${at}/p", ${target}}]`, 'asks'],
  ['replacements', (at) => `replacements: [{path: "${at}/r"}]`, 'asks'],
  ['openapi', (at) => `openapi: {path: "${at}/o"}`, 'asks'],
  ['crds', (at) => `crds: ["${at}/c"]`, 'asks'],
  ['configurations', (at) => `configurations: ["${at}/c"]`, 'asks'],
  ['generators', (at) => `generators: ["${at}/g"]`, 'asks'],
  ['transformers', (at) => `transformers: ["${at}/t"]`, 'asks'],
  ['validators', (at) => `validators: ["${at}/v"]`, 'asks'],
  [
    'a transformer’s own file',
    (at) => `transformers: ["{apiVersion: builtin, kind: PatchTransformer, metadata: {name: p}, path: '${at}/p'}"]`,
    'asks',
  ],
  ['helmCharts', helmChart, 'silent'],
  [
    'helmChartInflationGenerator',
    (at) => `helmChartInflationGenerator: [{chartName: c, chartRepoUrl: "${at}"}]`,
    'silent',
  ],
];

describe.skipIf(!kernelCanJail)('kustomize in the jail', () => {
  it.each(remote)('reaches nobody for %s', async (field, kustomization, free) => {
    const own = field.startsWith('resources') ? '' : 'resources: [a.yaml]\n';
    write(root, { 'kustomization.yaml': `${own}${kustomization(url)}\n` });
    expect(await run(tools.kustomize, ['build', root], { where: jail })).toMatchObject({ failed: true });
    expect(asked).toEqual([]);
    await run(tools.kustomize, ['build', root], { where: boundsOnly });
    expect(asked.length > 0).toBe(free === 'asks');
  });

  it('starts no helm, even if it is told to', async () => {
    write(root, { 'kustomization.yaml': helmChart(url) });
    const args = ['build', '--enable-helm', '--helm-command', tools.helm, root];
    expect(await run(tools.kustomize, args, { where: jail })).toMatchObject({ failed: true });
    expect(asked).toEqual([]);
    await run(tools.kustomize, args, { where: boundsOnly });
    expect(asked).not.toEqual([]);
  });

  it.each<[way: string, kustomization: () => string, judge: 'takes' | 'judged' | 'unrestricted']>([
    ['a base outside', () => 'resources: [../other]', 'takes'],
    ['a base outside, from the root of the disk', () => `resources: [${path.relative(root, '/')}${other}]`, 'takes'],
    ['a component outside', () => 'components: [../other]', 'takes'],
    ['a base that is a link', () => 'resources: [folder]', 'takes'],
    ['a file that is a link', () => 'resources: [link.yaml]', 'judged'],
    ['a file outside', () => 'resources: [../other/secret.yaml]', 'judged'],
    ['a generator’s file outside', () => 'configMapGenerator: [{name: g, files: [../other/secret.yaml]}]', 'judged'],
    ['a file outside, where it is told to judge nothing', () => 'resources: [../other/secret.yaml]', 'unrestricted'],
    ['a link, where it is told to judge nothing', () => 'resources: [link.yaml]', 'unrestricted'],
  ])('reads nothing through %s', async (_way, kustomization, judge) => {
    write(root, { 'kustomization.yaml': kustomization() });
    const kind = kustomization().startsWith('components')
      ? 'kind: Component\napiVersion: kustomize.config.k8s.io/v1alpha1\n'
      : '';
    write(other, { 'kustomization.yaml': `${kind}resources: [secret.yaml]\n` });
    symlinkSync(other, path.join(root, 'folder'));
    symlinkSync(path.join(other, 'secret.yaml'), path.join(root, 'link.yaml'));
    const args = ['build', ...(judge === 'unrestricted' ? ['--load-restrictor', 'LoadRestrictionsNone'] : []), root];
    const jailed = await run(tools.kustomize, args, { where: jail });
    expect(jailed).toMatchObject({ failed: true });
    expect(jailed.said).not.toContain(marker);
    // kustomize refuses files outside by itself; what is a folder, it takes.
    const free = await run(tools.kustomize, args, { where: boundsOnly });
    expect(free.said.includes(marker)).toBe(judge !== 'judged');
  });
});

describe.skipIf(!kernelCanJail)('two pull requests that are rendered at once', () => {
  it('read nothing of each other', async () => {
    const theirs = secret('t', { token: marker });
    write(root, { 'kustomization.yaml': 'resources: [secret.yaml, ../other]\n', 'secret.yaml': theirs });
    write(other, { 'kustomization.yaml': 'resources: [secret.yaml, ../one/own]\n' });
    write(root, { 'own/kustomization.yaml': 'resources: [secret.yaml]\n', 'own/secret.yaml': theirs });
    const both = (where: Jail) =>
      Promise.all([root, other].map((at) => run(tools.kustomize, ['build', at], { where, at })));
    for (const { failed, said } of await both(jail)) {
      expect([failed, said.includes(marker)]).toEqual([true, false]);
    }
    // Free, the second has the first's beside its own. (The first would have its own twice, which kustomize refuses.)
    expect((await both(boundsOnly)).some(({ said }) => said.split(marker).length === 3)).toBe(true);
    // Apart, each is rendered.
    write(root, { 'kustomization.yaml': 'resources: [secret.yaml]\n' });
    write(other, { 'kustomization.yaml': 'resources: [secret.yaml]\n' });
    for (const { failed, said } of await both(jail)) expect([failed, said.includes(marker)]).toEqual([false, true]);
  });
});

describe.skipIf(!kernelCanJail)('helm in the jail', () => {
  const chart = (template: string, more: Readonly<Record<string, string>> = {}): void =>
    write(root, {
      'Chart.yaml': 'apiVersion: v2\nname: c\nversion: 1.0.0\n',
      'templates/a.yaml': `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata:\n  a: ${template}\n`,
      ...more,
    });
  const helm = (where: Jail, args: readonly string[] = [root], bounds: JailBounds = rendererBounds) =>
    run(tools.helm, ['template', 'shop', ...args], { where, bounds });

  it('renders a chart', async () => {
    chart('{{ .Release.Name }}-{{ .Files.Get "file" }}', { file: 'content' });
    expect(await helm(jail)).toEqual({ failed: false, said: expect.stringContaining('a: shop-content') });
  });

  it.each([
    ['a file that is a link', '{{ .Files.Get "link.yaml" | quote }}', (): void => link('link.yaml')],
    ['a folder that is a link', '{{ .Files.Get "folder/secret.yaml" | quote }}', (): void => link('folder', other)],
    ['all files', '{{ (.Files.Glob "**").AsConfig | quote }}', (): void => link('link.yaml')],
    ['a template that is a link', 'x', (): void => link('templates/b.yaml')],
    ['values that are a link', '{{ .Values | toJson | quote }}', (): void => link('values.yaml')],
    ['a dependency that is a link', 'x', (): void => dependency()],
  ])('reads nothing through %s', async (_way, template, make) => {
    chart(template);
    make();
    const jailed = await helm(jail);
    expect(jailed).toMatchObject({ failed: true });
    expect(jailed.said).not.toContain(marker);
    expect((await helm(boundsOnly)).said).toContain(marker);
  });

  function link(name: string, to = path.join(other, 'secret.yaml')): void {
    symlinkSync(to, path.join(root, name));
  }

  function dependency(): void {
    write(other, {
      'Chart.yaml': 'apiVersion: v2\nname: d\nversion: 1.0.0\n',
      'templates/s.yaml': secret('s', { token: marker }),
    });
    mkdirSync(path.join(root, 'charts'));
    link('charts/d', other);
  }

  it('reads no values outside', async () => {
    chart('{{ .Values | toJson | quote }}');
    const args = ['-f', path.join(other, 'secret.yaml'), root];
    const jailed = await helm(jail, args);
    expect(jailed).toMatchObject({ failed: true });
    expect(jailed.said).not.toContain(marker);
    expect((await helm(boundsOnly, args)).said).toContain(marker);
  });

  it('climbs by no name, jailed or not', async () => {
    chart('{{ list (.Files.Get "../other/secret.yaml") (.Files.Get "/etc/passwd") | toJson | quote }}');
    for (const where of [jail, boundsOnly]) {
      expect(await helm(where)).toEqual({ failed: false, said: expect.stringContaining('[\\"\\",\\"\\"]') });
    }
  });

  it.each([
    ['values', () => ['-f', `${url}/values.yaml`, root]],
    ['a chart', () => [`${url}/c-1.0.0.tgz`]],
    ['a repository', () => ['c', '--repo', url]],
    ['a registry', () => [`oci://${url.slice('http://'.length)}/c`, '--version', '1.0.0', '--plain-http']],
  ])('reaches nobody for %s', async (_what, args) => {
    chart('x');
    expect(await helm(jail, args())).toMatchObject({ failed: true });
    expect(asked).toEqual([]);
    await helm(boundsOnly, args());
    expect(asked).not.toEqual([]);
  });

  it.each([
    ['memory, by a template', '{{ $x := "aaaaaaaa" }}{{ range until 40 }}{{ $x = print $x $x }}{{ end }}{{ $x }}', {}],
    ['memory, by aliases', '{{ .Values | toJson }}', { 'values.yaml': aliases() }],
    ['time', '{{ range until 100000 }}{{ range until 100000 }}{{ end }}{{ end }}', {}],
  ])('is ended when it wants too much %s', async (_what, template, files) => {
    chart(template, files);
    const bounds = { ...rendererBounds, cpuSeconds: 5, memoryBytes: 1_000_000_000 };
    const { failed, said } = await helm(jail, [root], bounds);
    expect(failed).toBe(true);
    expect(said).toMatch(/out of memory|cannot allocate|excessive aliasing|^SIG(KILL|XCPU)$/);
  });
});

function aliases(): string {
  const levels = Array.from({ length: 9 }, (_, n) => `l${n + 1}: &l${n + 1} [${`*l${n}, `.repeat(9)}]`);
  return `l0: &l0 x\n${levels.join('\n')}\n`;
}
