import { beforeEach, describe, expect, it } from 'vitest';
import { factsId } from '../../src/domain/cluster-facts.ts';
import type { InspectedEnvironment, Inspection } from '../../src/domain/inspection.ts';
import type { JobOf } from '../../src/domain/job.ts';
import type { KubernetesObject } from '../../src/domain/manifest.ts';
import { predictEnvironment } from '../../src/jobs/predict-environment.ts';
import { tellClusterFacts } from '../../src/jobs/tell-cluster-facts.ts';
import { keepClusterFacts } from '../../src/predict/keep-cluster-facts.ts';
import { acmeShop as shop } from '../acme-shop.ts';
import { codeOf } from '../failure-code.ts';
import { FakeCluster } from '../fakes/cluster.ts';
import { FakeKnownUnchanged } from '../fakes/known-unchanged.ts';
import { silentLogger } from '../fakes/logger.ts';
import { FakeQueue } from '../fakes/queue.ts';
import { FakeRecords } from '../fakes/records.ts';
import { configMap } from '../objects.ts';
import { environment, first, ReleaseWorld, second } from '../release/release-world.ts';
import { rendering } from '../rendering.ts';
import { ForgeWorld } from './forge-world.ts';

const chart = { 'deploy/staging/Chart.yaml': 'name: shop' };

describe('a chart for a cluster that has not told what it is', () => {
  let world: ForgeWorld;
  beforeEach(() => {
    world = new ForgeWorld();
    world.renderer.untold = 'staging';
  });

  it('is not planned, the others are, and the cluster is asked to tell and then to have it inspected again', async () => {
    const pull = await world.open({ ...chart, 'deploy/production/web.yaml': 'web 2' });
    await world.inspect(pull.number);
    const inspection = await world.records.inspection(shop, pull.number);
    const states = inspection?.outcome.kind === 'inspected' ? inspection.outcome.environments : [];
    expect(states.map(({ state }) => state.kind)).toEqual(['refused', 'affected']);
    expect(world.queue.askedFor('tell-cluster-facts')).toEqual([
      {
        kind: 'tell-cluster-facts',
        cluster: 'staging',
        afterwards: { kind: 'inspect-pull-request', repository: shop, number: pull.number },
      },
    ]);
    world.renderer.untold = null;
    await world.inspect(pull.number);
    expect(world.queue.askedFor('tell-cluster-facts')).toHaveLength(1);
    expect(world.queue.askedFor('predict-environment').map((job) => job.environment)).toContain('staging');
  });

  it('is waited for where it is only what the pull request replaces, and not taken for nothing', async () => {
    world.git.commit('main', chart, await world.tip());
    const pull = await world.open({ 'deploy/staging/Chart.yaml': null, 'deploy/staging/web.yaml': 'web 2' });
    await world.inspect(pull.number);
    const inspection = await world.records.inspection(shop, pull.number);
    const states = inspection?.outcome.kind === 'inspected' ? inspection.outcome.environments : [];
    expect(states.map(({ state }) => state.kind)).toEqual(['refused', 'unaffected']);
    expect(world.queue.askedFor('tell-cluster-facts')).toHaveLength(1);
    expect(world.queue.askedFor('predict-environment')).toEqual([]);
  });

  it('is not released yet: its commit waits, and the push is read again', async () => {
    world.git.commit('main', chart, await world.tip());
    await world.push();
    const [asked] = world.queue.askedFor('tell-cluster-facts');
    expect(asked?.afterwards).toEqual({
      kind: 'fan-out-push',
      repository: shop,
      branch: 'main',
      asked: 'push',
      before: null,
    });
    expect(world.forge.status(shop, await world.tip(), 'fairlead/staging')).toMatchObject({
      state: 'pending',
      description: expect.stringContaining('has not told'),
    });
    expect(await world.records.desired(shop, 'staging')).toMatchObject({ kind: 'withheld' });
    world.renderer.untold = null;
    await world.push();
    expect(await world.records.desired(shop, 'staging')).toMatchObject({ kind: 'wanted', asked: { kind: 'push' } });
  });

  it('is not given up as a released rendering', async () => {
    world.git.commit('main', chart, await world.tip());
    const job: JobOf<'render-environment'> = {
      kind: 'render-environment',
      repository: shop,
      environment: 'staging',
      commit: await world.tip(),
      path: 'deploy/staging',
      chart: { cluster: 'staging', release: 'staging', namespace: 'shop', values: [] },
      rendering: 'r'.repeat(64),
      afterwards: { kind: 'observe-environment', repository: shop, environment: 'staging', cluster: 'staging' },
    };
    await world.run(job);
    expect(await world.records.rendering(job.rendering)).toBeNull();
    expect(world.queue.askedFor('tell-cluster-facts')).toEqual([
      { kind: 'tell-cluster-facts', cluster: 'staging', afterwards: job },
    ]);
    expect(world.queue.askedFor('observe-environment')).toEqual([]);
  });
});

describe('what a cluster tells', () => {
  const cluster = new FakeCluster('staging');
  const signal = AbortSignal.timeout(60_000);

  it('is written down, and whoever waits for it is asked for', async () => {
    const [records, queue] = [new FakeRecords(), new FakeQueue()];
    const afterwards = { kind: 'inspect-pull-request', repository: shop, number: 1 } as const;
    const job = { kind: 'tell-cluster-facts', cluster: 'staging', afterwards } as const;
    await tellClusterFacts(job, { access: { own: cluster }, records, queue }, { signal, log: silentLogger });
    const facts = await records.clusterFacts('staging');
    expect(facts).toMatchObject({ cluster: 'staging', version: await cluster.version() });
    expect(facts?.apis).toEqual(expect.arrayContaining(['apps/v1', 'apps/v1/Deployment', 'v1', 'v1/ConfigMap']));
    expect(queue.askedFor('inspect-pull-request')).toEqual([afterwards]);
    expect(await keepClusterFacts({ cluster, records }, signal)).toBe(false);
  });

  it('is nothing where its discovery tells nothing: a chart would leave out what it needs', async () => {
    const mute = { name: 'staging', version: () => cluster.version(), kinds: () => Promise.resolve([]) };
    const told = keepClusterFacts({ cluster: mute, records: new FakeRecords() }, signal);
    expect(await codeOf(told)).toBe('cluster-protocol');
  });
});

describe('a chart that was rendered for another cluster than it is by now', () => {
  const ofChart = (...objects: readonly KubernetesObject[]) =>
    ({ ...rendering(...objects), renderer: { kind: 'helm', version: 'v4' } }) as const;
  let world: ReleaseWorld;
  beforeEach(async () => {
    world = new ReleaseWorld();
    await world.records.saveClusterFacts({ cluster: 'staging', version: 'v1.1.0', apis: [] });
  });

  it('is rendered again before it is planned, once', async () => {
    const merged = ofChart(configMap('web', { A: '1' }));
    await world.records.saveRendering(merged);
    const state = { kind: 'affected', baseRendering: null, mergedRendering: merged.id, from: null } as const;
    await world.records.saveInspection(inspectedAs(3, state));
    const job = predictionOf(3);
    const ports = { ...world.ports, known: new FakeKnownUnchanged(), records: world.records };
    await predictEnvironment(job, ports, world.context());
    expect(await world.records.plan(shop, 3, 'staging')).toBeNull();
    expect(world.queue.askedFor('inspect-pull-request')).toHaveLength(1);
    await predictEnvironment(job, ports, world.context());
    expect(await world.records.plan(shop, 3, 'staging')).toMatchObject({ outcome: { kind: 'planned' } });
    expect(world.queue.askedFor('inspect-pull-request')).toHaveLength(1);
  });

  it('is rendered again, once, where somebody else found out what the cluster is by now', async () => {
    const merged = ofChart(configMap('web', { A: '1' }));
    await world.records.saveRendering(merged);
    const before = { cluster: 'staging', version: 'v1.1.0', apis: [] };
    const inspected = async (facts: string) => {
      const state = { kind: 'affected', baseRendering: null, mergedRendering: merged.id, from: null, facts } as const;
      await world.records.saveInspection(inspectedAs(4, state));
    };
    await inspected(factsId(before));
    await keepClusterFacts({ cluster: world.ports.access.own, records: world.records }, world.context().signal);
    const job = predictionOf(4);
    const ports = { ...world.ports, known: new FakeKnownUnchanged(), records: world.records };
    await predictEnvironment(job, ports, world.context());
    expect(await world.records.plan(shop, 4, 'staging')).toBeNull();
    expect(world.queue.askedFor('inspect-pull-request')).toHaveLength(1);
    const now = await world.records.clusterFacts('staging');
    await inspected(now === null ? '' : factsId(now));
    await predictEnvironment(job, ports, world.context());
    expect(await world.records.plan(shop, 4, 'staging')).toMatchObject({ outcome: { kind: 'planned' } });
    expect(world.queue.askedFor('inspect-pull-request')).toHaveLength(1);
  });

  it('is inspected with what it was rendered for', async () => {
    const forge = new ForgeWorld();
    await forge.records.saveClusterFacts({ cluster: 'staging', version: 'v1.1.0', apis: [] });
    const pull = await forge.open(chart);
    await forge.inspect(pull.number);
    const inspection = await forge.records.inspection(shop, pull.number);
    const states = inspection?.outcome.kind === 'inspected' ? inspection.outcome.environments : [];
    const facts = factsId({ cluster: 'staging', version: 'v1.1.0', apis: [] });
    expect(states[0]?.state).toMatchObject({ kind: 'affected', facts });
  });

  it('is rendered again before it is released', async () => {
    const desired = await world.desire(first, [configMap('web', { A: '1' })]);
    await world.records.saveRendering(ofChart(configMap('web', { A: '1' })));
    await world.run();
    expect(world.cluster.writes).toEqual([]);
    expect(world.forgeJobs).toEqual([
      { kind: 'fan-out-push', repository: shop, branch: 'main', asked: 'sweep', before: null },
    ]);
    await world.records.saveDesired(desired);
    await world.queue.ask({
      kind: 'converge-environment',
      repository: shop,
      environment: 'staging',
      cluster: 'staging',
    });
    expect(await world.run()).toMatchObject({ kind: 'converged' });
  });
});

function inspectedAs(number: number, state: InspectedEnvironment['state']): Inspection {
  return {
    repository: shop,
    number,
    queue: null,
    visibility: 'private',
    head: second,
    base: first,
    baseRef: 'main',
    defaultBranch: 'main',
    at: '2026-11-20T14:00:00.000Z',
    outcome: { kind: 'inspected', environments: [{ environment, state }] },
    settingsChanges: [],
    settingsProblems: [],
  };
}

function predictionOf(number: number): JobOf<'predict-environment'> {
  return { kind: 'predict-environment', repository: shop, number, environment: 'staging', cluster: 'staging' };
}
