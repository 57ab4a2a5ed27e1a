import { beforeEach, describe, expect, it } from 'vitest';
import type { Attempt, Ledger } from '../../../src/domain/ledger.ts';
import type { Identity } from '../../../src/domain/manifest.ts';
import type { Change } from '../../../src/domain/plan.ts';
import { agreedEffects } from '../../../src/release/apply/agreed-effects.ts';
import { unannouncedTakeovers } from '../../../src/release/apply/unannounced-takeovers.ts';
import { aDesired } from '../../contracts/records.ts';
import { FakeRecords } from '../../fakes/records.ts';
import { aChange, aPlan, planned } from '../../present/sample-view.ts';

const { repository, environment } = aDesired;
const desired = { ...aDesired, pullRequest: { number: 1, author: 'ada' }, carries: [] };
const taken: Identity = { group: '', kind: 'ConfigMap', namespace: 'shop', name: 'settings' };
const takes = (...loses: readonly string[]) =>
  aChange(taken, { adopted: true, effect: `takes ${loses.join()}`.padEnd(64), ...(loses.length > 0 && { loses }) });

describe('what a release takes over', () => {
  let records: FakeRecords;
  beforeEach(() => {
    records = new FakeRecords();
  });

  async function show(changes: readonly Change[], digest = 'a'.repeat(64)): Promise<void> {
    const plan = aPlan(environment.name, changes, { digest });
    await records.savePlan(repository, 1, environment.name, planned(plan));
    await records.saveShown(repository, 1, environment.name, digest);
  }

  const found = (changes: readonly Change[], ledger: Ledger | null = null) =>
    unannouncedTakeovers(desired, ledger, aPlan(environment.name, changes), records);

  it('may be what a controller puts into a namespace that the plan creates', async () => {
    const account: Identity = { group: '', kind: 'ServiceAccount', namespace: 'shop', name: 'default' };
    const other: Identity = { ...account, namespace: 'other' };
    const namespace: Identity = { group: '', kind: 'Namespace', namespace: null, name: 'shop' };
    await show([namespace, account, other].map((identity) => aChange(identity, { action: 'create' })));
    const now = [account, other].map((identity) => aChange(identity, { adopted: true, loses: ['1'] }));
    expect(await found(now)).toEqual([{ identity: other, why: 'unannounced' }]);
  });

  it('is told by no plan that was made again after the merge, whatever the clocks say', async () => {
    await show([aChange(taken, { action: 'create' })]);
    const later = aPlan(environment.name, [takes()], { digest: 'b'.repeat(64), at: '2026-01-01T00:00:00.000Z' });
    await records.savePlan(repository, 1, environment.name, planned(later));
    expect(await found([takes()])).toEqual([{ identity: taken, why: 'unannounced' }]);
  });

  it('is told by the plan that was shown, also when another one was made after the merge', async () => {
    await show([takes()]);
    const later = aPlan(environment.name, [], { digest: 'b'.repeat(64) });
    await records.savePlan(repository, 1, environment.name, planned(later));
    expect(await found([takes()])).toEqual([]);
  });

  it('is not known where the records lost the plan', async () => {
    expect(await found([takes()])).toEqual([{ identity: taken, why: 'unknown' }]);
  });

  it('loses no more of its fields than the plan showed, but may lose fewer', async () => {
    await show([takes('1', '2')]);
    expect(await found([takes('1', '2')])).toEqual([]);
    expect(await found([takes('2')])).toEqual([]);
    expect(await found([takes('1', '2', '3')])).toEqual([{ identity: taken, why: 'loses-more' }]);
  });

  it('is what an attempt began with, and what it was given to lose since', async () => {
    await show([takes('1')]);
    const entry = { ...taken, version: 'v1', uid: 'u' };
    const attempt: Attempt = {
      commit: desired.commit,
      path: environment.path,
      rendering: desired.rendering ?? '',
      settings: desired.settings,
      at: desired.at,
      agreed: agreedEffects([takes('1', '9')], null),
    };
    const ledger: Ledger = {
      environment: { repository: repository.id, environment: environment.name },
      resourceVersion: '1',
      applySet: 'set',
      inventory: [entry],
      orphaned: [],
      released: null,
      attempt,
    };
    const began = { ...desired, rendering: attempt.rendering };
    const of = (change: Change) =>
      unannouncedTakeovers(began, ledger, aPlan(environment.name, [change]), records).then((all) =>
        all.map(({ why }) => why),
      );
    expect(await of(takes('1', '9')), 'confirmed when it began').toEqual([]);
    expect(await of(takes('1')), 'announced').toEqual([]);
    expect(await of(takes('1', '2')), 'neither').toEqual(['loses-more']);
  });
});
