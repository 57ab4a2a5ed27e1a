import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { object } from '../objects.ts';
import { changeOf, type PredictionWorld, predictionWorld, reasonOf } from './world.ts';

let world: PredictionWorld;
beforeAll(async () => {
  world = await predictionWorld('jobs');
});
afterAll(async () => await world?.close());

const job = (image: string, seconds: number | null = null) =>
  object('batch/v1', 'Job', 'migrate', {
    spec: {
      ...(seconds === null ? {} : { ttlSecondsAfterFinished: seconds }),
      template: { spec: { restartPolicy: 'Never', containers: [{ name: 'c', image }] } },
    },
  });

describe('A Job', () => {
  it('whose template changes is blocked, with both ways out', async () => {
    const stage = await world.namespace('changes');
    const ledger = await stage.release(job('i:1'));
    const plan = await stage.plan({ ledger, released: [job('i:1')], merged: [job('i:2')] });
    const reason = reasonOf(changeOf(plan, 'Job', 'migrate'));
    expect(reason?.code).toBe('immutable');
    expect(reason?.message).toContain('give it another name, and it runs anew');
    expect(reason?.message).toContain('fairlead.dev/replace');
  });

  it('that went away by itself when it was done is not drift, and is made again only where Git changes it', async () => {
    const stage = await world.namespace('gone');
    const released = [job('i:1', 120)];
    const ledger = await stage.release(...released);
    const jobs = '/apis/batch/v1/namespaces/gone/jobs/migrate';
    await world.cluster.admin.request('DELETE', `${jobs}?propagationPolicy=Background`);
    const { plan } = await stage.plan({ ledger, released, merged: released });
    expect(plan).toMatchObject({ changes: [], unchanged: 1 });
    const changed = await stage.plan({ ledger, released, merged: [job('i:2', 120)] });
    expect(changeOf(changed, 'Job', 'migrate').action).toBe('create');
  });

  it('without a time to live that is gone was deleted by somebody', async () => {
    const stage = await world.namespace('deleted');
    const released = [job('i:1')];
    const ledger = await stage.release(...released);
    const jobs = '/apis/batch/v1/namespaces/deleted/jobs/migrate';
    await world.cluster.admin.request('DELETE', `${jobs}?propagationPolicy=Background`);
    const plan = await stage.plan({ ledger, released, merged: released });
    expect(changeOf(plan, 'Job', 'migrate')).toMatchObject({ action: 'create', vanished: true });
  });
});
