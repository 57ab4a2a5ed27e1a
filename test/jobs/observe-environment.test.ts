import { beforeEach, describe, expect, it } from 'vitest';
import { Failure } from '../../src/domain/failure.ts';
import type { JsonObject } from '../../src/domain/json.ts';
import { identityKey, type KubernetesObject } from '../../src/domain/manifest.ts';
import type { ReleaseState } from '../../src/domain/release.ts';
import { acmeShop as repository } from '../acme-shop.ts';
import { codeOf } from '../failure-code.ts';
import { configMap, deployment, object, secret } from '../objects.ts';
import { broken, environment, first, healthy, ReleaseWorld, second, whatFollows } from '../release/release-world.ts';

const shop = [configMap('web', { A: '1' }), deployment('web')];
const old = configMap('old', {});

describe('observing a release', () => {
  let world: ReleaseWorld;
  beforeEach(() => {
    world = new ReleaseWorld();
  });

  it('says diverged with the reason that a person needs, and deletes nothing', async () => {
    await world.release(first, [...shop, old]);
    world.cluster.become = broken;
    await world.desire(second, [configMap('web', { A: '1' }), deployment('web', { image: 'registry/web:broken' })]);
    world.cluster.put(brokenPod('registry/web:broken'));
    expect(await world.run()).toEqual({
      kind: 'diverged',
      reasons: ['Deployment/web: ImagePullBackOff: image "registry/web:broken", 0 of 3 pods ready'],
    });
    expect(world.living()).toContain('ConfigMap/old');
    expect((await world.ledger())?.released).toMatchObject({ commit: second, phase: 'diverged' });
  });

  it('names the last warning event where pods say nothing', async () => {
    world.cluster.become = broken;
    const pod = world.cluster.put({ ...brokenPod('web:1'), status: { phase: 'Pending' } });
    const message = 'secret "absent" not found';
    world.cluster.events.set(pod.metadata.uid ?? '', [{ reason: 'FailedMount', message, at: null }]);
    expect(await world.release(first, shop)).toEqual({
      kind: 'diverged',
      reasons: ['Deployment/web: FailedMount: secret "absent" not found, 0 of 3 pods ready'],
    });
  });

  it('has no verdict while the cluster knows its identity no longer', async () => {
    world.cluster.become = broken;
    const details = { subject: 'staging', message: 'GET events: 401', retryable: true, cause: null };
    world.cluster.warningEvents = () => Promise.reject(new Failure('cluster-forbidden', details));
    expect(await codeOf(world.release(first, shop))).toBe('cluster-forbidden');
  });

  it('shows no value of a Secret in its reasons', async () => {
    world.cluster.become = broken;
    const pod = world.cluster.put({ ...brokenPod('web:1'), status: { phase: 'Pending' } });
    const message = 'cannot parse "correct horse"';
    world.cluster.events.set(pod.metadata.uid ?? '', [{ reason: 'Failed', message, at: null }]);
    const state = await world.release(first, [...shop, secret('web', { password: 'correct horse' })]);
    expect(JSON.stringify(state)).toContain('cannot parse');
    expect(JSON.stringify(state)).not.toContain('correct horse');
  });

  it('misses no Job that goes away by itself when it is done, and makes it no second time', async () => {
    const job = (seconds: number) =>
      object('batch/v1', 'Job', 'migrate', { spec: { ttlSecondsAfterFinished: seconds, template: {} } });
    const complete = { status: { succeeded: 1, conditions: [{ type: 'Complete', status: 'True' }] } };
    world.cluster.become = (made) => (made.kind === 'Job' ? complete : healthy(made));
    expect(await world.release(first, [...shop, job(120)])).toMatchObject({ kind: 'converged' });
    const made = (await world.ledger())?.inventory.find(({ kind }) => kind === 'Job');
    if (made === undefined) throw new Error('no Job');
    world.cluster.objects.delete(identityKey(made));

    const other = [configMap('web', { A: '2' }), deployment('web')];
    expect(await world.release(second, [...other, job(120)])).toMatchObject({ kind: 'converged' });
    expect(world.living()).not.toContain('Job/migrate');
    expect((await world.ledger())?.inventory).toContainEqual(made);
    expect(await world.release(third, [...other, job(240)])).toMatchObject({ kind: 'converged' });
    expect(world.living()).toContain('Job/migrate');
  });

  it('waits as long as the settings say, counted from when it was applied', async () => {
    world.cluster.become = broken;
    const begun = world.clock.now();
    await world.release(first, shop);
    expect(world.clock.now() - begun).toBeGreaterThanOrEqual(environment.healthTimeoutMs);
    expect(world.clock.now() - begun).toBeLessThan(environment.healthTimeoutMs + 5_000);
  });

  it('converges when the pods come in time', async () => {
    world.cluster.become = broken;
    const ready = world.clock.now() + 20_000;
    world.clock.tick = () => {
      if (world.clock.now() < ready) return;
      world.cluster.become = healthy;
      const web = world.cluster.get('Deployment', 'web');
      if (web !== undefined) world.cluster.put(web);
      world.clock.tick = () => {};
    };
    expect(await world.release(first, shop)).toMatchObject({ kind: 'converged', objects: 2 });
    expect(world.said.map(({ state }) => state.kind)).toContain('observing');
  });

  it('takes turns of a minute, so that a worker that drains need not wait', async () => {
    world.environment = { ...environment, healthTimeoutMs: 200_000 };
    world.cluster.become = broken;
    await world.release(first, shop);
    expect(world.queue.askedFor('observe-environment').length).toBeGreaterThanOrEqual(4);
    expect((await world.report())?.state.kind).toBe('diverged');
  });

  it('ends at once when a Job has failed and nothing else moves', async () => {
    const job = object('batch/v1', 'Job', 'migrate', { spec: {} });
    const conditions = [{ type: 'Failed', status: 'True', reason: 'BackoffLimitExceeded', message: 'no more tries' }];
    world.cluster.become = (made) => (made.kind === 'Job' ? { status: { conditions } } : healthy(made));
    const begun = world.clock.now();
    expect(await world.release(first, [job, ...shop])).toMatchObject({
      reasons: ['Job/migrate: BackoffLimitExceeded: no more tries'],
    });
    expect(world.clock.now() - begun).toBeLessThan(environment.settleMs + 5_000);
  });

  it('is not converged when somebody changes an object while it settles', async () => {
    const ends = world.clock.now() + environment.settleMs;
    world.clock.tick = () => {
      const web = world.cluster.get('ConfigMap', 'web');
      if (web !== undefined && world.clock.now() < ends) world.cluster.put({ ...web, data: { A: 'other' } });
    };
    expect(await world.release(first, shop)).toMatchObject({
      kind: 'diverged',
      reasons: [expect.stringContaining('ConfigMap/web: differs from Git')],
    });
  });

  it('does not take for a difference what the settings leave to others', async () => {
    const path = '/spec/replicas';
    world.environment = { ...environment, ignore: [{ kind: 'Deployment', name: null, path, manager: null, line: 3 }] };
    world.clock.tick = () => {
      const web = world.cluster.get('Deployment', 'web');
      const spec = web?.['spec'] as JsonObject | undefined;
      if (web !== undefined && spec?.['replicas'] === 3) world.cluster.put({ ...web, spec: { ...spec, replicas: 9 } });
    };
    expect(await world.release(first, shop)).toMatchObject({ kind: 'converged' });
    expect(world.cluster.get('Deployment', 'web')).toMatchObject({ spec: { replicas: 9 } });
  });

  it('says where the environment can be opened', async () => {
    const rules = [{ host: 'shop.example.com' }];
    const ingress = object('networking.k8s.io/v1', 'Ingress', 'web', {
      spec: { rules, tls: [{ hosts: ['*.example.com'] }] },
    });
    expect(await world.release(first, [...shop, ingress])).toMatchObject({ url: 'https://shop.example.com/' });
  });

  it('says a verdict that was written and not said, and says none twice', async () => {
    const verdict = await world.release(first, shop);
    const report = await world.report();
    const observing: ReleaseState = { kind: 'observing', ready: 0, of: 2, reasons: [] };
    if (report !== null) await world.records.saveReport({ ...report, state: observing });
    await observe();
    expect((await world.report())?.state).toEqual(verdict);
    const asked = world.queue.askedFor('report-release').length;
    await observe();
    expect(world.queue.askedFor('report-release')).toHaveLength(asked);
  });

  it('leaves silently what was overtaken', async () => {
    world.cluster.become = broken;
    await world.desire(first, shop);
    world.clock.tick = () => {
      world.clock.tick = () => {};
      world.cluster.become = healthy;
      void world.desire(second, [configMap('web', { A: '2' })]);
    };
    expect(await world.run()).toMatchObject({ kind: 'converged', objects: 1 });
    expect(world.said.filter(({ state }) => state.kind === 'diverged')).toEqual([]);
    expect(world.living()).toEqual(['ConfigMap/web']);
  });

  it('asks forge for the released manifests where the records have lost them', async () => {
    world.cluster.become = broken;
    const desired = await world.desire(first, shop);
    const rendering = world.records.rendering.bind(world.records);
    let reads = 0;
    world.records.rendering = (id) => (++reads > 1 ? Promise.resolve(null) : rendering(id));
    await world.run();
    expect(world.forgeJobs).toMatchObject([{ kind: 'render-environment', rendering: desired.rendering }]);
    expect(world.forgeJobs.map(whatFollows)).toEqual(['observe-environment']);
  });

  function observe(): Promise<void> {
    const job = { kind: 'observe-environment', repository, environment: 'staging', cluster: 'staging' } as const;
    return world.handle(job, world.context());
  }
});

const third = 'c'.repeat(40);

function brokenPod(image: string): KubernetesObject {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'web-1', namespace: 'shop', labels: { app: 'web' } },
    spec: { containers: [{ name: 'web', image }] },
    status: {
      phase: 'Pending',
      containerStatuses: [{ name: 'web', state: { waiting: { reason: 'ImagePullBackOff', message: 'Back-off' } } }],
    },
  };
}
