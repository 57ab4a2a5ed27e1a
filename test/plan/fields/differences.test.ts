import { describe, expect, it } from 'vitest';
import type { Json } from '../../../src/domain/json.ts';
import { differences } from '../../../src/plan/fields/differences.ts';
import { pathText, positionOf, valueAt } from '../../../src/plan/fields/path.ts';

function found(...versions: readonly (Json | undefined)[]): Readonly<Record<string, readonly (Json | undefined)[]>> {
  return Object.fromEntries(differences(versions).map(({ path, values }) => [pathText(path), values]));
}

describe('Versions of an object differ', () => {
  const cases: readonly (readonly [string, Json | undefined, Json | undefined, Readonly<Record<string, unknown>>])[] = [
    ['nowhere where they are equal', { a: [1, { b: 2 }] }, { a: [1, { b: 2 }] }, {}],
    ['at a leaf', { a: { b: 1, c: 2 } }, { a: { b: 1, c: 3 } }, { 'a.c': [2, 3] }],
    ['at every leaf of what is new', {}, { a: { b: 1, c: 2 } }, { 'a.b': [undefined, 1], 'a.c': [undefined, 2] }],
    ['at an empty object that is new', {}, { emptyDir: {} }, { emptyDir: [undefined, {}] }],
    ['where one is text and the other an object', { a: 'x' }, { a: { b: 1 } }, { a: ['x', { b: 1 }] }],
    [
      'in a list item that its name tells',
      {
        containers: [
          { name: 'web', image: '1' },
          { name: 'side', image: '1' },
        ],
      },
      { containers: [{ name: 'side', image: '2' }] },
      { 'containers[name=web].image': ['1', undefined], 'containers[name=side].image': ['1', '2'] },
    ],
    [
      'in a list item that only its mount path tells',
      {
        mounts: [
          { name: 'v', mountPath: '/a' },
          { name: 'v', mountPath: '/b' },
        ],
      },
      {
        mounts: [
          { name: 'v', mountPath: '/a', readOnly: true },
          { name: 'v', mountPath: '/b' },
        ],
      },
      { 'mounts[mountPath=/a].readOnly': [undefined, true] },
    ],
    [
      'in an item that is but a name',
      { refs: [] },
      { refs: [{ name: 'a' }] },
      { 'refs[name=a].name': [undefined, 'a'] },
    ],
    ['in a list that nothing names as a whole', { args: ['a', 'b'] }, { args: ['a'] }, { args: [['a', 'b'], ['a']] }],
    [
      'in a list that names an item twice as a whole',
      {
        env: [
          { name: 'A', value: '1' },
          { name: 'A', value: '2' },
        ],
      },
      { env: [{ name: 'A', value: '1' }] },
      {
        env: [
          [
            { name: 'A', value: '1' },
            { name: 'A', value: '2' },
          ],
          [{ name: 'A', value: '1' }],
        ],
      },
    ],
    [
      'in the order of named items',
      {
        env: [
          { name: 'A', value: '1' },
          { name: 'B', value: '2' },
        ],
      },
      {
        env: [
          { name: 'B', value: '2' },
          { name: 'A', value: '1' },
        ],
      },
      {
        env: [
          ['A', 'B'],
          ['B', 'A'],
        ],
      },
    ],
    ['at a member with dots', { a: { 'x.y/z': '1' } }, { a: { 'x.y/z': '2' } }, { 'a["x.y/z"]': ['1', '2'] }],
    [
      'in a whole number beyond 2^53',
      { a: 9007199254740993n },
      { a: 9007199254740992n },
      { a: [9007199254740993n, 9007199254740992n] },
    ],
  ];

  it.each(cases)('%s', (_name, left, right, expected) => {
    expect(found(left, right)).toEqual(expected);
  });

  it('each at its own path, however many there are', () => {
    const env = (...names: readonly string[]) => ({ env: names.map((name) => ({ name, value: '1' })) });
    expect(found(env('A'), env('A', 'B'), env('A', 'B', 'C'), env('A', 'C'))).toEqual({
      'env[name=B].value': [undefined, '1', '1', undefined],
      'env[name=C].value': [undefined, undefined, '1', '1'],
    });
  });
});

describe('A path', () => {
  const object = { a: [{ name: 'x', b: ['c', 'd'] }], '1': 'text' };

  it('finds its value by names and indices', () => {
    expect(valueAt(object, ['a', { key: 'name', value: 'x' }, 'b', 1])).toBe('d');
    expect(valueAt(object, ['a', { key: 'name', value: 'y' }, 'b'])).toBeUndefined();
    expect(valueAt(object, ['a', 'length'])).toBeUndefined();
    expect(valueAt(object, ['constructor'])).toBeUndefined();
    expect(positionOf(object, ['a', { key: 'name', value: 'x' }, 'b'])).toEqual(['a', 0, 'b']);
  });
});
