import { describe, expect, it } from 'vitest';
import { askedToConfirm } from '../../src/plan/asked-to-confirm.ts';

const change = (kind: string, action: 'delete' | 'replace' | 'update') => ({
  identity: { group: '', kind, namespace: 'shop', name: 'x' },
  action,
  effects: [],
});
const many = (count: number) => Array.from({ length: count }, () => change('ConfigMap', 'delete'));
const claim = [change('PersistentVolumeClaim', 'delete')];
const rule = { deletions: 2, kinds: ['PersistentVolumeClaim'] };

describe('A second person is needed', () => {
  it.each([
    ['not for two deletions where two are free', many(2), rule, []],
    ['for three', many(3), rule, ['deletes or replaces 3 objects, more than 2']],
    ['for any where none is free', many(1), { ...rule, deletions: 0 }, ['deletes or replaces 1 object']],
    ['not for none where none is free', [], { ...rule, deletions: 0 }, []],
    ['for a kind that is named', claim, rule, ['deletes PersistentVolumeClaim shop/x']],
    [
      'for its replacement',
      [change('PersistentVolumeClaim', 'replace')],
      rule,
      ['replaces PersistentVolumeClaim shop/x'],
    ],
    ['not for its update', [change('PersistentVolumeClaim', 'update')], rule, []],
  ] as const)('%s', (_name, changes, now, reasons) => {
    expect(askedToConfirm(changes, { now, before: [] }, null).reasons).toEqual(reasons);
    expect(askedToConfirm(changes, { now, before: [now] }, null).reasons, 'the same rule before').toEqual(reasons);
  });

  it.each([
    ['for every deletion after the settings moved the environment', many(1), ['deletes 1 object, for it moved']],
    ['not for an update after it', [change('ConfigMap', 'update')], []],
  ] as const)('%s', (_name, changes, reasons) => {
    expect(askedToConfirm(changes, { now: rule, before: [] }, 'it moved').reasons).toEqual(reasons);
  });

  const weak = { deletions: 1_000, kinds: [] };
  it.each([
    [
      'for what the rule before did not allow, whatever the new one does',
      many(3),
      { now: weak, before: [rule] },
      ['deletes or replaces 3 objects; the rule before this commit allowed 2'],
    ],
    [
      'where the rule before allowed none',
      many(1),
      { now: weak, before: [{ ...rule, deletions: 0 }] },
      ['deletes or replaces 1 object; the rule before this commit allowed none'],
    ],
    [
      'for a kind that only the rule before named',
      claim,
      { now: weak, before: [rule] },
      ['deletes PersistentVolumeClaim shop/x, which the rule before this commit asks about'],
    ],
    [
      'for what only the new rule asks about',
      many(3),
      { now: rule, before: [weak] },
      ['deletes or replaces 3 objects, more than 2'],
    ],
    [
      'by the strictest of a release and of one that began after it',
      many(3),
      { now: weak, before: [weak, rule] },
      ['deletes or replaces 3 objects; the rule before this commit allowed 2'],
    ],
    [
      'for every deletion where the rule before cannot be told',
      many(1),
      { now: weak, before: [null] },
      ['deletes or replaces 1 object; the rule before this commit cannot be told'],
    ],
    ['not for what both allow', many(2), { now: weak, before: [rule] }, []],
    ['not for what deletes nothing', [change('ConfigMap', 'update')], { now: weak, before: [null] }, []],
  ] as const)('%s', (_name, changes, rules, reasons) => {
    expect(askedToConfirm(changes, rules, null).reasons).toEqual(reasons);
  });
});

describe('A definition that drops fields of what lives', () => {
  const drops = (count: number, fields: readonly string[], whole = true) => ({
    identity: {
      group: 'apiextensions.k8s.io',
      kind: 'CustomResourceDefinition',
      namespace: null,
      name: 'widgets.example',
    },
    action: 'update' as const,
    effects: [{ kind: 'drops-fields', of: 'Widget', fields, count, whole } as const],
  });
  const kinds = { deletions: 10, kinds: ['CustomResourceDefinition'] };
  const about = 'with CustomResourceDefinition widgets.example';
  it.each([
    ['by name', drops(1, ['spec.a']), kinds, [`drops fields of 1 object of kind Widget ${about} (spec.a)`]],
    [
      'the first of many',
      drops(3, ['a', 'b', 'c', 'd', 'e', 'f', 'g']),
      kinds,
      [`drops fields of 3 objects of kind Widget ${about} (a, b, c, d, e and 2 more)`],
    ],
    [
      'of nobody knows how many',
      drops(0, ['a'], false),
      kinds,
      [`drops fields of objects of kind Widget ${about} (a)`],
    ],
    ['not where the rule does not name definitions', drops(1, ['spec.a']), rule, []],
  ] as const)('asks a second person: %s', (_name, one, now, reasons) => {
    const asked = askedToConfirm([one, change('ConfigMap', 'update')], { now, before: [] }, null);
    expect(asked.reasons).toEqual(reasons);
    expect([...asked.changes]).toEqual(reasons.length === 0 ? [] : [one]);
  });
});

describe('Of what a second person is asked about', () => {
  const updated = change('ConfigMap', 'update');
  it.each([
    ['all that a number counts', many(3), null, 3],
    ['the one of its kind, where the number is free', [...many(1), ...claim], null, 1],
    ['every deletion where the environment was redirected', many(2), 'it moved', 2],
    ['nothing, where nobody is asked', many(2), null, 0],
  ] as const)('%s', (_name, changes, redirected, count) => {
    const asked = askedToConfirm([...changes, updated], { now: rule, before: [] }, redirected).changes;
    expect(asked.size).toBe(count);
    expect(asked.has(updated)).toBe(false);
  });
});
