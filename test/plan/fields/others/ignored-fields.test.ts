import { describe, expect, it } from 'vitest';
import type { IgnoreRule } from '../../../../src/domain/environment.ts';
import type { JsonObject } from '../../../../src/domain/json.ts';
import type { KubernetesObject } from '../../../../src/domain/manifest.ts';
import {
  hiddenFields,
  ignoredPaths,
  leaveIgnored,
  rulesFor,
  withoutIgnored,
} from '../../../../src/plan/fields/others/ignored-fields.ts';
import { pathText } from '../../../../src/plan/fields/path.ts';

const rule = (path: string) => ({ kind: 'Deployment', name: null, path, manager: null, line: 14 });
const identity = { group: 'apps', kind: 'Deployment', namespace: 'shop', name: 'web' };

function web(spec: JsonObject, annotations: Readonly<Record<string, string>> = {}): KubernetesObject {
  return { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'web', annotations }, spec };
}

describe('A rule is about', () => {
  const rules = [
    { ...rule('/spec/replicas'), name: 'web' },
    { ...rule('/spec/replicas'), name: 'other' },
    { ...rule('/spec/paused'), kind: 'StatefulSet' },
    rule('/spec/paused'),
  ];
  it('its kind and its name, or every name', () => {
    expect(rulesFor(rules, identity)).toEqual([rules[0], rules[3]]);
  });

  it.each(['', '/metadata', '/metadata/name', '/metadata/labels', '/apiVersion', '/kind', 'spec'])(
    'no identity (%j)',
    (path) => {
      expect(rulesFor([rule(path)], identity)).toEqual([]);
    },
  );
});

describe('What a rule ignores is left as it lives', () => {
  const cases: readonly (readonly [
    string,
    KubernetesObject,
    KubernetesObject,
    KubernetesObject | null,
    string,
    KubernetesObject,
  ])[] = [
    ['where both have it', web({ replicas: 3 }), web({ replicas: 6 }), null, '/spec/replicas', web({ replicas: 6 })],
    [
      'where it was taken from the cluster',
      web({ replicas: 3, a: 1 }),
      web({ a: 1 }),
      null,
      '/spec/replicas',
      web({ a: 1 }),
    ],
    [
      'where Git drops what was released',
      web({}),
      web({ replicas: 6 }),
      web({ replicas: 3 }),
      '/spec/replicas',
      web({ replicas: 6 }),
    ],
    ['where Git never had it', web({}), web({ replicas: 6 }), null, '/spec/replicas', web({})],
    [
      'in a list, by index',
      web({ l: [{ a: 1 }, { a: 2 }] }),
      web({ l: [{ a: 1 }, { a: 9 }] }),
      null,
      '/spec/l/1/a',
      web({ l: [{ a: 1 }, { a: 9 }] }),
    ],
    [
      'under an escaped name',
      web({}, { 'a/b~c': '1' }),
      web({}, { 'a/b~c': '2' }),
      null,
      '/metadata/annotations/a~1b~0c',
      web({}, { 'a/b~c': '2' }),
    ],
    [
      'under a name of digits',
      web({ data: { '80': 'a' } }),
      web({ data: { '80': 'b' } }),
      null,
      '/spec/data/80',
      web({ data: { '80': 'b' } }),
    ],
    ['and not where its parent is missing', web({}), web({ a: { b: 1 } }), web({ a: { b: 2 } }), '/spec/a/b', web({})],
  ];

  it.each(cases)('%s', (_name, manifest, live, released, path, expected) => {
    const ignored = ignoredPaths([rule(path)], live, [released, manifest]);
    expect(leaveIgnored(manifest, live, released, ignored)).toEqual(expected);
  });

  it('and is no difference', () => {
    const live = web({ replicas: 3, a: [1, 2] });
    const ignored = ignoredPaths([rule('/spec/replicas'), rule('/spec/a/0')], live, []);
    expect(withoutIgnored(live, ignored)).toEqual(web({ a: [2] }));
  });
});

describe('What is hidden is said', () => {
  const live = web({ replicas: 6, l: [{ a: 1 }] });
  it.each([
    ['where Git says something else', [web({ replicas: 3 })], '/spec/replicas', 'spec.replicas'],
    ['where Git stops to say it', [web({ replicas: 6 }), web({})], '/spec/replicas', 'spec.replicas'],
    ['by the index in a list', [web({ l: [{ a: 2 }] })], '/spec/l/0/a', 'spec.l[0].a'],
    ['not where Git says the same', [web({ replicas: 6 })], '/spec/replicas', null],
    ['not where Git says nothing', [web({}), null], '/spec/replicas', null],
  ])('%s', (_name, wanted, path, shown) => {
    const expected = shown === null ? [] : [{ identity, path: shown, rule: 'settings, line 14' }];
    expect(hiddenFields(identity, live, wanted, ignoredPaths([rule(path)], live, wanted))).toEqual(expected);
  });
});

describe('A pattern', () => {
  const containers = (...items: readonly (readonly [string, string])[]) =>
    web({ containers: items.map(([name, image]) => ({ name, image })) });
  const manifest = containers(['web', 'web:1'], ['proxy', 'proxy:1']);
  const live = containers(['proxy', 'proxy:2'], ['web', 'web:2']);

  it.each<[string, KubernetesObject]>([
    ['/spec/containers/[name=proxy]/image', containers(['web', 'web:1'], ['proxy', 'proxy:2'])],
    ['/spec/containers/[name=proxy]', containers(['web', 'web:1'], ['proxy', 'proxy:2'])],
    ['/spec/containers/*/image', containers(['web', 'web:2'], ['proxy', 'proxy:2'])],
    ['/spec/containers/*', containers(['web', 'web:2'], ['proxy', 'proxy:2'])],
    ['/spec/containers/[name=other]/image', manifest],
    ['/spec/volumes/*/name', manifest],
  ])('%s leaves what it names as it lives, wherever that stands', (path, expected) => {
    expect(leaveIgnored(manifest, live, null, ignoredPaths([rule(path)], live, [manifest]))).toEqual(expected);
  });

  it('brings back an item that Git just dropped', () => {
    const dropped = containers(['web', 'web:2']);
    const ignored = ignoredPaths([rule('/spec/containers/[name=proxy]')], live, [manifest, dropped]);
    expect(leaveIgnored(dropped, live, manifest, ignored)).toEqual(containers(['web', 'web:2'], ['proxy', 'proxy:2']));
  });

  it('below the annotations is every one of them', () => {
    const ours = web({}, { a: '1', b: '1' });
    const ignored = ignoredPaths([rule('/metadata/annotations/*')], web({}, { a: '2' }), [ours]);
    expect(withoutIgnored(ours, ignored)).toEqual(web({}, {}));
  });

  it('counts what it hides', () => {
    const ignored = ignoredPaths([rule('/spec/containers/*')], live, [manifest]);
    expect(hiddenFields(identity, live, [manifest], ignored)).toEqual([
      { identity, path: 'spec.containers[name=proxy]', rule: 'settings, line 14', count: 2 },
    ]);
  });
});

describe('A rule about a manager', () => {
  const fieldsV1 = {
    'f:metadata': { 'f:labels': { '.': {}, 'f:applyset.kubernetes.io/part-of': {} }, 'f:finalizers': { 'v:"x"': {} } },
    'f:spec': {
      'f:replicas': {},
      'f:containers': { 'k:{"name":"web"}': { 'f:image': {} }, 'k:{"name":"gone"}': { 'f:image': {} } },
    },
    'f:status': { 'f:phase': {} },
  };
  const managed = (spec: JsonObject): KubernetesObject => ({
    ...web(spec),
    metadata: {
      name: 'web',
      labels: { 'applyset.kubernetes.io/part-of': 'x' },
      managedFields: [{ manager: 'scaler', operation: 'Update', fieldsV1 }],
    },
  });
  const live = managed({ replicas: 6, paused: true, containers: [{ name: 'web', image: 'web:2' }] });
  const pathsOf = (rules: readonly IgnoreRule[]) =>
    ignoredPaths(rules, live, [web({ replicas: 1 })]).map(({ path }) => pathText(path));

  it('is about every field that it holds, and about none that makes the object what it is', () => {
    const about = { ...rule(''), path: null, manager: 'scaler' };
    expect(rulesFor([about], identity)).toEqual([about]);
    expect(pathsOf([about])).toEqual(['spec.replicas', 'spec.containers[name=web].image']);
    expect(pathsOf([{ ...about, manager: 'another' }])).toEqual([]);
  });

  it('and a path is about what it holds there', () => {
    const about = (path: string) => pathsOf([{ ...rule(path), manager: 'scaler' }]);
    expect(about('/spec/replicas')).toEqual(['spec.replicas']);
    expect(about('/spec/containers')).toEqual(['spec.containers[name=web].image']);
    expect(about('/spec/paused')).toEqual([]);
  });
});
