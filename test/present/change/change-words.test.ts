import { describe, expect, it } from 'vitest';
import type { Change, PathChange } from '../../../src/domain/plan.ts';
import { changeWords } from '../../../src/present/change/change-words.ts';
import { effectsInAll } from '../../../src/present/change/effects.ts';
import { inMarkdown } from '../../../src/present/text/words.ts';
import { aChange, aPath } from '../sample-view.ts';

const image = 'spec.template.spec.containers[name=web].image';

describe('a change in few words', () => {
  it.each<[string, Partial<Change['identity']>, readonly PathChange[], string]>([
    [
      'an image by its tag',
      {},
      [aPath(image, { before: 'r.example/web:1', after: 'r.example/web:2' })],
      'image `1` → `2`, restarts its pods',
    ],
    [
      'an image of another repository whole',
      {},
      [aPath(image, { before: 'a/web:1', after: 'b/web:1' })],
      'image `a/web:1` → `b/web:1`, restarts its pods',
    ],
    [
      'an image behind a registry with a port',
      {},
      [aPath(image, { before: 'localhost:5000/web:1', after: 'localhost:5000/web:2' })],
      'image `1` → `2`, restarts its pods',
    ],
    ['scaling', {}, [aPath('spec.replicas', { before: 3, after: 6 })], 'scales 3 → 6'],
    ['scaling to nothing', {}, [aPath('spec.replicas', { before: 3, after: 0 })], 'stops its pods (scales 3 → 0)'],
    [
      'a key of a ConfigMap, also with dots',
      { kind: 'ConfigMap', group: '' },
      [aPath('data["app.conf"]'), aPath('data.other', { before: undefined })],
      'key `app.conf` changes, key `other` is added',
    ],
    [
      'two fields and the number of the others',
      { kind: 'Service', group: '' },
      [aPath('spec.a'), aPath('spec.b', { after: undefined }), aPath('spec.c'), aPath('spec.d')],
      '`spec.a` `a` → `b`, `spec.b` removed (was `a`), 2 more fields',
    ],
    [
      'a large value by its path',
      { kind: 'Service', group: '' },
      [aPath('spec.ports', { before: [], after: [{ port: 80 }] })],
      '`spec.ports` changes',
    ],
  ])('tells %s', (_what, identity, paths, words) => {
    expect(inMarkdown(changeWords(aChange(identity, { paths })))).toBe(words);
  });

  it('counts what a plan does to people, the gravest first', () => {
    const gone = (kind: string) => aChange({ kind }, { action: 'delete' });
    const effects = effectsInAll([
      gone('Service'),
      gone('PersistentVolumeClaim'),
      gone('PersistentVolumeClaim'),
      gone('Namespace'),
      aChange({}, { paths: [aPath(image)] }),
    ]);
    expect(effects.map(({ words }) => words)).toEqual([
      'deletes a namespace and everything in it',
      'deletes 2 volume claims and their data',
      'ends the traffic of a service or route',
      'restarts the pods of one workload',
    ]);
    expect(effects.map(({ grave }) => grave)).toEqual([true, true, true, false]);
  });

  it.each([
    ['deleted', 'delete', 'deletes 2 volume claims and their data (data-db-0, data-db-1), stops its pods'],
    ['kept', 'delete', 'stops its pods, its 2 volume claims stay (data-db-0, data-db-1)'],
    ['kept', 'update', 'stops its pods (scales 2 → 0), 2 volume claims stay (data-db-0, data-db-1)'],
  ] as const)('tells of volume claims that are %s at %s', (fate, action, words) => {
    const volumeClaims = { fate, count: 2, names: ['data-db-0', 'data-db-1'] };
    const paths = action === 'delete' ? [] : [aPath('spec.replicas', { before: 2, after: 0 })];
    const change = aChange({ kind: 'StatefulSet' }, { action, volumeClaims, paths });
    expect(inMarkdown(changeWords(change))).toBe(words);
    const inAll = effectsInAll([change, aChange({ kind: 'PersistentVolumeClaim' }, { action: 'delete' })]);
    expect(inAll[0]?.words).toBe(
      `deletes ${fate === 'deleted' ? '3 volume claims and their' : 'a volume claim and its'} data`,
    );
  });
});
