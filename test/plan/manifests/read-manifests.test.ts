import { describe, expect, it } from 'vitest';
import { canonicalJson } from '../../../src/domain/json.ts';
import { manifestLine } from '../../../src/domain/manifest-line.ts';
import { type ManifestReading, readManifests } from '../../../src/plan/manifests/read-manifests.ts';
import { configMap, secret } from '../../manifest-texts.ts';

function read(...texts: readonly (string | Uint8Array)[]): ManifestReading {
  return readManifests(
    texts.map((text, index) => ({
      path: `deploy/${index}.yaml`,
      content: typeof text === 'string' ? Buffer.from(text) : text,
    })),
  );
}

function manifests(...texts: readonly string[]) {
  const reading = read(...texts);
  if (reading.kind === 'refused') throw new Error(JSON.stringify(reading.problems));
  return reading;
}

function problems(...texts: readonly (string | Uint8Array)[]) {
  const reading = read(...texts);
  return reading.kind === 'refused' ? reading.problems.map(({ line, path }) => [line, path] as const) : [];
}

function only<T>(items: readonly T[]): T {
  const [first] = items;
  if (first === undefined) throw new Error('none');
  return first;
}

describe('manifests', () => {
  it('come in the order of files and documents, each with its place', () => {
    const { manifests: found } = manifests(`# x\n---\n${configMap('b')}---\n---\n${configMap('a')}`, configMap('c'));
    expect(found.map(({ object, origin }) => [object.metadata.name, origin])).toEqual([
      ['b', { file: 'deploy/0.yaml', line: 3 }],
      ['a', { file: 'deploy/0.yaml', line: 9 }],
      ['c', { file: 'deploy/1.yaml', line: 1 }],
    ]);
  });

  it('know the line of each of their members, whatever JSON they went through', () => {
    const text = `${configMap('a')}data:\n  z: 1\n  "10": "2"\n  "9": "3"\nstatus: {x: 1}\nlist:\n- x: 1\n  k: 2\n- z: 3\n`;
    const { manifests: found } = manifests(text);
    const manifest = only(found);
    const stored = { ...manifest, object: JSON.parse(canonicalJson(manifest.object)) };
    for (const candidate of [manifest, stored]) {
      expect(manifestLine(candidate, ['kind'])).toBe(2);
      expect(manifestLine(candidate, ['metadata', 'name'])).toBe(4);
      expect(manifestLine(candidate, ['data', 'z'])).toBe(6);
      expect(manifestLine(candidate, ['data', '9'])).toBe(8);
      expect(manifestLine(candidate, ['list', 0, 'k'])).toBe(12);
      expect(manifestLine(candidate, ['list', 1, 'z'])).toBe(13);
      // What is not there is missed where it should stand.
      expect(manifestLine(candidate, ['list', 1, 'missing'])).toBe(13);
      expect(manifestLine(candidate, ['spec'])).toBe(1);
    }
    expect(manifestLine({ object: manifest.object, origin: null }, ['data'])).toBeNull();
  });

  it('in lists are taken out of them', () => {
    const list = `apiVersion: v1\nkind: List\nitems:\n- apiVersion: v1\n  kind: ConfigMap\n  metadata:\n    name: a\n- {apiVersion: rbac.authorization.k8s.io/v1, kind: RoleList, items: [{metadata: {name: b}}]}\n`;
    const { manifests: found } = manifests(list, 'apiVersion: v1\nkind: List\nitems:\n');
    expect(found.map(({ object, origin }) => [object.apiVersion, object.kind, origin?.line])).toEqual([
      ['v1', 'ConfigMap', 4],
      ['rbac.authorization.k8s.io/v1', 'Role', 8],
    ]);
    expect(manifestLine(only(found), ['metadata', 'name'])).toBe(7);
  });

  it('in lists of one kind have the kind, and each its line', () => {
    const list = `apiVersion: v1\nkind: ConfigMapList\nitems:\n- metadata: {name: a}\n- metadata:\n    name: b\n  data: {k: v}\n`;
    const { manifests: found } = manifests(list);
    expect(found.map(({ object, origin }) => [object.kind, object.metadata.name, origin?.line])).toEqual([
      ['ConfigMap', 'a', 4],
      ['ConfigMap', 'b', 5],
    ]);
  });

  it('whose kind only sounds like a list stay whole', () => {
    const { manifests: found } = manifests('apiVersion: x/v1\nkind: AllowList\nmetadata: {name: a}\nspec: {items: []}');
    expect(found).toHaveLength(1);
  });

  it('keep 64-bit integers exact', () => {
    const { manifests: found } = manifests(`${configMap('a')}spec: {n: 9223372036854775807}`);
    expect(canonicalJson(found[0]?.object ?? null)).toContain('9223372036854775807');
  });

  it('lose what says nothing, without a word', () => {
    const text = `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a, namespace: , labels: ~, annotations: {}, creationTimestamp: null}\nstatus: {}\n`;
    const { manifests: found, remarks } = manifests(text);
    expect(found[0]?.object).toEqual({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'a', annotations: {} },
    });
    expect(remarks).toEqual([]);
  });

  it('lose their status and what else the cluster sets, and it is said', () => {
    const { manifests: found, remarks } = manifests(
      'apiVersion: v1\nkind: Pod\nmetadata:\n  name: a\n  generation: 3\nspec: {}\nstatus:\n  phase: Running\n',
    );
    expect(found[0]?.object).toEqual({ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'a' }, spec: {} });
    expect(remarks.map(({ line, path }) => [line, path])).toEqual([
      [5, 'metadata.generation'],
      [7, 'status'],
    ]);
  });
});

describe('documents that are no manifests', () => {
  it('are named, and those without content are not', () => {
    const { manifests: found, passedOver } = manifests('# nothing\n---\n---\nreplicas: 3\n---\n- a\n---\ntext\n');
    expect(found).toEqual([]);
    expect(passedOver.map(({ line }) => line)).toEqual([4, 6, 8]);
  });
});

describe('what is wrong', () => {
  it.each<[string, string, number, string | null]>([
    ['only a kind', 'kind: Pod\nmetadata: {name: a}', 1, null],
    ['only an apiVersion', 'apiVersion: v1', 1, null],
    ['a kind that is no text', 'apiVersion: v1\nkind: 1', 1, null],
    ['no metadata', 'apiVersion: v1\nkind: Pod', 1, 'metadata'],
    ['no name', 'apiVersion: v1\nkind: Pod\nmetadata:\n  labels: {}', 3, 'metadata.name'],
    ['a number for a name', 'apiVersion: v1\nkind: Pod\nmetadata:\n  name: 1', 4, 'metadata.name'],
    ['generateName', 'apiVersion: v1\nkind: Pod\nmetadata:\n  generateName: a-', 4, 'metadata.generateName'],
    ['a number for a namespace', `${configMap('a')}  namespace: 1`, 5, 'metadata.namespace'],
    ['ownerReferences', `${configMap('a')}  ownerReferences: []`, 5, 'metadata.ownerReferences'],
    ['a uid', `${configMap('a')}  uid: x`, 5, 'metadata.uid'],
    ['a resourceVersion', `${configMap('a')}  resourceVersion: "1"`, 5, 'metadata.resourceVersion'],
    ['managedFields', `${configMap('a')}  managedFields: []`, 5, 'metadata.managedFields'],
    ['a label that is no text', `${configMap('a')}  labels:\n    on: yes\n    b: "1"`, 6, 'metadata.labels.true'],
    ['labels that are no mapping', `${configMap('a')}  labels: [a]`, 5, 'metadata.labels'],
    ['SOPS', `${configMap('a')}sops:\n  mac: x`, 5, 'sops'],
    ['what SOPS left in a Secret', `${secret('a')}data:\n  k: ENC[AES256_GCM,data:x,type:str]`, 6, 'data.k'],
    ['an untyped item', 'apiVersion: v1\nkind: List\nitems:\n- metadata: {name: a}', 4, 'items.0'],
  ])('with %s is said at its line', (_case, text, line, path) => {
    expect(problems(`# one\n---\n${text}`)).toEqual([[line + 2, path]]);
  });

  it('but ciphertext that a controller in the cluster decrypts is one like any other', () => {
    const sealed = 'apiVersion: isindir.github.com/v1alpha3\nkind: SopsSecret\nmetadata: {name: a}\nsops:\n  mac: x';
    expect(problems(sealed)).toEqual([]);
  });

  it('is said of all files at once', () => {
    const reading = read('kind: Pod', 'a: [', configMap('ok'), Uint8Array.from([0xff, 0xfe, 0]));
    expect(reading.kind === 'refused' && reading.problems.map(({ file }) => file)).toEqual([
      'deploy/0.yaml',
      'deploy/1.yaml',
      'deploy/3.yaml',
    ]);
  });

  it('is a Git LFS pointer', () => {
    const pointer = 'version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12345\n';
    expect(problems(pointer)).toEqual([[null, null]]);
  });

  it('is an object that is there twice, in whatever version', () => {
    const role = (version: string) =>
      `apiVersion: rbac.authorization.k8s.io/${version}\nkind: Role\nmetadata: {name: a}\n`;
    expect(problems(`${role('v1')}---\n${role('v1beta1')}`)).toEqual([[5, null]]);
    expect(problems(configMap('a'), `${configMap('a')}  namespace: b`)).toEqual([]);
  });

  it.each([
    ['in documents without content', '---\n'.repeat(100_001)],
    ['in documents that end themselves', 'a\n...\n'.repeat(100_001)],
    ['in lines that old computers end', '---\r'.repeat(100_001)],
    ['in items', '- a\n'.repeat(1_600_000)],
    ['in items on one line', `${'- '.repeat(150)}a\n`.repeat(21_000)],
    ['in JSON', `[${'{"a":1,"b":2},'.repeat(700_000)}1]`],
  ])('is more YAML than an environment may hold, %s, alone or together', (_where, text) => {
    expect(problems(text)).toEqual([[null, null]]);
    const half = text.slice(0, text.length * 0.6);
    expect(problems('# a comment', half, half)).toEqual([[null, null]]);
  });

  it('is more than aliases may make of an environment in all, said once', () => {
    const text = `${configMap('a')}x: &x [${'1, '.repeat(2_000)}]\ny: [${'*x, '.repeat(300)}]\n`;
    expect(problems(text)).toEqual([]);
    const [first, ...more] = problems(...Array.from({ length: 20 }, (_, n) => text.replace('name: a', `name: a-${n}`)));
    expect([first?.[0], more]).toEqual([expect.any(Number), []]);
  });

  it('never quotes a Secret', () => {
    for (const rest of [
      '  labels: {hunter2: 2}\nstringData: {a: "hunter2',
      'stringData:\n  a: *hunter2',
      'stringData:\n  a: hunter2: b',
      'stringData: !hunter2',
    ]) {
      const reading = read(`${secret('a')}${rest}`);
      expect(reading.kind).toBe('refused');
      expect(JSON.stringify(reading)).not.toContain('hunter2');
    }
  });
});
