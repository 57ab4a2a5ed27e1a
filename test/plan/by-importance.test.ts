import { describe, expect, it } from 'vitest';
import type { Change } from '../../src/domain/plan.ts';
import { byImportance } from '../../src/plan/by-importance.ts';
import { aChange, aKeptBackChange, aPath } from '../present/sample-view.ts';

const drift = { paths: [aPath('spec.replicas', { causes: ['drift'] })] } as const;

describe('the objects of a plan are read', () => {
  it('in one order: kept back, deleted, replaced, updated, created', () => {
    const changes = (['create', 'update', 'unchanged', 'replace', 'delete'] as const).map((action) =>
      aChange({}, { action }),
    );
    expect(order([...changes, aKeptBackChange({}, { action: 'unknown' }), aKeptBackChange({})])).toEqual([
      'blocked web',
      'unknown web',
      'delete web',
      'replace web',
      'update web',
      'create web',
      'unchanged web',
    ]);
  });

  it('with what a merge takes back before what is only new, and what comes unasked before that', () => {
    const created = ['a', 'b'].map((name) => aChange({ name }, { action: 'create' }));
    expect(
      order([
        ...created,
        aChange({ name: 'back' }, { action: 'create', fromPullRequest: false, vanished: true }),
        aChange({ name: 'drifted' }, { ...drift, fromPullRequest: false }),
        aChange({ name: 'own' }),
        aChange({ name: 'gone' }, { action: 'delete', fromPullRequest: false }),
      ]),
    ).toEqual(['delete gone', 'update own', 'update drifted', 'create back', 'create a', 'create b']);
  });

  it('with what somebody must look at before the others of its kind, then by name', () => {
    expect(
      order([
        aChange({ name: 'a' }),
        aChange({ name: 'b' }),
        aChange({ name: 'c' }, drift),
        aChange({ name: 'd' }, { effects: [{ kind: 'selects-nothing' }] }),
      ]),
    ).toEqual(['update c', 'update d', 'update a', 'update b']);
  });
});

function order(changes: readonly Change[]): readonly string[] {
  return changes.toSorted(byImportance).map(({ action, identity }) => `${action} ${identity.name}`);
}
