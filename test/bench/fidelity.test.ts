import { describe, expect, it } from 'vitest';
import { type ComparedObject, compare, type Snapshot } from '../../bench/fidelity/compare.ts';
import { compareCase } from '../../bench/fidelity/compare-case.ts';
import { mendedManifests } from '../../bench/fidelity/mend-files.ts';
import { ownNames } from '../../bench/fidelity/own-names.ts';
import { asOfToday } from '../../bench/fidelity/today.ts';
import { withoutWrittenSince } from '../../bench/fidelity/written-since.ts';
import type { JsonObject } from '../../src/domain/json.ts';
import { identityKey, type KubernetesObject, referenceOf } from '../../src/domain/manifest.ts';
import type { Certainty } from '../../src/domain/prediction.ts';
import { contentOf } from '../../src/plan/fields/content.ts';
import { differences } from '../../src/plan/fields/differences.ts';
import { pathText } from '../../src/plan/fields/path.ts';
import type { PlannedObject } from '../../src/predict/predicted-plan.ts';
import { aChange, aPath, aPlan } from '../present/sample-view.ts';

/** A comparison that finds nothing proves nothing: each kind of lie is planted, and has to be found. */
describe('The comparison of a plan with what the cluster holds', () => {
  const before = settings({ mode: 'old', size: '1' });
  const after = settings({ mode: 'new', size: '1' });

  it('is content where all is as it was said', () => {
    expect(told(updates(before, after), [before], [after])).toEqual([]);
    expect(told(creates(after), [], [after])).toEqual([]);
    expect(told(deletes(before), [before], [])).toEqual([]);
    expect(told([], [before], [before])).toEqual([]);
  });

  it.each([
    [
      'an update that did not happen',
      updates(before, after),
      [before],
      [before],
      'planned update, and what happened is nothing',
    ],
    ['an update that nobody planned', [], [before], [after], 'planned nothing, and what happened is update'],
    ['a create that nobody planned', [], [], [after], 'planned nothing, and what happened is create'],
    ['a delete that nobody planned', [], [before], [], 'planned nothing, and what happened is delete'],
    [
      'a delete that did not happen',
      deletes(before),
      [before],
      [before],
      'planned delete, and what happened is nothing',
    ],
    [
      'an object that was made anew',
      updates(before, after),
      [before],
      [remade(after)],
      'planned update, and what happened is replace',
    ],
  ])('finds %s', (_, planned, there, now, words) => {
    expect(told(planned, there, now)).toContain(words);
  });

  it('finds another value than the one that was shown', () => {
    const other = settings({ mode: 'newer', size: '1' });
    expect(told(updates(before, after), [before], [other])).toEqual(['said:\n data:\n-  mode: new\n+  mode: newer']);
  });

  it('finds a field more, and a field less, than was said', () => {
    const more = settings({ mode: 'new', size: '2' });
    expect(told(updates(before, after), [before], [more])[1]).toBe(
      'said to change: data.mode; changed: data.mode, data.size',
    );
    expect(told(updates(before, more), [before], [after])[1]).toBe(
      'said to change: data.mode, data.size; changed: data.mode',
    );
  });

  it('finds another content than that of the object that was to be made', () => {
    expect(told(creates(after), [], [settings({ mode: 'other', size: '1' })])[0]).toContain('+  mode: other');
  });

  it('forgives an estimate its content, and not what it was to do', () => {
    const guess: Certainty = { kind: 'estimated', why: 'a guess' };
    const [object] = compared(creates(after, guess), [], [before]);
    expect(object).toMatchObject({ asShown: false, mismatches: [] });
    expect(told(creates(after, guess), [], [])).toEqual(['planned create, and what happened is nothing']);
  });
});

describe('What others wrote since', () => {
  const before = {
    ...settings({ mode: 'old' }),
    metadata: { ...settings({}).metadata, annotations: { revision: '1' } },
  };

  it('is set aside where managedFields say so', () => {
    const now = held(
      'controller',
      { 'f:metadata': { 'f:annotations': { 'f:revision': {} } } },
      { ...before, metadata: { ...before.metadata, annotations: { revision: '2' } } },
    );
    expect(withoutWrittenSince(before, now).fields).toEqual(['controller: metadata.annotations.revision']);
    expect(contentOf(withoutWrittenSince(before, now).object)).toEqual(contentOf(before));
  });

  it('is not set aside where Fairlead holds the field, too', () => {
    const now = held('fairlead', { 'f:data': { 'f:mode': {} } }, settings({ mode: 'new' }));
    expect(withoutWrittenSince(before, now).fields).toEqual([]);
    expect(withoutWrittenSince(before, now).object).toEqual(now);
  });
});

describe('A case of the corpus', () => {
  it('is held against what happened in all of its environments together', () => {
    const outcome = compareCase(
      played({ create: ['/ConfigMap/shop/new'], update: ['/ConfigMap/shop/same'], delete: ['/ConfigMap/-/gone'] }, [
        ['/ConfigMap/a-shop/new', 'create'],
        ['/ConfigMap/a-shop/same', 'nothing'],
        ['/ConfigMap/a-shop/gone', 'nothing'],
        ['/ConfigMap/a-shop/more', 'create'],
      ]),
    );
    expect(outcome).toMatchObject({ named: 3, equal: 1, changesNothing: ['/ConfigMap/shop/same'] });
    expect(outcome.mismatches).toEqual([
      '/ConfigMap/shop/gone: case.json says delete, and what happened is nothing',
      '/ConfigMap/shop/more: case.json says nothing, and what happened is create',
    ]);
  });

  it('keeps the last of two twins, and leaves out what nobody can read', () => {
    const twin = (value: string): string => JSON.stringify({ ...settings({ mode: value }), metadata: { name: 'web' } });
    const { refusals, manifests } = mendedManifests([
      { path: 'a.yaml', content: new TextEncoder().encode(`${twin('one')}\n---\n${twin('two')}\n`) },
      { path: 'b.yaml', content: new Uint8Array([0, 0xff]) },
    ]);
    expect(refusals).toHaveLength(2);
    expect(manifests.map(({ object }) => object['data'])).toEqual([{ mode: 'two' }]);
  });

  it('is written for today', () => {
    const ingress = {
      apiVersion: 'extensions/v1beta1',
      kind: 'Ingress',
      metadata: { name: 'web' },
      spec: {
        rules: [{ host: 'a', http: { paths: [{ path: '/', backend: { serviceName: 'web', servicePort: 80 } }] } }],
      },
    };
    expect(asOfToday(ingress)).toMatchObject({
      apiVersion: 'networking.k8s.io/v1',
      spec: {
        rules: [
          {
            http: {
              paths: [
                { pathType: 'ImplementationSpecific', backend: { service: { name: 'web', port: { number: 80 } } } },
              ],
            },
          },
        ],
      },
    });
    expect(asOfToday(settings({}))).toEqual(settings({}));
  });

  it('has names of its own, also where one object names another', () => {
    const role = { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'ClusterRole', metadata: { name: 'reader' } };
    const binding = {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'ClusterRoleBinding',
      metadata: { name: 'readers' },
      roleRef: { kind: 'ClusterRole', name: 'reader' },
      subjects: [{ kind: 'ServiceAccount', name: 'a', namespace: 'shop' }],
    };
    const names = ownNames('x-', [role, binding]);
    expect(names.renamed(binding)).toMatchObject({
      metadata: { name: 'x-readers' },
      roleRef: { name: 'x-reader' },
      subjects: [{ name: 'a', namespace: 'x-shop' }],
    });
    expect(names.written('x-shop')).toBe('shop');
  });
});

function settings(data: Readonly<Record<string, string>>): KubernetesObject {
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'web', namespace: 'shop', uid: 'u1' }, data };
}

function remade(object: KubernetesObject): KubernetesObject {
  return { ...object, metadata: { ...object.metadata, uid: 'u2' } };
}

function held(manager: string, fieldsV1: JsonObject, object: KubernetesObject): KubernetesObject {
  const entry = { manager, operation: manager === 'fairlead' ? 'Apply' : 'Update', fieldsV1 };
  return { ...object, metadata: { ...object.metadata, managedFields: [entry] } };
}

const exact: Certainty = { kind: 'exact' };

function creates(object: KubernetesObject, certainty = exact): readonly PlannedObject[] {
  return [planned('create', { live: null, desired: object, certainty })];
}

function updates(live: KubernetesObject, desired: KubernetesObject): readonly PlannedObject[] {
  return [planned('update', { live, desired, certainty: exact })];
}

function deletes(live: KubernetesObject): readonly PlannedObject[] {
  return [planned('delete', { live, desired: null, certainty: exact })];
}

interface Sides {
  readonly live: KubernetesObject | null;
  readonly desired: KubernetesObject | null;
  readonly certainty: Certainty;
}

function planned(action: 'create' | 'update' | 'delete', { live, desired, certainty }: Sides): PlannedObject {
  const reference = referenceOf(live ?? desired ?? settings({}));
  const [before, after] = [live && contentOf(live), desired && contentOf(desired)];
  const changed = before === null || after === null ? [] : differences([before, after]);
  const { version: _version, ...identity } = reference;
  const paths = changed.map(({ path, values: [was, is] }) => aPath(pathText(path), { before: was, after: is }));
  const change = aChange(identity, { action, certainty, paths });
  return {
    reference,
    desired,
    live: live === null ? { kind: 'absent' } : { kind: 'present', object: live },
    after,
    change,
    needs: [],
  };
}

function compared(
  objects: readonly PlannedObject[],
  before: readonly KubernetesObject[],
  after: readonly KubernetesObject[],
): readonly ComparedObject[] {
  return compare({ plan: aPlan('staging', []), objects, orphaned: [] }, snapshot(before), snapshot(after));
}

function told(...of: Parameters<typeof compared>): readonly string[] {
  return compared(...of).flatMap(({ mismatches }) => mismatches);
}

function snapshot(objects: readonly KubernetesObject[]): Snapshot {
  return new Map(objects.map((object) => [identityKey(referenceOf(object)), object]));
}

function played(
  expected: Parameters<typeof compareCase>[0]['played']['expected'],
  happened: readonly (readonly [string, ComparedObject['happened']])[],
): Parameters<typeof compareCase>[0] {
  const references = happened.map(([key]) => {
    const [group = '', kind = '', namespace = '', name = ''] = key.split('/');
    return { group, version: 'v1', kind, namespace, name };
  });
  const environment = {
    path: 'shop',
    refusals: [],
    names: ownNames('a-', []),
    objects: [],
    happened: happened.map(([key, what]) => ({ key, happened: what })),
    leftOut: [],
    notServed: [],
    mismatches: [],
    released: [],
    references,
  };
  return { played: { name: 'set/pr-1', expected, environments: [], missing: [] }, environments: [environment] };
}
