import { describe, expect, it } from 'vitest';
import type { InventoryEntry } from '../../src/domain/ledger.ts';
import type { KubernetesObject } from '../../src/domain/manifest.ts';
import { kindKey, knownKinds, occurringKinds } from '../../src/plan/manifests/kinds.ts';
import type { Scope } from '../../src/plan/manifests/settle-manifest.ts';
import { type Subject, subjectsOf } from '../../src/plan/subjects.ts';
import { configMap, inNamespace, object, objectIn } from '../objects.ts';
import { ledgerOf } from '../predict/world.ts';
import { rendering } from '../rendering.ts';

const served = new Map<string, Scope>([
  [kindKey('v1', 'ConfigMap'), 'namespaced'],
  [kindKey('v1', 'Secret'), 'namespaced'],
  [kindKey('v1', 'Namespace'), 'cluster'],
  [kindKey('apiextensions.k8s.io/v1', 'CustomResourceDefinition'), 'cluster'],
]);

const listed = [
  { group: '', version: 'v1', kind: 'ConfigMap', namespaced: true },
  { group: '', version: 'v1', kind: 'Namespace', namespaced: false },
];

interface Situation {
  readonly released?: readonly KubernetesObject[];
  readonly base?: readonly KubernetesObject[];
  readonly merged?: readonly KubernetesObject[];
  readonly inventory?: readonly InventoryEntry[];
}

function subjects(
  { released = [], base = [], merged = [], inventory = [] }: Situation,
  clusterScoped: readonly string[] = ['CustomResourceDefinition'],
): readonly Subject[] {
  return subjectsOf({
    released: rendering(...released),
    base: rendering(...base),
    merged: rendering(...merged),
    ledger: ledgerOf('shop', inventory),
    allowance: {
      kind: 'allowed',
      cluster: 'c',
      namespaces: ['shop'],
      clusterScoped,
      impersonate: null,
    },
    namespace: 'shop',
    applySet: 'set',
    kinds: knownKinds(served, rendering(...merged)),
    listed,
  });
}

function only(situation: Situation): Subject {
  const [first, ...others] = subjects(situation);
  if (first === undefined || others.length > 0) throw new Error(`${1 + others.length} subjects`);
  return first;
}

const entry = (name: string, uid: string | null = 'u'): InventoryEntry => ({
  group: '',
  version: 'v1',
  kind: 'ConfigMap',
  namespace: 'shop',
  name,
  uid,
});

describe('A subject', () => {
  it('is an identity of any rendering or of the inventory', () => {
    const names = subjects({
      base: [configMap('base', {})],
      merged: [configMap('merged', {})],
      inventory: [entry('owned')],
    }).map(({ reference }) => reference.name);
    expect(names).toEqual(['merged', 'base', 'owned']);
  });

  it('has the default namespace where the manifest names none, and the label of the set', () => {
    const { reference, merged } = only({ merged: [configMap('c', {})] });
    expect(reference.namespace).toBe('shop');
    expect(merged?.metadata).toMatchObject({ namespace: 'shop', labels: { 'applyset.kubernetes.io/part-of': 'set' } });
  });

  it('has no namespace where its kind has none', () => {
    const manifest = objectIn('shop', 'apiextensions.k8s.io/v1', 'CustomResourceDefinition', 'x');
    const { reference, merged, stop } = only({ merged: [manifest] });
    expect([reference.namespace, merged?.metadata.namespace, stop]).toEqual([null, undefined, null]);
  });

  it('knows the very same manifest by the same object, whatever rendering it comes from', () => {
    const same = only({
      released: [configMap('c', { a: '1' })],
      base: [configMap('c', { a: '1' })],
      merged: [configMap('c', { a: '1' })],
      inventory: [entry('c')],
    });
    expect(same.released).toBe(same.merged);
    expect(same.base).toBe(same.merged);
    expect(same.touched).toBe(false);
  });

  it('was not released where the ledger does not hold it, whatever the released rendering says', () => {
    const here = only({ released: [configMap('c', {})], merged: [configMap('c', {})] });
    expect([here.released, here.entry]).toEqual([null, null]);
  });

  it('has a Secret’s texts as data', () => {
    const secret = {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: 's' },
      data: { a: 'MQ==', b: 'Mg==' },
      stringData: { b: 'ü' },
    };
    const { merged } = only({ merged: [secret] });
    expect(merged).toMatchObject({ data: { a: 'MQ==', b: 'w7w=' } });
    expect(merged).not.toHaveProperty('stringData');
  });
});

describe('Nothing is sent about', () => {
  it.each([
    ['a namespace that is not allowed', inNamespace('other', configMap('c', {})), 'not-allowed'],
    ['a kind outside namespaces that is not allowed', object('v1', 'Namespace', 'other'), 'not-allowed'],
    ['a kind that the cluster does not serve', object('x/v1', 'Thing', 't'), 'kind-missing'],
    ['a manifest with an owner', withMetadata({ ownerReferences: [{ uid: 'x' }] }), 'refused-manifest'],
    ['a manifest with a UID', withMetadata({ uid: 'x' }), 'refused-manifest'],
    ['a manifest with a resourceVersion', withMetadata({ resourceVersion: '1' }), 'refused-manifest'],
    ['a manifest with managedFields', withMetadata({ managedFields: [] }), 'refused-manifest'],
    [
      'a member of another set',
      withMetadata({ labels: { 'applyset.kubernetes.io/part-of': 'other' } }),
      'refused-manifest',
    ],
    ['what SOPS has encrypted', { ...configMap('c', {}), sops: { mac: 'x' } }, 'refused-manifest'],
  ] as const)('%s', (_name, manifest, code) => {
    expect(only({ merged: [manifest] }).stop?.code).toBe(code);
  });

  it('an object that stands twice, and both places are named', () => {
    const { stop } = only({ merged: [configMap('c', { a: '1' }), configMap('c', { a: '2' })] });
    expect(stop?.message).toContain('deploy/all.yaml:1 and at deploy/all.yaml:11');
  });

  it('an object in a version that the cluster does not serve, and it is no other object that goes', () => {
    const old = { ...configMap('c', {}), apiVersion: 'v0' };
    const {
      reference,
      stop,
      entry: held,
    } = only({ base: [configMap('c', {})], merged: [old], inventory: [entry('c')] });
    expect(held?.uid).toBe('u');
    expect(reference).toMatchObject({ namespace: 'shop', name: 'c' });
    expect(stop).toEqual({
      code: 'kind-missing',
      message: 'the cluster serves no kind ConfigMap in v0; ConfigMap is served as v1',
    });
  });

  it('an object of a misspelled kind, which is where it would be if it were of the kind that was meant', () => {
    const [misspelled, owned] = subjects({
      merged: [object('v1', 'Configmap', 'c')],
      inventory: [entry('c')],
    });
    expect(misspelled).toMatchObject({
      reference: { kind: 'Configmap', namespace: 'shop' },
      stop: { message: 'the cluster serves no kind Configmap in v1; did you mean ConfigMap?' },
      meant: owned?.key,
    });
    const [outside] = subjects({ merged: [inNamespace('other', object('v1', 'namespace', 'n'))] });
    expect(outside).toMatchObject({ reference: { namespace: null }, stop: { code: 'kind-missing' } });
  });

  it('what the ledger holds in a namespace that is no longer allowed', () => {
    expect(only({ inventory: [{ ...entry('c'), namespace: 'other' }] }).stop?.code).toBe('not-allowed');
  });

  it('a namespace of others, though namespaces are an allowed kind', () => {
    const namespaces: Situation = {
      merged: [object('v1', 'Namespace', 'shop'), object('v1', 'Namespace', 'other')],
      inventory: [{ ...entry('owned'), kind: 'Namespace', namespace: null }],
    };
    const stops = subjects(namespaces, ['Namespace']).map(({ reference, stop }) => [reference.name, stop?.code]);
    expect(stops).toEqual([
      ['shop', undefined],
      ['other', 'not-allowed'],
      ['owned', 'not-allowed'],
    ]);
  });

  it('what is not allowed with the lines that would allow it', () => {
    const denied = (kind: string) => subjects({ merged: [object('v1', kind, 'other')] }, [])[0]?.stop?.message;
    expect(denied('Namespace')).toBe(
      'the operator does not allow Namespace, a kind outside namespaces, here: to allow it, the rule of the operator’s file says `clusterScoped: [Namespace]` and `namespaces: [other]`',
    );
    const [stopped] = subjects({ merged: [object('v1', 'Namespace', 'other')] }, ['Namespace']);
    expect(stopped?.stop?.message).toBe(
      'the operator does not allow namespace "other" here: to allow it, the rule of the operator’s file says `namespaces: [other]`',
    );
  });

  it('a kind that is allowed by its name alone once another group has one', () => {
    const definition = (group: string) =>
      object('apiextensions.k8s.io/v1', 'CustomResourceDefinition', `policies.${group}`, {
        spec: { group, names: { kind: 'Policy' }, scope: 'Cluster', versions: [{ name: 'v1', served: true }] },
      });
    const policy = object('a.example/v1', 'Policy', 'p');
    const stopOf = (others: readonly KubernetesObject[], allowed: string) =>
      subjects({ merged: [policy, definition('a.example'), ...others] }, ['CustomResourceDefinition', allowed]).find(
        ({ reference }) => reference.kind === 'Policy',
      )?.stop;
    expect(stopOf([], 'Policy')).toBeNull();
    expect(stopOf([definition('b.example')], 'Policy')?.message).toBe(
      'the operator does not allow Policy by its name alone, for it is served in `a.example` and `b.example`: to allow it, the rule of the operator’s file says `clusterScoped: [Policy.a.example]`',
    );
    expect(stopOf([definition('b.example')], 'Policy.a.example')).toBeNull();
  });

  it('what base alone says there', () => {
    expect(subjects({ base: [inNamespace('other', configMap('c', {}))] })).toEqual([]);
  });

  it('but a member of the own set may say so', () => {
    expect(only({ merged: [withMetadata({ labels: { 'applyset.kubernetes.io/part-of': 'set' } })] }).stop).toBeNull();
  });
});

describe('A kind that the merged rendering defines', () => {
  const definition = object('apiextensions.k8s.io/v1', 'CustomResourceDefinition', 'widgets.e.example', {
    spec: {
      group: 'e.example',
      scope: 'Cluster',
      names: { kind: 'Widget' },
      versions: [
        { name: 'v1', served: true },
        { name: 'v0', served: false },
      ],
    },
  });

  it('is known, with its scope, and needs its definition', () => {
    const widget = object('e.example/v1', 'Widget', 'w');
    const found = subjects({ merged: [widget, definition] }).find(({ reference }) => reference.kind === 'Widget');
    expect(found).toMatchObject({ reference: { namespace: null }, needs: [{ kind: 'CustomResourceDefinition' }] });
  });

  it('is not known in a version that it does not serve', () => {
    const widget = object('e.example/v0', 'Widget', 'w');
    const found = subjects({ merged: [widget, definition] }).find(({ reference }) => reference.kind === 'Widget');
    expect(found?.stop?.code).toBe('kind-missing');
  });
});

describe('Discovery is asked', () => {
  it('once for every kind that occurs', () => {
    const one = rendering(configMap('a', {}), configMap('b', {}));
    expect(
      occurringKinds(
        [one, one, null],
        ledgerOf('shop', [entry('c'), { ...entry('d'), group: 'apps', kind: 'Deployment' }]),
      ),
    ).toEqual([
      { apiVersion: 'v1', kind: 'ConfigMap' },
      { apiVersion: 'apps/v1', kind: 'Deployment' },
    ]);
  });
});

function withMetadata(metadata: object): KubernetesObject {
  return { ...configMap('c', {}), metadata: { name: 'c', ...metadata } };
}
