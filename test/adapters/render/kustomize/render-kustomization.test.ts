import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { provideTools } from '../../../../sandbox/cluster/provide-tools.ts';
import type { FoundProgram } from '../../../../src/adapters/render/jail/find-jailed-program.ts';
import { findKustomize, runKustomize } from '../../../../src/adapters/render/kustomize/run-kustomize.ts';
import { manifestLine } from '../../../../src/domain/manifest-line.ts';
import type { RenderResult } from '../../../../src/domain/rendering.ts';
import { configMap, deployment, secret } from '../../../manifest-texts.ts';
import { jailHere } from '../jail/jails.ts';
import { problems, type RenderingWorld, rendered, startRenderingWorld } from '../rendering-world.ts';

const kustomization = 'deploy/kustomization.yaml';

let world: RenderingWorld;
let binary: FoundProgram;
/** Somebody on the network whom nobody should ask for anything. */
let outside: Server;
let asked = 0;
let outsideUrl: string;

beforeAll(async () => {
  const tools = await provideTools(() => undefined);
  const environment = { PATH: `${path.dirname(tools.kustomize)}:${process.env['PATH'] ?? ''}` };
  const kustomize = await findKustomize(environment, await jailHere());
  if (kustomize === null) throw new Error('no kustomize');
  binary = kustomize;
  world = await startRenderingWorld(kustomize);
  outside = createServer((_request, response) => {
    asked += 1;
    response.end(configMap('outside'));
  });
  await new Promise<void>((resolve) => outside.listen(0, '127.0.0.1', resolve));
  const address = outside.address();
  outsideUrl = `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`;
}, 900_000);

afterAll(async () => {
  outside.close();
  await world.close();
});

function names(result: RenderResult): readonly string[] {
  return rendered(result).manifests.map(({ object }) => `${object.kind}/${object.metadata.name}`);
}

function origins(result: RenderResult): readonly (readonly [string, string | undefined, number | null | undefined])[] {
  return rendered(result).manifests.map(({ object, origin }) => [object.metadata.name, origin?.file, origin?.line]);
}

describe('a kustomization', () => {
  it('is built from all it refers to, and each object knows where it came from', async () => {
    const result = await world.render({
      [kustomization]: `namePrefix: p-
resources: [web.yaml, ../base]
components: [../component]
patches:
- path: patches/image.yaml
- patch: |-
    - op: add
      path: /metadata/labels
      value: {patched: "yes"}
  target: {kind: Deployment}
patchesStrategicMerge:
- |-
  apiVersion: apps/v1
  kind: Deployment
  metadata: {name: web}
  spec: {replicas: 3}
configMapGenerator:
- name: made
  files: [config/a.txt, b=config/b.txt]
  envs: [config/c.env]
  literals: [d=4]
secretGenerator:
- name: secret
  files: [token=config/a.txt]
replacements:
- path: replacement.yaml
transformers:
- label.yaml
- |-
  apiVersion: builtin
  kind: AnnotationsTransformer
  metadata: {name: x}
  annotations: {inline: "1"}
  fieldSpecs: [{path: metadata/annotations, create: true}]
crds: [crd.json]
configurations: [configuration.yaml]
`,
      'deploy/web.yaml': `# the web server\n${configMap('settings')}---\n${deployment()}`,
      'deploy/patches/image.yaml':
        'apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec: {template: {spec: {containers: [{name: web, image: "web:2"}]}}}',
      'deploy/config/a.txt': 'a',
      'deploy/config/b.txt': 'b',
      'deploy/config/c.env': 'c=3',
      'deploy/replacement.yaml':
        '- source: {kind: ConfigMap, name: settings, fieldPath: metadata.name}\n  targets: [{select: {kind: Deployment}, fieldPaths: [metadata.annotations.settings], options: {create: true}}]',
      'deploy/label.yaml':
        'apiVersion: builtin\nkind: LabelTransformer\nmetadata: {name: l}\nlabels: {team: shop}\nfieldSpecs: [{path: metadata/labels, create: true}]',
      'deploy/crd.json': '{}',
      'deploy/configuration.yaml': 'nameReference: []',
      'base/kustomization.yml': 'resources: [cache.yaml]\ncommonAnnotations: {base: "true"}\n',
      'base/cache.yaml': configMap('cache'),
      'component/Kustomization':
        'apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\nresources: [extra.yaml]\n',
      'component/extra.yaml': configMap('extra'),
      'deploy/not-mentioned.yaml': 'kind: [',
    });
    const { renderer, manifests } = rendered(result);
    expect(renderer.kind).toBe('kustomize');
    expect(origins(result)).toEqual(
      expect.arrayContaining([
        ['p-settings', 'deploy/web.yaml', 2],
        ['p-web', 'deploy/web.yaml', 7],
        ['p-cache', 'base/cache.yaml', 1],
        ['p-extra', 'component/extra.yaml', 1],
        [expect.stringMatching(/^p-made-/), kustomization, 18],
        [expect.stringMatching(/^p-secret-/), kustomization, 23],
      ]),
    );
    expect(manifests).toHaveLength(6);
    const web = manifests.find(({ object }) => object.kind === 'Deployment')?.object;
    expect(web).toMatchObject({
      metadata: {
        labels: { patched: 'yes', team: 'shop' },
        // Where the reference is followed before or after the prefix is kustomize's business.
        annotations: { inline: '1', settings: expect.stringContaining('settings') },
      },
      spec: { replicas: 3, template: { spec: { containers: [{ image: 'web:2' }] } } },
    });
    // What we asked kustomize to write on the objects is not part of them.
    expect(JSON.stringify(manifests.map(({ object }) => object))).not.toContain('config.kubernetes.io');
  });

  it('knows the lines of what its files say, and of what it added the nearest above', async () => {
    const made = rendered(
      await world.render({
        'base/kustomization.yaml': 'resources: [web.yaml]',
        'base/web.yaml': `---\n${deployment().replace('  replicas', '  replica: 1\n  replicas')}`,
        [kustomization]: `resources: [../base]
replicas: [{name: web, count: 3}]
patches:
- patch: |-
    apiVersion: apps/v1
    kind: Deployment
    metadata: {name: web}
    spec: {template: {spec: {containers: [{name: first, image: "first:1"}, {name: web, tty: true}]}}}
`,
      }),
    );
    const [web] = made.manifests;
    const line = (...path: readonly (string | number)[]): number | null =>
      web === undefined ? null : manifestLine(web, path);
    expect(web?.origin).toEqual({ file: 'base/web.yaml', line: 2 });
    expect(line('spec', 'replica'), 'as written').toBe(7);
    expect(line('spec', 'replicas'), 'another value than is written').toBe(6);
    // The patch puts its own container before.
    const containers = ['spec', 'template', 'spec', 'containers'] as const;
    expect(line(...containers, 1, 'image'), 'an item that is found by its name').toBe(17);
    expect(line(...containers, 0, 'image'), 'an item that a patch brought').toBe(15);
  });

  it('keeps the origins that its author asked for', async () => {
    const files = {
      [kustomization]: 'resources: [a.yaml]\nbuildMetadata: [originAnnotations]\n',
      'deploy/a.yaml': configMap('a'),
    };
    const { manifests } = rendered(await world.render(files));
    expect(manifests[0]?.object.metadata.annotations).toEqual({ 'config.kubernetes.io/origin': 'path: a.yaml\n' });
  });

  it('at the root of the repository is built, too', async () => {
    const files = {
      'kustomization.yaml': 'resources: [a]',
      'a/kustomization.yaml': 'resources: [b.yaml]',
      'a/b.yaml': configMap('b'),
    };
    expect(origins(await world.render(files, ''))).toEqual([['b', 'a/b.yaml', 1]]);
  });

  it('has the id of the plain YAML that it makes', async () => {
    const made = rendered(
      await world.render({ [kustomization]: 'resources: [a.yaml]', 'deploy/a.yaml': configMap('a') }),
    );
    expect(made.id).toBe(rendered(await world.render({ 'deploy/a.yaml': configMap('a') })).id);
  });

  it('is said to be wrong in kustomize’s own words', async () => {
    const files = {
      [kustomization]: 'resources: [a.yaml]\npatches: [{path: b.yaml}]',
      'deploy/a.yaml': configMap('a'),
      'deploy/b.yaml': configMap('b'),
    };
    const result = await world.render(files);
    expect(problems(result)).toEqual([[kustomization, null, null]]);
    expect(JSON.stringify(result)).toContain('failed to find unique target for patch');
    expect(JSON.stringify(result)).not.toContain('fairlead-kustomize');
  });

  it.each([configMap('a'), secret('a')])('that is no YAML is refused where that is: %#', async (made) => {
    const files = {
      'base/kustomization.yaml': 'resources: [web.yaml]',
      'base/web.yaml': `${made}data:\n  b: 1\n   c: hunter2\n`,
      [kustomization]: 'resources: [../base]',
    };
    const result = await world.render(files);
    expect(problems(result)).toEqual([['base/web.yaml', made.split('\n').length + 2, null]]);
    expect(JSON.stringify(result)).toContain('This is not YAML');
    expect(JSON.stringify(result)).not.toContain('hunter2');
  });

  // Each of these is quoted by kustomize v5.8.
  it.each<readonly [string, Readonly<Record<string, string>>]>([
    ['a literal', { [kustomization]: 'secretGenerator: [{name: a, literals: [hunter2]}]' }],
    [
      'what a patch does not fit',
      {
        [kustomization]: 'resources: [a.yaml]\npatches: [{path: b.yaml}]',
        'deploy/a.yaml': `${secret('a')}data: [x]`,
        'deploy/b.yaml': `${secret('a')}data: {a: hunter2}`,
      },
    ],
    [
      'what a replacement does not fit',
      {
        [kustomization]:
          'resources: [a.yaml]\nreplacements: [{source: {kind: Secret, fieldPath: data.x.y}, targets: [{select: {kind: Secret}, fieldPaths: [data.a.b]}]}]',
        'deploy/a.yaml': `${secret('a')}data: {a: hunter2, x: {y: hunter2}}`,
      },
    ],
  ])('never has a Secret quoted in what is said of it: %s', async (_case, files) => {
    const result = await world.render(files);
    expect(problems(result)).toEqual([[kustomization, null, null]]);
    expect(JSON.stringify(result)).not.toContain('hunter2');
  });

  it('whose objects carry what only a cluster may say is refused where they come from', async () => {
    const files = { [kustomization]: 'resources: [a.yaml]', 'deploy/a.yaml': `---\n${configMap('a')}  uid: x\n` };
    expect(problems(await world.render(files))).toEqual([['deploy/a.yaml', 2, 'metadata.uid']]);
  });

  it('that takes too much memory is ended', async () => {
    const levels = Array.from({ length: 9 }, (_, n) => `  l${n + 1}: &l${n + 1} [${`*l${n}, `.repeat(9)}]`);
    const bomb = `${configMap('a')}x:\n  l0: &l0 x\n${levels.join('\n')}\n`;
    const result = await world.render({ [kustomization]: 'resources: [a.yaml]', 'deploy/a.yaml': bomb });
    expect(problems(result)).toEqual([[kustomization, null, null]]);
    expect(JSON.stringify(result)).toMatch(/more memory/);
  });

  it('that is made of too much is refused before anything runs', async () => {
    const names = Array.from({ length: 2_001 }, (_, n) => `f${n}.yaml`);
    const many = Object.fromEntries(names.map((name) => [`deploy/${name}`, configMap(name)]));
    const large = { 'deploy/large.bin': 'x'.repeat(33 * 1024 * 1024) };
    for (const files of [
      { ...many, [kustomization]: `resources: [${names.join(', ')}]` },
      { ...large, [kustomization]: 'configMapGenerator: [{name: a, files: [large.bin]}]' },
    ]) {
      const result = await world.render(files);
      expect(problems(result)).toEqual([[kustomization, null, null]]);
      expect(JSON.stringify(result)).toContain('split the environment');
    }
  });

  it('that makes more than it may is refused in words: the same large file in many objects', async () => {
    const made = Array.from({ length: 12 }, (_, n) => `{name: m-${n}, files: [large.txt]}`);
    const files = {
      [kustomization]: `configMapGenerator: [${made.join(', ')}]`,
      'deploy/large.txt': `${'some text of a line\n'.repeat(350_000)}`,
    };
    const result = await world.render(files);
    expect(problems(result)).toEqual([[kustomization, null, null]]);
    expect(JSON.stringify(result)).toMatch(/64 MiB|more memory/);
  });
});

/** Many kustomizations in one tree, each in a folder of its own beside the files that it refers to. */
function inOneTree(
  cases: readonly (readonly [name: string, text: string, files?: Readonly<Record<string, string>>])[],
) {
  const files = cases.flatMap(([, text, more], index) => [
    [`case-${index}/kustomization.yaml`, text],
    [`case-${index}/a.yaml`, configMap('a')],
    ...Object.entries(more ?? {}).map(([name, content]) => [`case-${index}/${name}`, content]),
  ]);
  let tree: string | null = null;
  return async (name: string) => {
    tree ??= world.tree(Object.fromEntries([...files, ['plain/a.yaml', ''], ...twoKustomizations]));
    const folder = `case-${cases.findIndex(([other]) => other === name)}`;
    return problems(await world.renderTree(tree, folder)).map(
      ([file, line, at]) => [file?.replace(`${folder}/`, ''), line, at] as const,
    );
  };
}

const twoKustomizations = ['two/kustomization.yaml', 'two/kustomization.yml'].map((name) => [name, 'resources: []']);

describe('a kustomization is refused at the line that', () => {
  const remote = (reference: string): readonly [string, string] => [
    reference,
    `resources:\n- a.yaml\n- ${reference}\n`,
  ];
  const toTheNetwork: readonly (readonly [string, string])[] = [
    remote('https://example.com/a.yaml'),
    remote('HTTP://example.com/a.yaml'),
    remote('"http:a.yaml"'),
    remote('git@github.com:acme/base'),
    remote('github.com/acme/base'),
    remote('github.com/acme/base?ref=v1'),
    remote('git::https://example.com/base'),
    remote('ssh://git@example.com/base'),
    remote('file:///etc'),
    remote('https://github.com/acme/base//deploy'),
    remote('gitlab.com/acme/base.git/deploy'),
    ['bases', 'resources:\n- a.yaml\nbases: [github.com/acme/base]'],
    ['components', 'resources:\n- a.yaml\ncomponents: ["https://example.com/c"]'],
    ['a patch', 'resources:\n- a.yaml\npatches: [{path: "https://example.com/p"}]'],
    ['an old patch', 'resources:\n- a.yaml\npatchesStrategicMerge: ["https://example.com/p"]'],
    ['a JSON patch', 'resources:\n- a.yaml\npatchesJson6902: [{path: "https://example.com/p", target: {name: a}}]'],
    ['a generator’s file', 'resources:\n- a.yaml\nconfigMapGenerator: [{name: a, files: ["x=https://example.com/p"]}]'],
    ['a generator’s variables', 'resources:\n- a.yaml\nsecretGenerator: [{name: a, envs: ["https://example.com/p"]}]'],
    ['a generator’s old variables', 'resources:\n- a.yaml\nsecretGenerator: [{name: a, env: "https://example.com/p"}]'],
    ['crds', 'resources:\n- a.yaml\ncrds: ["https://example.com/p"]'],
    ['openapi', 'resources:\n- a.yaml\nopenapi: {path: "https://example.com/p"}'],
    ['configurations', 'resources:\n- a.yaml\nconfigurations: ["https://example.com/p"]'],
    ['a replacement', 'resources:\n- a.yaml\nreplacements: [{path: "https://example.com/p"}]'],
    ['generators', 'resources:\n- a.yaml\ngenerators: ["https://example.com/p"]'],
    ['transformers', 'resources:\n- a.yaml\ntransformers: ["https://example.com/p"]'],
    ['validators', 'resources:\n- a.yaml\nvalidators: ["https://example.com/p"]'],
    ['a field in other letters', 'resources:\n- a.yaml\nRESOURCES: ["https://example.com/p"]'],
    ['a field in letters that Go folds', 'resources:\n- a.yaml\nre\u017fources: ["https://example.com/p"]'],
    ['a field of every JavaScript object', 'resources:\n- a.yaml\nconstructor: ["https://example.com/p"]'],
    ['a patch in other letters', 'resources:\n- a.yaml\npatches: [{Path: "https://example.com/p"}]'],
    [
      'a generator in other letters',
      'resources:\n- a.yaml\nconfigMapGenerator: [{name: a, Files: ["x=https://example.com/p"]}]',
    ],
  ];
  const network = inOneTree(toTheNetwork);
  it.each(toTheNetwork)('leads to the network: %s', async (name) => {
    expect(await network(name)).toEqual([['kustomization.yaml', 3, expect.any(String)]]);
  });

  const toNowhere: readonly (readonly [string, string])[] = [
    ['a file outside', '../../outside.yaml'],
    ['a folder outside', '../../../other-checkout'],
    ['an absolute path', '/etc/passwd'],
    ['an absolute path into the checkout', '/proc/self/cwd'],
    ['what is not there', 'b.yaml'],
    ['a folder without kustomization', '../plain'],
    ['a kustomization file', 'sub/kustomization.yaml'],
    ['a folder with two kustomization files', '../two'],
    ['nothing', '""'],
    ['a number', '1'],
  ];
  const nowhere = inOneTree(
    toNowhere.map(([name, reference]) => [
      name,
      `resources:\n- a.yaml\n- ${reference}\n`,
      { 'sub/kustomization.yaml': 'resources: []' },
    ]),
  );
  it.each(toNowhere)('refers to %s', async (name) => {
    expect(await nowhere(name)).toEqual([['kustomization.yaml', 3, 'resources.1']]);
  });

  const foreignPlugins: readonly (readonly [string, string, string])[] = [
    [
      'a program',
      'generators',
      'apiVersion: x/v1\nkind: Gen\nmetadata: {name: a, annotations: {config.kubernetes.io/function: "exec: {path: /bin/sh}"}}',
    ],
    [
      'a container',
      'transformers',
      'apiVersion: x/v1\nkind: Gen\nmetadata: {name: a, annotations: {config.kubernetes.io/function: "container: {image: x}"}}',
    ],
    ['a Go plugin', 'validators', 'apiVersion: someteam.example.com/v1\nkind: Plugin\nmetadata: {name: a}'],
    ['helm', 'generators', 'apiVersion: builtin\nkind: HelmChartInflationGenerator\nmetadata: {name: a}\nname: x'],
    [
      'what reads from elsewhere',
      'transformers',
      'apiVersion: builtin\nkind: ValueAddTransformer\nmetadata: {name: a}\ntargetFilePath: /etc/passwd',
    ],
    [
      'a remote patch',
      'transformers',
      'apiVersion: builtin\nkind: PatchTransformer\nmetadata: {name: a}\npath: https://example.com/p',
    ],
    [
      'a remote patch in other letters',
      'transformers',
      'apiVersion: builtin\nkind: PatchTransformer\nmetadata: {name: a}\nPath: https://example.com/p',
    ],
    [
      'a remote file',
      'generators',
      'apiVersion: builtin\nkind: ConfigMapGenerator\nmetadata: {name: a}\nfiles: ["a=https://example.com/p"]',
    ],
    [
      'a remote replacement',
      'transformers',
      'apiVersion: builtin\nkind: ReplacementTransformer\nmetadata: {name: a}\nreplacements: [{path: https://example.com/p}]',
    ],
  ];
  const inFile = inOneTree(
    foreignPlugins.map(([name, field, plugin]) => [name, `${field}: [plugin.yaml]\n`, { 'plugin.yaml': plugin }]),
  );
  const inPlace = inOneTree(
    foreignPlugins.map(([name, field, plugin]) => [
      name,
      `resources: []\n${field}:\n- |-\n  ${plugin.replaceAll('\n', '\n  ')}\n`,
    ]),
  );
  it.each(foreignPlugins)('runs %s, in a file or in place', async (name, _field, plugin) => {
    const telling = plugin.split('\n').findIndex((text) => /^(path|Path|files|replacements):|Helm|ValueAdd/.test(text));
    const line = plugin.startsWith('apiVersion: builtin') ? telling + 1 : 1;
    const at = (await inFile(name)).map(([file, where]) => [file, where]);
    expect(at).toEqual([['plugin.yaml', line]]);
    expect((await inPlace(name)).map(([file, where]) => [file, where])).toEqual([['kustomization.yaml', line + 3]]);
  });

  const malformed: readonly (readonly [string, string])[] = [
    ['helmCharts', 'resources: []\nhelmCharts: [{name: a}]'],
    ['helmChartInflationGenerator', 'resources: []\nhelmChartInflationGenerator: [{chartName: a}]'],
    ['helmGlobals', 'resources: []\nhelmGlobals: {chartHome: a}'],
    ['an unknown field', 'resources: []\nresource: [a]'],
    ['a key twice', 'resources: []\nresources: [a]'],
    ['a hidden line', 'resources: []\n# \u0085resources: [https://example.com/a]'],
    ['a second document', 'resources: []\n---\nresources: [a.yaml]'],
  ];
  const held = inOneTree(malformed);
  it.each(malformed)('holds %s', async (name) => {
    expect((await held(name)).map(([file]) => file)).toEqual(['kustomization.yaml']);
  });

  it('goes through a link or a submodule', async () => {
    const { server } = world;
    const blob = (content: string) => {
      const commit = server.commit({ branch: 'blob', from: 'nothing', files: { x: content } });
      return server.git('rev-parse', `${commit}:x`);
    };
    const text = 'resources:\n- link.yaml\n- folder/a\n- module\n- ../deploy/link.yaml\n';
    const deploy = server.makeTree([
      `100644 blob ${blob(text)}\tkustomization.yaml`,
      `120000 blob ${blob('/etc/passwd')}\tlink.yaml`,
      `120000 blob ${blob('/etc')}\tfolder`,
      `160000 commit ${server.git('rev-parse', 'refs/heads/blob')}\tmodule`,
    ]);
    const root = server.makeTree([`040000 tree ${deploy}\tdeploy`]);
    expect(problems(await world.renderTree(root, 'deploy')).map(([, line]) => line)).toEqual([2, 3, 4, 5]);
    const linked = server.makeTree([`120000 blob ${blob('/etc/passwd')}\tkustomization.yaml`]);
    const other = server.makeTree([`040000 tree ${linked}\tdeploy`]);
    expect(problems(await world.renderTree(other, 'deploy'))).toEqual([[kustomization, null, null]]);
  });

  it('refers to a Git LFS pointer', async () => {
    const pointer = 'version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12345\n';
    const files = { [kustomization]: 'configMapGenerator: [{name: a, files: [a.bin]}]', 'deploy/a.bin': pointer };
    expect(problems(await world.render(files))).toEqual([['deploy/a.bin', null, null]]);
  });

  it('says the same of what it is built on, everywhere at once', async () => {
    const files = {
      [kustomization]: 'resources: [../base, https://example.com/x]\n',
      'base/kustomization.yaml': 'resources:\n- ../deeper\n- https://example.com/y\n',
      'deeper/kustomization.yaml': 'patches:\n- path: gone.yaml\n',
    };
    expect(problems(await world.render(files)).map(([file, line]) => [file, line])).toEqual([
      [kustomization, 1],
      ['base/kustomization.yaml', 3],
      ['deeper/kustomization.yaml', 2],
    ]);
  });
});

describe('names in a tree that would lead out of a folder', () => {
  it.each(['..', '.', '.git', '.GIT'])('are not written: %s', async (name) => {
    const { server } = world;
    const commit = server.commit({ branch: 'blob', from: 'nothing', files: { x: configMap('x') } });
    const blob = server.git('rev-parse', `${commit}:x`);
    const text = server.commit({ branch: 'text', from: 'nothing', files: { x: `resources:\n- ${name}/a.yaml\n` } });
    const hostile = server.makeTree([`100644 blob ${blob}\ta.yaml`]);
    const deploy = server.makeTree([
      `100644 blob ${server.git('rev-parse', `${text}:x`)}\tkustomization.yaml`,
      `040000 tree ${hostile}\t${name}`,
    ]);
    const root = server.makeTree([`040000 tree ${deploy}\tdeploy`]);
    expect(problems(await world.renderTree(root, 'deploy')).map(([file, line]) => [file, line])).toEqual([
      [kustomization, 2],
    ]);
  });
});

describe('kustomize itself', () => {
  it.each([
    ['a file', () => `${outsideUrl}/a.yaml`],
    ['a folder', () => `${outsideUrl}/acme/base.git`],
    ['a repository', () => `git::${outsideUrl}/acme/base`],
  ])('reaches nobody, even if a reference to %s slipped through', async (_case, reference) => {
    if (binary.jail.kind === 'bounds' && !binary.jail.isolated)
      return console.warn('SKIPPED: this machine has neither Landlock nor network namespaces');
    const root = mkdtempSync(path.join(os.tmpdir(), 'fairlead-kustomize-test-'));
    writeFileSync(path.join(root, 'kustomization.yaml'), `resources: ["${reference()}"]`);
    const end = await runKustomize(binary, root, '');
    rmSync(root, { recursive: true });
    expect(end).toMatchObject({ kind: 'exited', code: 1 });
    expect(asked).toBe(0);
  });

  it('is made of different objects for different answers', async () => {
    const make = (image: string) =>
      world.render({
        [kustomization]: `resources: [a.yaml]\nimages: [{name: registry.example.com/web, newTag: "${image}"}]`,
        'deploy/a.yaml': deployment(),
      });
    const [one, two] = await Promise.all([make('1'), make('2')]);
    expect(names(one)).toEqual(names(two));
    expect(rendered(one).id).not.toBe(rendered(two).id);
  });

  it('was asked for all of the above, and nobody was reached and nothing stayed on the disk', () => {
    expect(asked).toBe(0);
    expect(world.leftBehind()).toEqual([]);
  });
});
