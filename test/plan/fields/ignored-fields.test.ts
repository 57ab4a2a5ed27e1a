import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../src/domain/json.ts';
import type { KubernetesObject } from '../../../src/domain/manifest.ts';
import { hiddenFields, leaveIgnored, rulesFor, withoutIgnored } from '../../../src/plan/fields/ignored-fields.ts';

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
    expect(leaveIgnored(manifest, live, released, [rule(path)])).toEqual(expected);
  });

  it('and is no difference', () => {
    expect(withoutIgnored(web({ replicas: 3, a: [1, 2] }), [rule('/spec/replicas'), rule('/spec/a/0')])).toEqual(
      web({ a: [2] }),
    );
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
    expect(hiddenFields(identity, live, wanted, [rule(path)])).toEqual(expected);
  });
});
