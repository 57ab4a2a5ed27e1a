import { expect, it } from 'vitest';
import type { Identity } from '../../../src/domain/manifest.ts';
import { unannouncedTakeovers } from '../../../src/release/apply/unannounced-takeovers.ts';
import { aDesired } from '../../contracts/records.ts';
import { FakeRecords } from '../../fakes/records.ts';
import { aChange, aPlan } from '../../present/sample-view.ts';

it('takes over what a controller puts into a namespace that the plan creates', async () => {
  const account: Identity = { group: '', kind: 'ServiceAccount', namespace: 'shop', name: 'default' };
  const other: Identity = { ...account, namespace: 'other' };
  const namespace: Identity = { group: '', kind: 'Namespace', namespace: null, name: 'shop' };
  const records = new FakeRecords();
  const { repository, environment } = aDesired;
  const published = aPlan(
    environment.name,
    [namespace, account, other].map((identity) => aChange(identity, { action: 'create' })),
  );
  const record = {
    head: aDesired.commit,
    base: aDesired.commit,
    outcome: { kind: 'planned', plan: published },
  } as const;
  await records.savePlan(repository, 1, environment.name, record);
  const now = aPlan(
    environment.name,
    [account, other].map((identity) => aChange(identity, { adopted: true })),
  );
  const desired = { ...aDesired, pullRequest: { number: 1, author: 'ada' }, carries: [] };
  expect(await unannouncedTakeovers(desired, null, now, records)).toEqual([other]);
});

it('is told by no plan that was made again after the merge', async () => {
  const taken: Identity = { group: '', kind: 'ConfigMap', namespace: 'shop', name: 'settings' };
  const records = new FakeRecords();
  const { repository, environment, commit } = aDesired;
  const plan = aPlan(environment.name, [aChange(taken, { adopted: true })]);
  await records.savePlan(repository, 1, environment.name, {
    head: commit,
    base: commit,
    outcome: { kind: 'planned', plan },
  });
  const mergedAt = (ms: number) => ({
    ...aDesired,
    pullRequest: { number: 1, author: 'ada' },
    carries: [],
    merged: [{ number: 1, at: new Date(Date.parse(plan.at) + ms).toISOString() }],
  });
  expect(await unannouncedTakeovers(mergedAt(60_000), null, plan, records)).toEqual([]);
  expect(await unannouncedTakeovers(mergedAt(-60_000), null, plan, records)).toEqual([taken]);
});
