import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Manifest } from '../../../../src/domain/manifest.ts';
import type { RenderResult } from '../../../../src/domain/rendering.ts';
import { problems, rendered } from '../rendering-world.ts';
import { aCluster, type ChartWorld, chartYaml, startChartWorld } from './chart-world.ts';

let world: ChartWorld;

beforeAll(async () => {
  world = await startChartWorld();
}, 900_000);

beforeEach(() => {
  world.facts = aCluster;
});

afterAll(() => world.close());

function named(result: RenderResult, name: string): Manifest {
  const found = rendered(result).manifests.find(({ object }) => object.metadata.name === name);
  if (found === undefined) throw new Error(`no ${name}`);
  return found;
}

function data(result: RenderResult, name = 'all'): unknown {
  return named(result, name).object['data'];
}

function messages(result: RenderResult): readonly string[] {
  return result.kind === 'refused' ? result.problems.map(({ message }) => message) : [];
}

function remarks(result: RenderResult): readonly (readonly [string | null, number | null, string])[] {
  return rendered(result).remarks.map(({ file, line, message }) => [file, line, message] as const);
}

/** A template that makes one ConfigMap. */
function template(entries: Readonly<Record<string, string>>, name = 'all'): string {
  const lines = Object.entries(entries).map(([key, action]) => `  ${key}: ${action}\n`);
  return `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: ${name}\ndata:\n${lines.join('')}`;
}

describe('a chart', () => {
  it('is rendered with the release and namespace of its environment, and files of values over its own', async () => {
    const result = await world.render(
      {
        'deploy/values.yaml': 'a: own\nb: own\nc: own\n',
        'deploy/values-one.yaml': 'b: one\nc: one\n',
        'deploy/more/two,x.yaml': 'c: two\n',
        'deploy/templates/all.yaml': template({
          release: '{{ .Release.Name }}.{{ .Release.Namespace }}',
          values: '{{ .Values.a }}-{{ .Values.b }}-{{ .Values.c }}',
          file: '{{ .Files.Get "config/motd.txt" | trim }}',
        }),
        'deploy/config/motd.txt': 'hello\n',
        'deploy/templates/NOTES.txt': 'Thank you.',
      },
      { values: ['values-one.yaml', 'more/two,x.yaml'] },
    );
    expect(data(result)).toEqual({ release: 'web.shop', values: 'own-one-two', file: 'hello' });
    expect(rendered(result).renderer.kind).toBe('helm');
    expect(named(result, 'all').origin).toEqual({ file: 'deploy/templates/all.yaml', line: 2 });
    expect(world.leftBehind()).toEqual([]);
  });

  it('is told the version and the APIs of the cluster it is for, its own CRDs among them', async () => {
    const files = {
      'deploy/templates/all.yaml': template({
        version: '{{ .Capabilities.KubeVersion.Version }}',
        new: '{{ semverCompare ">=1.36-0" .Capabilities.KubeVersion.Version | quote }}',
        deployment: '{{ .Capabilities.APIVersions.Has "apps/v1/Deployment" | quote }}',
        monitor: '{{ .Capabilities.APIVersions.Has "monitoring.coreos.com/v1/ServiceMonitor" | quote }}',
        widget: '{{ .Capabilities.APIVersions.Has "example.com/v1/Widget" | quote }}',
      }),
      'deploy/crds/widget.yaml': `# Ours.\n${crd}`,
    };
    const result = await world.render(files);
    expect(data(result)).toEqual({
      version: 'v1.36.3',
      new: 'true',
      deployment: 'true',
      monitor: 'false',
      widget: 'true',
    });
    expect(named(result, 'widgets.example.com').origin).toEqual({ file: 'deploy/crds/widget.yaml', line: 2 });
    world.facts = { ...aCluster, version: 'v1.31.0', apis: ['monitoring.coreos.com/v1/ServiceMonitor'] };
    expect(data(await world.render(files))).toMatchObject({ version: 'v1.31.0', new: 'false', monitor: 'true' });
  });

  it('waits for a cluster that has not told what it is', async () => {
    world.facts = null;
    const result = await world.render({ 'deploy/templates/all.yaml': template({}) });
    expect(result).toMatchObject({ kind: 'refused', awaits: 'staging' });
    expect(problems(result)).toEqual([['deploy/Chart.yaml', null, null]]);
  });

  it('says where it asks for what helm takes for served whatever the cluster is, and where it looks something up', async () => {
    const result = await world.render({
      'deploy/templates/all.yaml': template({
        old: '{{ .Capabilities.APIVersions.Has "policy/v1beta1" | quote }}',
        served: '{{ .Capabilities.APIVersions.Has "apps/v1" | quote }}',
        found: '{{ lookup "v1" "Secret" "shop" "web" | toJson | quote }}',
      }),
    });
    expect(data(result)).toEqual({ old: 'true', served: 'true', found: '{}' });
    expect(remarks(result)).toEqual([
      ['deploy/templates/all.yaml', 8, expect.stringContaining('lookup')],
      ['deploy/templates/all.yaml', 6, expect.stringContaining('policy/v1beta1')],
    ]);
  });

  it('is refused where it renders otherwise each time, with the objects and the place', async () => {
    const result = await world.render({
      'deploy/templates/all.yaml': template({ fixed: 'x' }),
      'deploy/templates/secret.yaml':
        'apiVersion: v1\nkind: Secret\nmetadata:\n  name: web\nstringData:\n  a: {{ randAlphaNum 16 }}\n',
    });
    expect(problems(result)).toEqual([['deploy/templates/secret.yaml', 6, null]]);
    expect(messages(result)[0]).toMatch(/Secret web.*randAlphaNum/);
    expect(messages(result)[0]).not.toContain('ConfigMap');
  });

  it('says of what helm would keep that it is not kept', async () => {
    const kept = template({}).replace('name: all\n', 'name: all\n  annotations: { helm.sh/resource-policy: keep }\n');
    expect(remarks(await world.render({ 'deploy/templates/all.yaml': kept }))).toEqual([
      ['deploy/templates/all.yaml', 2, expect.stringContaining('prune: false')],
    ]);
  });

  it('is the same rendering as the plain manifests that it makes', async () => {
    const result = await world.render({ 'deploy/templates/all.yaml': template({ a: '{{ "x" }}' }) });
    const again = await world.render({ 'deploy/templates/moved.yaml': template({ a: 'x' }) });
    expect(rendered(again).id).toBe(rendered(result).id);
  });
});

describe('dependencies of a chart', () => {
  const parent = `${chartYaml}dependencies:
- name: cache
  version: 1.0.0
  repository: https://charts.example.com
- name: queue
  alias: jobs
  version: 2.0.0
  repository: https://charts.example.com
`;
  const cache = 'apiVersion: v2\nname: cache\nversion: 1.0.0\n';
  const queue = 'apiVersion: v2\nname: queue\nversion: 2.0.0\n';

  it('are rendered where they are vendored, as a folder or as an archive, and objects know theirs', async () => {
    const result = await world.render({
      'deploy/Chart.yaml': parent,
      'deploy/values.yaml': 'cache: { size: 3 }\njobs: { size: 4 }\n',
      'deploy/charts/cache/Chart.yaml': cache,
      'deploy/charts/cache/templates/c.yaml': template({ size: '"{{ .Values.size }}"' }, 'cache'),
      'deploy/charts/queue-2.0.0.tgz': archive({
        'queue/Chart.yaml': queue,
        'queue/templates/q.yaml': template({ size: '"{{ .Values.size }}"' }, 'queue'),
      }),
    });
    expect(data(result, 'cache')).toEqual({ size: '3' });
    expect(data(result, 'queue')).toEqual({ size: '4' });
    expect(named(result, 'cache').origin).toEqual({ file: 'deploy/charts/cache/templates/c.yaml', line: 2 });
    expect(named(result, 'queue').origin).toEqual({ file: 'deploy/charts/queue-2.0.0.tgz', line: null });
  });

  it('are named at their lines where they are not: nothing is fetched', async () => {
    const result = await world.render({
      'deploy/Chart.yaml': parent,
      'deploy/charts/cache/Chart.yaml': cache,
    });
    expect(problems(result)).toEqual([['deploy/Chart.yaml', 8, 'dependencies.1']]);
    expect(messages(result)[0]).toContain('helm dependency build');
  });

  it('are rendered as they are vendored where the lock file says something else, and that is said', async () => {
    const result = await world.render({
      'deploy/Chart.yaml': parent,
      'deploy/Chart.lock': 'dependencies:\n- name: cache\n  version: 1.1.0\ndigest: sha256:0\n',
      'deploy/charts/cache/Chart.yaml': cache,
      'deploy/charts/cache/templates/c.yaml': template({}, 'cache'),
      'deploy/charts/queue/Chart.yaml': queue,
    });
    expect(remarks(result).map(([file, line]) => [file, line])).toEqual([
      ['deploy/Chart.lock', 4],
      ['deploy/Chart.lock', 3],
    ]);
  });

  it('are refused as an archive that is none, or holds more than it may', async () => {
    const files = (content: Uint8Array) => ({ 'deploy/charts/cache-1.0.0.tgz': content });
    expect(problems(await world.render(files(Buffer.from('no gzip'))))).toEqual([
      ['deploy/charts/cache-1.0.0.tgz', null, null],
    ]);
    expect(messages(await world.render(files(gzipSync(Buffer.alloc(70 * 1024 * 1024)))))[0]).toContain('64 MiB');
  });

  it('that are links, or in Git LFS, are refused', async () => {
    const pointer = 'version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n';
    const result = await world.render({ 'deploy/charts/cache-1.0.0.tgz': pointer });
    expect(messages(result)[0]).toContain('LFS');
  });
});

describe('what a person got wrong in a chart', () => {
  it.each([
    ['{{ fail "no way" }}', 6, 'no way'],
    ['{{ required "set image.tag" .Values.tag }}', 6, 'set image.tag'],
    ['{{ .Values.a.b.c }}', 6, 'nil pointer evaluating'],
    ['{{ include "helper" . }}', 2, 'nil pointer evaluating'],
    ['{{ nothing }}', 6, 'function "nothing" not defined'],
    ['{{ .Values', 6, 'unclosed action'],
  ])('%s stands at its line', async (action, line, said) => {
    const result = await world.render({
      'deploy/templates/_helper.tpl': '{{- define "helper" }}\n{{ .Values.x.y }}{{ end }}',
      'deploy/templates/all.yaml': template({ a: action }),
    });
    const file = action.includes('helper') ? 'deploy/templates/_helper.tpl' : 'deploy/templates/all.yaml';
    expect(problems(result)).toEqual([[file, line, null]]);
    expect(messages(result)[0]).toContain(said);
  });

  it('is said without a value where the chart holds Secrets', async () => {
    const files = (action: string) => ({
      'deploy/values.yaml': 'secret: hunter2\n',
      'deploy/templates/all.yaml': template({ a: action }),
    });
    const quoted = await world.render(files('{{ range .Values.secret.x }}{{ end }}'));
    expect(messages(quoted)).toHaveLength(1);
    for (const action of ['{{ range .Values.secret }}{{ end }}', '{{ fail .Values.secret }}']) {
      const result = await world.render(files(action));
      expect(problems(result)).toEqual([['deploy/templates/all.yaml', 6, null]]);
      expect(JSON.stringify(result)).not.toContain('hunter2');
    }
    const written = await world.render(files('{{ fail "set a secret" }}'));
    expect(messages(written)[0]).toContain('set a secret');
  });

  it('in its values stands at the line of the file that says so', async () => {
    const schema = JSON.stringify({
      type: 'object',
      properties: { image: { properties: { tag: { type: 'string' } } }, replicas: { type: 'integer' } },
    });
    const result = await world.render(
      {
        'deploy/values.schema.json': schema,
        'deploy/values.yaml': 'replicas: 1\nimage:\n  tag: 1\n',
        'deploy/production.yaml': '# ours\nreplicas: many\n',
        'deploy/templates/all.yaml': template({}),
      },
      { values: ['production.yaml'] },
    );
    expect(problems(result)).toHaveLength(2);
    expect(problems(result)).toContainEqual(['deploy/values.yaml', 3, 'image.tag']);
    expect(problems(result)).toContainEqual(['deploy/production.yaml', 2, 'replicas']);
    const malformed = await world.render({ 'deploy/v.yaml': 'a: [\n' }, { values: ['v.yaml'] });
    expect(problems(malformed)).toEqual([['deploy/v.yaml', expect.any(Number), null]]);
  });

  it('in the settings stands in no file of the chart, but says which setting it is', async () => {
    const missing = await world.render({ 'deploy/a.yaml': 'a: b\n' }, { values: ['a.yaml', 'v.yaml'] });
    expect(problems(missing)).toEqual([[null, null, 'helm.values.1']]);
    expect(messages(missing)[0]).toContain('deploy/v.yaml');
  });

  it('in Chart.yaml stands there', async () => {
    const old = await world.render({ 'deploy/Chart.yaml': `${chartYaml}kubeVersion: ">=1.99"\n` });
    expect(problems(old)).toEqual([['deploy/Chart.yaml', 4, 'kubeVersion']]);
    expect(problems(await world.render({ 'deploy/Chart.yaml': 'apiVersion: v2\nname: [\n' }))).toEqual([
      ['deploy/Chart.yaml', expect.any(Number), null],
    ]);
    expect(messages(await world.render({ 'deploy/Chart.yaml': 'apiVersion: v2\nname: shop\n' }))[0]).toContain(
      'version',
    );
  });

  it('and what it makes that is no manifest is said of its template', async () => {
    const yaml = await world.render({ 'deploy/templates/all.yaml': 'apiVersion: v1\nkind: A\nmetadata: {name: a\n' });
    expect(problems(yaml)).toEqual([['deploy/templates/all.yaml', null, null]]);
    const nameless = await world.render({ 'deploy/templates/all.yaml': 'apiVersion: v1\nkind: A\nmetadata: {}\n' });
    expect(problems(nameless)).toEqual([['deploy/templates/all.yaml', null, 'metadata.name']]);
  });

  it('goes together with no kustomization, and a chart below plain YAML is named', async () => {
    expect(problems(await world.render({ 'deploy/kustomization.yaml': 'resources: []' }))).toEqual([
      ['deploy/kustomization.yaml', null, null],
    ]);
  });
});

describe('hooks of a chart', () => {
  const hook = (annotations: Readonly<Record<string, string>>, kind = 'Job') =>
    `apiVersion: ${kind === 'Job' ? 'batch/v1' : 'v1'}\nkind: ${kind}\nmetadata:\n  name: hook\n  annotations: ${JSON.stringify(annotations)}\n`;
  const render = (annotations: Readonly<Record<string, string>>, kind?: string) =>
    world.render({ 'deploy/templates/hook.yaml': hook(annotations, kind) });

  it.each([
    ['pre-install', 'before'],
    ['pre-install, pre-upgrade', 'before'],
    ['pre-upgrade,pre-rollback', 'before'],
    ['post-install,post-upgrade', 'after'],
  ])('%s come %s all others, by weight', async (written, phase) => {
    const result = await render({ 'helm.sh/hook': written, 'helm.sh/hook-weight': '-5' });
    expect(named(result, 'hook').hook).toEqual({ phase, weight: -5 });
  });

  it('that run are made again where their template changes, and that is said', async () => {
    const result = await render({ 'helm.sh/hook': 'pre-upgrade' });
    expect(named(result, 'hook').object.metadata.annotations).toMatchObject({ 'fairlead.dev/replace': 'true' });
    expect(remarks(result)).toEqual([
      ['deploy/templates/hook.yaml', 2, expect.stringContaining('not at each release')],
    ]);
    const refuses = await render({ 'helm.sh/hook': 'pre-upgrade', 'fairlead.dev/replace': 'false' });
    expect(named(refuses, 'hook').object.metadata.annotations).toMatchObject({ 'fairlead.dev/replace': 'false' });
    const still = await render({ 'helm.sh/hook': 'pre-upgrade' }, 'ConfigMap');
    expect(named(still, 'hook').object.metadata.annotations).not.toHaveProperty('fairlead.dev/replace');
    expect(remarks(still)).toEqual([]);
  });

  it.each(['test', 'test-success,test-failure'])('%s is left out, and that is said', async (written) => {
    const result = await render({ 'helm.sh/hook': written }, 'Pod');
    expect(rendered(result).manifests).toEqual([]);
    expect(remarks(result)).toEqual([
      ['deploy/templates/hook.yaml', expect.any(Number), expect.stringContaining('left out')],
    ]);
  });

  it.each([
    [{ 'helm.sh/hook': 'pre-delete' }, 'uninstalls'],
    [{ 'helm.sh/hook': 'post-install,post-delete' }, 'uninstalls'],
    [{ 'helm.sh/hook': 'pre-rollback' }, 'rollback'],
    [{ 'helm.sh/hook': 'pre-install,post-install' }, 'two hooks'],
    [{ 'helm.sh/hook': 'pre-install,test' }, 'test'],
    // What helm itself would leave out without a word.
    [{ 'helm.sh/hook': 'whenever' }, 'whenever'],
    [{ 'helm.sh/hook': 'pre-install, whenever' }, 'whenever'],
    [{ 'helm.sh/hook': 'crd-install' }, 'crds/'],
  ])('%j is refused with the reason', async (annotations, why) => {
    const result = await render(annotations);
    expect(problems(result)).toEqual([
      ['deploy/templates/hook.yaml', expect.any(Number), 'metadata.annotations.helm.sh/hook'],
    ]);
    expect(messages(result)[0]).toContain(why);
  });

  it('are of another rendering than the same objects without an order', async () => {
    const one = rendered(await render({ 'helm.sh/hook': 'pre-install' }));
    const other = rendered(await render({ 'helm.sh/hook': 'pre-install', 'helm.sh/hook-weight': '0' }));
    expect(other.id).not.toBe(one.id);
  });
});

describe('what a chart could take along', () => {
  it('a template sees the chart and nothing else', async () => {
    const result = await world.render({
      'secret.txt': 'hunter2',
      'deploy/templates/all.yaml': template({
        up: '{{ .Files.Get "../secret.txt" | quote }}',
        root: '{{ .Files.Get "/etc/passwd" | quote }}',
        all: '{{ len (.Files.Glob "**") | quote }}',
        dns: '{{ getHostByName "example.com" | quote }}',
      }),
    });
    expect(data(result)).toEqual({ up: '', root: '', all: expect.any(String), dns: '' });
  });

  it('a template that never ends, or makes too much, ends with a word', async () => {
    const bomb =
      '{{- range (until 100000) }}{{- range (until 100000) }}aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa{{ end }}{{ end }}';
    const result = await world.render({ 'deploy/templates/all.yaml': bomb });
    expect(messages(result)[0]).toMatch(/memory|longer|more than/);
  }, 120_000);

  it('what it says when it fails, and braces that nobody closes, are looked through in no time', async () => {
    const slashes = `x${'/a'.repeat(32)}`;
    const failed = await world.render({ 'deploy/templates/all.yaml': `{{ fail "${slashes}" }}` });
    expect(messages(failed)[0]).toContain('helm cannot render this');
    const braces = '{{'.repeat(200_000);
    const one = await world.render({
      'deploy/.helmignore': 'templates/notes.md\n',
      'deploy/templates/notes.md': braces,
      'deploy/templates/all.yaml': template({ key: '{{ lookup "v1" "Secret" "shop" "web" | quote }}' }),
      'deploy/charts/cache-1.0.0.tgz': archive({
        'cache/Chart.yaml': 'apiVersion: v2\nname: cache\nversion: 1.0.0\n',
        'cache/README.md': braces,
        'cache/templates/all.yaml': template({ key: '{{ lookup "v1" "Secret" "shop" "web" | quote }}' }, 'cache'),
      }),
    });
    expect(remarks(one).map(([file, line]) => [file, line])).toEqual([
      ['deploy/templates/all.yaml', 6],
      ['deploy/charts/cache-1.0.0.tgz', null],
    ]);
  }, 20_000);

  it('a large template that makes many objects is read once for all of them', async () => {
    const many =
      '{{ range (until 20000) }}---\napiVersion: v1\nkind: ConfigMap\nmetadata: { name: "c{{ . }}" }\n{{ end }}';
    const result = await world.render({
      'deploy/templates/all.yaml': `{{- /*\n${'filler\n'.repeat(500_000)}*/ -}}\n${many}`,
    });
    expect(named(result, 'c19999').origin).toEqual({ file: 'deploy/templates/all.yaml', line: 500_005 });
  }, 60_000);
});

const crd = `apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata:
  name: widgets.example.com
spec:
  group: example.com
  names: { kind: Widget, plural: widgets }
  scope: Namespaced
  versions:
  - { name: v1, served: true, storage: true, schema: { openAPIV3Schema: { type: object } } }
`;

/** A tar (ustar), gzipped. */
function archive(files: Readonly<Record<string, string>>): Uint8Array {
  const blocks = Object.entries(files).flatMap(([name, content]) => {
    const header = Buffer.alloc(512);
    header.write(name, 0);
    header.write('0000644\0', 100);
    header.write('0000000\0', 108);
    header.write('0000000\0', 116);
    header.write(`${Buffer.byteLength(content).toString(8).padStart(11, '0')}\0`, 124);
    header.write('00000000000\0', 136);
    header.write('        ', 148);
    header.write('0', 156);
    header.write('ustar\x0000', 257);
    const sum = header.reduce((total, byte) => total + byte, 0);
    header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
    const body = Buffer.alloc(Math.ceil(Buffer.byteLength(content) / 512) * 512);
    body.write(content);
    return [header, body];
  });
  return gzipSync(Buffer.concat([...blocks, Buffer.alloc(1024)]));
}
