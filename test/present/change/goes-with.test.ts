import { describe, expect, it } from 'vitest';
import type { GoesWith } from '../../../src/domain/goes-with.ts';
import { goesWithWords } from '../../../src/present/change/goes-with.ts';

const claim = { group: '', kind: 'PersistentVolumeClaim', namespace: 'old', name: 'data' };
const none = { count: 0, names: [] };

const cases: readonly (readonly [GoesWith, string])[] = [
  [
    {
      kind: 'contents',
      counts: [
        { kind: 'ConfigMap', count: 2 },
        { kind: 'PersistentVolumeClaim', count: 1 },
      ],
      unplanned: { count: 2, names: [claim] },
      unread: ['Secret'],
    },
    'With it go 3 objects: 2 ConfigMap and 1 PersistentVolumeClaim. 2 of them are not in this plan: PersistentVolumeClaim old/data and 1 more. Not counted, for they may not be read: Secret.',
  ],
  [{ kind: 'contents', counts: [], unplanned: none, unread: [] }, 'Nothing of note is in it.'],
  [{ kind: 'contents', counts: [], unplanned: none, unread: 'everything' }, 'What is in it cannot be read.'],
  [
    {
      kind: 'custom-resources',
      of: 'Gadget',
      count: 41,
      namespaces: 7,
      outside: 30,
      unplanned: { count: 1, names: [] },
      whole: true,
    },
    'With it go 41 objects of kind Gadget in 7 namespaces. 30 of them are in namespaces that are not this environment’s. 1 of them is not in this plan.',
  ],
  [
    { kind: 'custom-resources', of: 'Gadget', count: 0, namespaces: 0, outside: 0, unplanned: none, whole: false },
    'There is no object of its kind, counted only where they may be read.',
  ],
  [
    { kind: 'volume', size: '5Gi', storageClass: 'fast', bound: 'pv-1', reclaimPolicy: 'Delete' },
    'It has 5Gi, storage class fast; its volume (pv-1) is deleted with it.',
  ],
  [
    { kind: 'volume', size: '5Gi', storageClass: null, bound: null, reclaimPolicy: null },
    'It has 5Gi, no storage class; what becomes of its volume may not be read.',
  ],
  [
    { kind: 'made-claims', count: 5, names: ['data-db-0'], templates: [{ size: '10Gi', storageClass: 'fast' }] },
    'It makes 5 volume claims of 10Gi of class fast: data-db-0 and 4 more.',
  ],
];

describe('What comes or goes with an object', () => {
  it.each(cases)('is said: %j', (goesWith, words) => {
    expect(goesWithWords(goesWith)).toBe(words);
  });
});
