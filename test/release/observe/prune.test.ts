import { beforeEach, describe, expect, it } from 'vitest';
import { isoTime } from '../../../src/domain/iso-time.ts';
import type { KubernetesObject } from '../../../src/domain/manifest.ts';
import { acmeShop as repository } from '../../acme-shop.ts';
import { codeOf } from '../../failure-code.ts';
import { configMap, deployment } from '../../objects.ts';
import { environment, first, ReleaseWorld, second } from '../release-world.ts';

const shop = [configMap('web', { A: '1' }), deployment('web')];
const old = configMap('old', {});
const partOf = 'applyset.kubernetes.io/part-of';
const third = 'c'.repeat(40);

describe('pruning a release', () => {
  let world: ReleaseWorld;
  beforeEach(() => {
    world = new ReleaseWorld();
  });
  beforeEach(async () => {
    await world.release(first, [...shop, old, deployment('worker')]);
    world.cluster.writes.length = 0;
  });

  it('deletes what Git no longer holds, workloads before what they stand on', async () => {
    expect(await world.release(second, shop)).toMatchObject({ kind: 'converged', objects: 2 });
    expect(world.cluster.writes).toEqual(['delete Deployment/worker', 'delete ConfigMap/old']);
    expect((await world.ledger())?.inventory).toHaveLength(2);
  });

  it('deletes nothing where the settings say so, and still owns it', async () => {
    world.environment = { ...environment, prune: false };
    expect(await world.release(second, shop)).toMatchObject({ kind: 'converged' });
    expect(world.living()).toContain('ConfigMap/old');
    expect((await world.ledger())?.inventory).toHaveLength(4);
  });

  it.each<[string, (object: KubernetesObject) => KubernetesObject]>([
    ['the label is gone', (one) => ({ ...one, metadata: { ...one.metadata, labels: {} } })],
    ['another set has it', (one) => ({ ...one, metadata: { ...one.metadata, labels: { [partOf]: 'applyset-x-v1' } } })],
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
    expect(await world.release(second, shop)).toMatchObject({ kind: 'converged' });
    const reasons = world.said.flatMap(({ state }) => (state.kind === 'observing' ? state.reasons : []));
    expect(reasons.join()).toContain('example.com/hold');
  });

  it('gives up on a finalizer when the time for health is over', async () => {
    const there = world.cluster.get('ConfigMap', 'old');
    if (there !== undefined) {
      const deletionTimestamp = isoTime(world.clock.now());
      world.cluster.put({ ...there, metadata: { ...there.metadata, finalizers: ['stuck'], deletionTimestamp } });
    }
    expect(await world.release(second, shop)).toMatchObject({
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
    const job = { kind: 'observe-environment', repository, environment: 'staging', cluster: 'staging' } as const;
    expect(await codeOf(world.handle(job, world.context()))).toBe('fulfilled');
    expect((await world.report())?.state).toMatchObject({ kind: 'converged' });
  });
});
