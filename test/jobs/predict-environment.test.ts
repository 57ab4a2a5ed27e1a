import { beforeEach, describe, expect, it } from 'vitest';
import { Failure } from '../../src/domain/failure.ts';
import type { InspectedEnvironment, Inspection, PlanRecord } from '../../src/domain/inspection.ts';
import type { JobOf } from '../../src/domain/job.ts';
import type { KubernetesObject } from '../../src/domain/manifest.ts';
import { predictEnvironment } from '../../src/jobs/predict-environment.ts';
import { acmeShop as repository } from '../acme-shop.ts';
import { codeOf } from '../failure-code.ts';
import { FakeKnownUnchanged } from '../fakes/known-unchanged.ts';
import { configMap, deployment } from '../objects.ts';
import { entry, environment, first, ReleaseWorld, second, whatFollows } from '../release/release-world.ts';
import { rendering } from '../rendering.ts';

const job: JobOf<'predict-environment'> = {
  kind: 'predict-environment',
  repository,
  number: 3,
  environment: 'staging',
  cluster: 'staging',
};
const base = [configMap('web', { A: '1' })];
const merged = [configMap('web', { A: '2' }), deployment('web')];

const known = new FakeKnownUnchanged();

describe('predicting an environment', () => {
  let world: ReleaseWorld;
  beforeEach(() => {
    world = new ReleaseWorld();
  });

  it('plans what the merge does, bound to the head and base it was made of', async () => {
    await world.desire(first, base);
    await world.run();
    await inspect(base, merged);
    await predict();
    const record = await plan();
    expect(record).toMatchObject({ head: second, base: first, outcome: { kind: 'planned' } });
    expect(changes(record)).toEqual(['create Deployment/web', 'update ConfigMap/web']);
    expect(world.queue.askedFor('present-pull-request')).toHaveLength(1);
  });

  it('writes no plan over that of a newer inspection', async () => {
    await inspect(base, merged);
    const read = world.records.inspection.bind(world.records);
    let asked = 0;
    world.records.inspection = async (of, number) => {
      const found = await read(of, number);
      asked += 1;
      return found === null || asked === 1 ? found : { ...found, base: 'c'.repeat(40) };
    };
    await predict();
    expect(await plan()).toBeNull();
    expect(world.queue.askedFor('present-pull-request')).toEqual([]);
  });

  it.each([
    { name: 'another cluster', change: { cluster: 'elsewhere' } },
    { name: 'another namespace', change: { namespace: 'other' } },
  ])('writes no plan of settings that are those of now no more: $name', async ({ change }) => {
    await inspect(base, merged);
    const read = world.records.inspection.bind(world.records);
    let asked = 0;
    world.records.inspection = async (of, number) => {
      asked += 1;
      if (asked === 2) await inspect(base, merged, { ...environment, ...change });
      return await read(of, number);
    };
    await predict();
    expect(await plan()).toBeNull();
    expect(world.queue.askedFor('present-pull-request')).toEqual([]);
  });

  it('writes nothing', async () => {
    await inspect(null, merged);
    await predict();
    expect(changes(await plan())).toEqual(['create ConfigMap/web', 'create Deployment/web']);
    expect(world.cluster.writes).toEqual([]);
    expect(await world.ledger()).toBeNull();
  });

  it('plans deletions of what the ledger holds', async () => {
    await world.desire(first, [...base, configMap('old', {})]);
    await world.run();
    await inspect([...base, configMap('old', {})], base);
    await predict();
    expect(changes(await plan())).toEqual(['delete ConfigMap/old']);
  });

  it('sends nothing to the cluster where its own file does not allow it, whatever forge believes', async () => {
    await inspect(null, merged, { ...environment, namespace: 'kube-system' });
    const cluster = new Proxy(world.cluster, {
      get: () => {
        throw new Error('asked');
      },
    });
    const access = { ...world.access, own: cluster, as: () => cluster };
    await predictEnvironment(job, { ...world.ports, known, records: world.records, access }, world.context());
    expect(await plan()).toMatchObject({ outcome: { kind: 'failed', reason: expect.stringContaining('kube-system') } });
    expect(world.queue.askedFor('present-pull-request')).toHaveLength(1);
  });

  it('does not allow what the file allows on another branch only', async () => {
    await inspect(null, merged);
    const allow = entry.allow.map((rule) => ({ ...rule, refs: ['release'] }));
    const access = { ...world.access, entry: { ...entry, allow } };
    await predictEnvironment(job, { ...world.ports, known, records: world.records, access }, world.context());
    expect(await plan()).toMatchObject({ outcome: { kind: 'failed', reason: expect.stringContaining('branch') } });
  });

  it.each([
    ['the inspection', async () => {}],
    ['a rendering', async () => world.records.saveInspection(inspectionOf(null, 'lost', environment))],
  ])('asks for %s that the records have lost', async (_what, prepare) => {
    await prepare();
    await predict();
    expect(world.queue.waiting()).toEqual([{ kind: 'inspect-pull-request', repository, number: 3 }]);
    expect(await plan()).toBeNull();
  });

  it('asks for what is released where the records have lost it, and goes on without where Git has', async () => {
    await world.desire(first, base);
    await world.run();
    const released = rendering(...base).id;
    world.records.clear();
    await inspect([configMap('web', { A: '1', B: '1' })], merged);
    world.queue.clear();
    await predict();
    expect(world.queue.waiting()).toMatchObject([
      { kind: 'render-environment', commit: first, path: 'deploy/staging', rendering: released },
    ]);
    expect(world.queue.waiting().map(whatFollows)).toEqual(['predict-environment']);
    await world.records.markUnrenderable(released);
    await predict();
    expect(changes(await plan())).toEqual(['create Deployment/web', 'update ConfigMap/web']);
  });

  it('leaves alone what is no longer affected', async () => {
    await world.records.saveInspection(inspection([{ environment, state: { kind: 'unaffected', from: null } }]));
    await predict();
    expect(await plan()).toBeNull();
    expect(world.queue.waiting()).toEqual([]);
  });

  it('says that a cluster is out of reach at once, and tries again', async () => {
    await inspect(null, merged);
    const details = { subject: 'staging', message: 'refused', retryable: true, cause: null };
    world.cluster.live = () => Promise.reject(new Failure('cluster-unreachable', details));
    expect(await codeOf(predict())).toBe('cluster-unreachable');
    const reason = 'cluster staging is out of reach';
    expect(await plan()).toMatchObject({ outcome: { kind: 'failed', reason: `${reason}; trying again` } });
    expect(world.queue.askedFor('present-pull-request')).toHaveLength(1);
  });

  it.each([
    ['deadline', 'cluster staging answers too slowly; trying again'],
    ['stopped', undefined],
  ] as const)('aborted by %s says what there is to say, whatever the work made of it', async (code, reason) => {
    await inspect(null, merged);
    const aborted = new AbortController();
    world.cluster.live = () => {
      aborted.abort(new Failure(code, { subject: 'x', message: 'x', retryable: true, cause: null }));
      return Promise.reject(new TypeError('terminated'));
    };
    const ports = { ...world.ports, known, records: world.records };
    await expect(predictEnvironment(job, ports, world.context(aborted.signal))).rejects.toThrow('terminated');
    const outcome = (await plan())?.outcome;
    expect(outcome?.kind === 'failed' ? outcome.reason : undefined).toBe(reason);
  });

  function predict(): Promise<void> {
    return predictEnvironment(job, { ...world.ports, known, records: world.records }, world.context());
  }

  function plan(): Promise<PlanRecord | null> {
    return world.records.plan(repository, 3, 'staging');
  }

  async function inspect(
    before: readonly KubernetesObject[] | null,
    after: readonly KubernetesObject[],
    affected = environment,
  ): Promise<void> {
    const renderings = [before === null ? null : rendering(...before), rendering(...after)];
    for (const one of renderings) if (one !== null) await world.records.saveRendering(one);
    await world.records.saveInspection(inspectionOf(renderings[0]?.id ?? null, renderings[1]?.id ?? null, affected));
  }
});

function inspectionOf(
  baseRendering: string | null,
  mergedRendering: string | null,
  affected: InspectedEnvironment['environment'],
): Inspection {
  return inspection([
    { environment: affected, state: { kind: 'affected', baseRendering, mergedRendering, from: null } },
  ]);
}

function inspection(environments: readonly InspectedEnvironment[]): Inspection {
  return {
    repository,
    number: 3,
    queue: null,
    visibility: 'private',
    head: second,
    base: first,
    baseRef: 'main',
    defaultBranch: 'main',
    at: '2026-11-20T14:00:00.000Z',
    outcome: { kind: 'inspected', environments },
    settingsChanges: [],
    settingsProblems: [],
  };
}

function changes(record: PlanRecord | null): readonly string[] {
  if (record?.outcome.kind !== 'planned') throw new Error(JSON.stringify(record));
  const { plan } = record.outcome;
  return plan.changes.map(({ action, identity }) => `${action} ${identity.kind}/${identity.name}`).toSorted();
}
