import { beforeEach, describe, expect, it } from 'vitest';
import { Failure } from '../../src/domain/failure.ts';
import { isoTime } from '../../src/domain/iso-time.ts';
import type { JsonObject } from '../../src/domain/json.ts';
import { identityKey, type KubernetesObject } from '../../src/domain/manifest.ts';
import type { ReleaseState } from '../../src/domain/release.ts';
import { acmeShop as repository } from '../acme-shop.ts';
import { codeOf } from '../failure-code.ts';
import { configMap, deployment, object, secret } from '../objects.ts';
import { environment, first, healthy, ReleaseWorld, second, whatFollows } from '../release/release-world.ts';

const shop = [configMap('web', { A: '1' }), deployment('web')];
const old = configMap('old', {});

describe('observing a release', () => {
  let world: ReleaseWorld;
  beforeEach(() => {
    world = new ReleaseWorld();
  });

  it('says diverged with the reason that a person needs, and deletes nothing', async () => {
    await release(first, [...shop, old]);
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
    expect(await release(first, shop)).toEqual({
      kind: 'diverged',
      reasons: ['Deployment/web: FailedMount: secret "absent" not found, 0 of 3 pods ready'],
    });
  });

  it('has no verdict while the cluster knows its identity no longer', async () => {
    world.cluster.become = broken;
    const details = { subject: 'staging', message: 'GET events: 401', retryable: true, cause: null };
    world.cluster.warningEvents = () => Promise.reject(new Failure('cluster-forbidden', details));
    expect(await codeOf(release(first, shop))).toBe('cluster-forbidden');
  });

  it('shows no value of a Secret in its reasons', async () => {
    world.cluster.become = broken;
    const pod = world.cluster.put({ ...brokenPod('web:1'), status: { phase: 'Pending' } });
    const message = 'cannot parse "correct horse"';
    world.cluster.events.set(pod.metadata.uid ?? '', [{ reason: 'Failed', message, at: null }]);
    const state = await release(first, [...shop, secret('web', { password: 'correct horse' })]);
    expect(JSON.stringify(state)).toContain('cannot parse');
    expect(JSON.stringify(state)).not.toContain('correct horse');
  });

  it('misses no Job that goes away by itself when it is done, and makes it no second time', async () => {
    const job = (seconds: number) =>
      object('batch/v1', 'Job', 'migrate', { spec: { ttlSecondsAfterFinished: seconds, template: {} } });
    const complete = { status: { succeeded: 1, conditions: [{ type: 'Complete', status: 'True' }] } };
    world.cluster.become = (made) => (made.kind === 'Job' ? complete : healthy(made));
    expect(await release(first, [...shop, job(120)])).toMatchObject({ kind: 'converged' });
    const made = (await world.ledger())?.inventory.find(({ kind }) => kind === 'Job');
    if (made === undefined) throw new Error('no Job');
    world.cluster.objects.delete(identityKey(made));

    const other = [configMap('web', { A: '2' }), deployment('web')];
    expect(await release(second, [...other, job(120)])).toMatchObject({ kind: 'converged' });
    expect(world.living()).not.toContain('Job/migrate');
    expect((await world.ledger())?.inventory).toContainEqual(made);
    expect(await release(third, [...other, job(240)])).toMatchObject({ kind: 'converged' });
    expect(world.living()).toContain('Job/migrate');
  });

  it('waits as long as the settings say, counted from when it was applied', async () => {
    world.cluster.become = broken;
    const begun = world.clock.now();
    await release(first, shop);
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
    expect(await release(first, shop)).toMatchObject({ kind: 'converged', objects: 2 });
    expect(world.said.map(({ state }) => state.kind)).toContain('observing');
  });

  it('takes turns of a minute, so that a worker that drains need not wait', async () => {
    world.environment = { ...environment, healthTimeoutMs: 200_000 };
    world.cluster.become = broken;
    await release(first, shop);
    expect(world.queue.askedFor('observe-environment').length).toBeGreaterThanOrEqual(4);
    expect((await world.report())?.state.kind).toBe('diverged');
  });

  it('ends at once when a Job has failed and nothing else moves', async () => {
    const job = object('batch/v1', 'Job', 'migrate', { spec: {} });
    const conditions = [{ type: 'Failed', status: 'True', reason: 'BackoffLimitExceeded', message: 'no more tries' }];
    world.cluster.become = (made) => (made.kind === 'Job' ? { status: { conditions } } : healthy(made));
    const begun = world.clock.now();
    expect(await release(first, [job, ...shop])).toMatchObject({
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
    expect(await release(first, shop)).toMatchObject({
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
    expect(await release(first, shop)).toMatchObject({ kind: 'converged' });
    expect(world.cluster.get('Deployment', 'web')).toMatchObject({ spec: { replicas: 9 } });
  });

  it('says where the environment can be opened', async () => {
    const rules = [{ host: 'shop.example.com' }];
    const ingress = object('networking.k8s.io/v1', 'Ingress', 'web', {
      spec: { rules, tls: [{ hosts: ['*.example.com'] }] },
    });
    expect(await release(first, [...shop, ingress])).toMatchObject({ url: 'https://shop.example.com/' });
  });

  it('says a verdict that was written and not said, and says none twice', async () => {
    const verdict = await release(first, shop);
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

  describe('and settling for long', () => {
    const hour = 3_600_000;
    const turns: number[] = [];
    beforeEach(() => {
      turns.length = 0;
      const handle = world.handle.bind(world);
      world.handle = async (job, context) => {
        const begun = world.clock.now();
        await handle(job, context);
        if (job.kind === 'observe-environment') turns.push(world.clock.now() - begun);
      };
      world.environment = { ...environment, settleMs: hour };
    });

    it('converges after an hour in many short turns, and says once what it waits for', async () => {
      expect(await release(first, shop)).toMatchObject({ kind: 'converged', tookMs: hour });
      expect(Math.max(...turns)).toBeLessThanOrEqual(65_000);
      expect(turns.length).toBeGreaterThan(10);
      expect(
        world.said
          .map(({ state }) => state)
          .filter(({ kind }) => kind === 'observing')
          .slice(1),
      ).toEqual([{ kind: 'observing', ready: 2, of: 2, reasons: ['settles until 15:00 UTC'] }]);
    });

    it('keeps no worker from anybody else meanwhile', async () => {
      await release(first, shop);
      expect(turns.reduce((sum, turn) => sum + turn)).toBeLessThan(hour / 30);
    });

    it('says what has failed long before the time is over', async () => {
      world.environment = { ...environment, settleMs: 120_000, healthTimeoutMs: hour / 2 };
      world.cluster.become = stuck;
      const begun = world.clock.now();
      expect(await release(first, shop)).toMatchObject({
        kind: 'diverged',
        reasons: [expect.stringContaining('ProgressDeadlineExceeded')],
      });
      expect(world.clock.now() - begun).toBeLessThan(60_000);
    });

    it.each([
      ['healthy', 'converged', (made: KubernetesObject) => healthy(made)],
      ['failed', 'diverged', (made: KubernetesObject) => stuck(made)],
    ] as const)('goes on where it was once its worker is killed and Redis wiped, %s', async (standing, end, become) => {
      world.environment = { ...environment, settleMs: 20_000, healthTimeoutMs: hour };
      world.cluster.become = become;
      const begun = world.clock.now();
      const killed = new AbortController();
      world.clock.tick = () => {
        if (world.clock.now() - begun > 15_000) killed.abort(new Error('killed'));
      };
      const handle = world.handle.bind(world);
      world.handle = (job, context) => handle(job, { ...context, signal: killed.signal });
      await world.desire(first, shop);
      await expect(world.run()).rejects.toThrow('killed');
      expect((await world.ledger())?.released?.steady).toEqual({ kind: standing, since: isoTime(begun) });

      const again = new ReleaseWorld();
      Object.assign(again, { cluster: world.cluster, ledgers: world.ledgers, clock: world.clock });
      again.environment = world.environment;
      world.clock.tick = () => {};
      await again.desire(first, shop, { asked: { kind: 'sweep' } });
      expect(await again.run()).toMatchObject({ kind: end });
      expect(world.clock.now() - begun).toBeLessThan(22_000);
      expect((await again.ledger())?.released).toMatchObject({ phase: end, steady: null });
    });

    it('begins anew where something was not healthy in between', async () => {
      world.environment = { ...environment, settleMs: 40_000 };
      const [fails, mends] = [world.clock.now() + 20_000, world.clock.now() + 22_000];
      world.clock.tick = () => {
        world.cluster.become = world.clock.now() >= fails && world.clock.now() < mends ? broken : healthy;
        const web = world.cluster.get('Deployment', 'web');
        if (web !== undefined) world.cluster.put(web);
      };
      await release(first, shop);
      expect(world.clock.now()).toBeGreaterThanOrEqual(mends + 40_000);
    });

    it('is not ended by one unwell look after the time that health may take', async () => {
      world.environment = { ...environment, settleMs: hour, healthTimeoutMs: 600_000 };
      const [fails, mends] = [world.clock.now() + 1_800_000, world.clock.now() + 1_817_000];
      world.clock.tick = () => {
        world.cluster.become = world.clock.now() >= fails && world.clock.now() < mends ? broken : healthy;
        const web = world.cluster.get('Deployment', 'web');
        if (web !== undefined) world.cluster.put(web);
      };
      expect(await release(first, shop)).toMatchObject({ kind: 'converged' });
      expect(world.said.map(({ state }) => state.kind)).not.toContain('diverged');
    });

    it('lets the observation of a newer commit begin at once', async () => {
      await world.desire(first, shop);
      let pushed: number | null = null;
      let desire: Promise<unknown> = Promise.resolve();
      world.clock.tick = () => {
        if (pushed !== null || world.clock.now() < Date.parse('2026-11-20T14:10:00Z')) return;
        pushed = world.clock.now();
        world.environment = { ...environment, settleMs: 1_000 };
        desire = world.desire(second, [configMap('web', { A: '2' }), deployment('web')]);
      };
      expect(await world.run()).toMatchObject({ kind: 'converged', objects: 2 });
      await desire;
      expect(await world.report()).toMatchObject({ commit: second });
      expect(world.clock.now() - (pushed ?? 0)).toBeLessThan(20_000);
    });
  });

  describe('and pruning', () => {
    beforeEach(async () => {
      await release(first, [...shop, old, deployment('worker')]);
      world.cluster.writes.length = 0;
    });

    it('deletes what Git no longer holds, workloads before what they stand on', async () => {
      expect(await release(second, shop)).toMatchObject({ kind: 'converged', objects: 2 });
      expect(world.cluster.writes).toEqual(['delete Deployment/worker', 'delete ConfigMap/old']);
      expect((await world.ledger())?.inventory).toHaveLength(2);
    });

    it('deletes nothing where the settings say so, and still owns it', async () => {
      world.environment = { ...environment, prune: false };
      expect(await release(second, shop)).toMatchObject({ kind: 'converged' });
      expect(world.living()).toContain('ConfigMap/old');
      expect((await world.ledger())?.inventory).toHaveLength(4);
    });

    it.each<[string, (object: KubernetesObject) => KubernetesObject]>([
      ['the label is gone', (one) => ({ ...one, metadata: { ...one.metadata, labels: {} } })],
      [
        'another set has it',
        (one) => ({ ...one, metadata: { ...one.metadata, labels: { [partOf]: 'applyset-x-v1' } } }),
      ],
      ['it is another object', (one) => ({ ...one, metadata: { ...one.metadata, uid: 'made-again' } })],
    ])('deletes nothing at all when %s', async (_why, change) => {
      await world.desire(second, shop);
      // Between the plan and the prune.
      world.clock.tick = () => {};
      const withLock = world.ledgers.withLock.bind(world.ledgers);
      let locks = 0;
      world.ledgers.withLock = (key, wait, signal, work) => {
        locks += 1;
        const there = world.cluster.get('ConfigMap', 'old');
        if (locks === 2 && there !== undefined) world.cluster.put(change(there));
        return withLock(key, wait, signal, work);
      };
      const state = await world.run();
      expect(state).toMatchObject({
        kind: 'diverged',
        reasons: [expect.stringContaining('ConfigMap/old: was not deleted')],
      });
      expect(world.living()).toEqual(expect.arrayContaining(['ConfigMap/old', 'Deployment/worker']));
    });

    it('waits for finalizers without holding the lock, and tells which', async () => {
      const there = world.cluster.get('ConfigMap', 'old');
      if (there !== undefined) {
        world.cluster.put({ ...there, metadata: { ...there.metadata, finalizers: ['example.com/hold'] } });
      }
      const deleted = world.clock.now();
      world.clock.tick = () => {
        const held = world.cluster.get('ConfigMap', 'old');
        if (held !== undefined && world.clock.now() > deleted + 20_000) {
          world.cluster.objects.delete('/ConfigMap/shop/old');
        }
      };
      expect(await release(second, shop)).toMatchObject({ kind: 'converged' });
      const reasons = world.said.flatMap(({ state }) => (state.kind === 'observing' ? state.reasons : []));
      expect(reasons.join()).toContain('example.com/hold');
    });

    it('gives up on a finalizer when the time for health is over', async () => {
      const there = world.cluster.get('ConfigMap', 'old');
      if (there !== undefined) {
        const deletionTimestamp = isoTime(world.clock.now());
        world.cluster.put({ ...there, metadata: { ...there.metadata, finalizers: ['stuck'], deletionTimestamp } });
      }
      expect(await release(second, shop)).toMatchObject({
        kind: 'diverged',
        reasons: ['ConfigMap/old: is being deleted, waits for stuck'],
      });
    });

    it('does not speak over what a newer release says while it settles', async () => {
      const desired = await world.desire(second, shop);
      const settling = world.clock.now() + environment.settleMs / 2;
      const waiting = { kind: 'waiting', reason: 'needs /confirm', confirmDigest: 'd'.repeat(64), plan: null } as const;
      world.clock.tick = () => {
        if (world.clock.now() < settling) return;
        world.clock.tick = () => {};
        void world.records.saveDesired({ ...desired, commit: third, rendering: 'newer' });
        const at = desired.at;
        void world.records.saveReport({
          repository,
          environment: 'staging',
          cluster: 'staging',
          commit: third,
          at,
          state: waiting,
        });
      };
      expect(await world.run()).toEqual(waiting);
      expect((await world.ledger())?.released).toMatchObject({ commit: second, phase: 'observing' });
    });

    it('deletes nothing where nothing of it is to be released any more', async () => {
      await world.desire(second, shop);
      const withLock = world.ledgers.withLock.bind(world.ledgers);
      let locks = 0;
      world.ledgers.withLock = async (key, wait, signal, work) => {
        locks += 1;
        if (locks === 2) await world.end({ kind: 'withheld', reason: 'mode is observe' }, third);
        return withLock(key, wait, signal, work);
      };
      await world.run();
      expect(world.living()).toContain('ConfigMap/old');
    });

    it('deletes nothing that a newer commit may bring back', async () => {
      const desired = await world.desire(second, shop);
      const withLock = world.ledgers.withLock.bind(world.ledgers);
      let locks = 0;
      world.ledgers.withLock = async (key, wait, signal, work) => {
        locks += 1;
        if (locks === 2) await world.records.saveDesired({ ...desired, commit: third, rendering: 'newer' });
        return withLock(key, wait, signal, work);
      };
      await world.run();
      expect(world.living()).toContain('ConfigMap/old');
    });

    it('leaves a newer release its ledger', async () => {
      await world.desire(second, shop);
      const write = world.ledgers.write.bind(world.ledgers);
      world.ledgers.write = async (key, previous, content) => {
        const stored = await write(key, previous, content);
        if (content.released?.commit !== second || content.released.phase !== 'observing') return stored;
        // Another writer, right after this release was applied.
        world.ledgers.write = write;
        await write(key, stored, content);
        return stored;
      };
      await world.run();
      expect(await codeOf(observe())).toBe('fulfilled');
      expect((await world.report())?.state).toMatchObject({ kind: 'converged' });
    });
  });

  async function release(commit: string, objects: readonly KubernetesObject[]): Promise<ReleaseState | undefined> {
    await world.desire(commit, objects);
    return world.run();
  }

  function observe(): Promise<void> {
    const job = { kind: 'observe-environment', repository, environment: 'staging', cluster: 'staging' } as const;
    return world.handle(job, world.context());
  }
});

const third = 'c'.repeat(40);
const partOf = 'applyset.kubernetes.io/part-of';

function broken(made: KubernetesObject): JsonObject {
  if (made.kind !== 'Deployment') return healthy(made);
  return { status: { observedGeneration: made.metadata['generation'] ?? 1, replicas: 3, updatedReplicas: 3 } };
}

/** Its controller has given it up. */
function stuck(made: KubernetesObject): JsonObject {
  if (made.kind !== 'Deployment') return healthy(made);
  const conditions = [{ type: 'Progressing', status: 'False', reason: 'ProgressDeadlineExceeded' }];
  return { status: { observedGeneration: made.metadata['generation'] ?? 1, replicas: 3, conditions } };
}

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
