import { beforeEach, describe, expect, it } from 'vitest';
import { sameJson } from '../../../src/domain/json.ts';
import type { ReleaseState } from '../../../src/domain/release.ts';
import { lockWaitMs } from '../../../src/release/lock-wait.ts';
import { configMap, deployment } from '../../objects.ts';
import { environment, first, ReleaseWorld, second } from '../release-world.ts';

const opted = { annotations: { 'fairlead.dev/replace': 'true' } };
const [old, wanted] = [deployment('web', opted), deployment('web', { ...opted, image: 'web:2' })];

describe('replacing what cannot be changed', () => {
  let world: ReleaseWorld;
  /** What lives keeps its template: the API server refuses another. */
  let refusesNew = false;

  beforeEach(async () => {
    world = new ReleaseWorld();
    refusesNew = false;
    await world.desire(first, [old]);
    await world.run();
    world.said.length = 0;
    world.cluster.refuse = ({ object: { spec, metadata }, dryRun }) => {
      const live = world.cluster.get('Deployment', 'web');
      if (metadata.name !== 'web') return null;
      if (live === undefined) return refusesNew && !dryRun ? 'denied' : null;
      return sameJson(live['spec'], spec) ? null : 'invalid';
    };
    const there = world.cluster.get('Deployment', 'web');
    if (there !== undefined) {
      world.cluster.put({ ...there, metadata: { ...there.metadata, finalizers: ['example.com/hold'] } });
    }
  });

  function release(minutes: number): Promise<ReleaseState | undefined> {
    const gone = world.clock.now() + minutes * 60_000;
    world.clock.tick = () => {
      const going = world.cluster.get('Deployment', 'web')?.metadata.deletionTimestamp !== undefined;
      if (going && world.clock.now() >= gone) world.cluster.objects.delete('apps/Deployment/shop/web');
    };
    return world.desire(second, [wanted]).then(() => world.run());
  }

  it('asks about what is to be made anew only since the release began', async () => {
    world.environment = { ...environment, confirm: { deletions: 10, kinds: ['Deployment'] } };
    world.cluster.refuse = ({ object: { metadata }, dryRun }) =>
      metadata.name === 'late' && !dryRun ? 'denied' : null;
    const late = configMap('late', {});
    await world.desire(second, [wanted, late]);
    expect(await world.run()).toMatchObject({ kind: 'blocked' });
    expect((await world.ledger())?.attempt).not.toBeNull();
    // It has fields by now that cannot be changed.
    world.cluster.refuse = ({ object: { spec, metadata } }) =>
      metadata.name === 'web' && !sameJson(world.cluster.get('Deployment', 'web')?.['spec'], spec) ? 'invalid' : null;
    await world.desire(second, [wanted, late]);
    const waiting = await world.run();
    expect(waiting).toMatchObject({
      kind: 'waiting',
      reason:
        'needs /confirm by a second person: replaces Deployment shop/web (not agreed to when this release began: Deployment shop/web)',
    });
    expect(world.cluster.get('Deployment', 'web')).toMatchObject({ spec: old['spec'] });
  });

  it('goes on once the finalizers of the old object let it go, and says meanwhile what it waits for', async () => {
    world.environment = { ...environment, healthTimeoutMs: 600_000 };
    expect(await release(3)).toMatchObject({ kind: 'converged', objects: 1 });
    expect(world.cluster.get('Deployment', 'web')).toMatchObject({ spec: wanted['spec'] });
    const kinds = world.said.map(({ state }) => state.kind);
    expect(kinds).not.toContain('blocked');
    expect(kinds).not.toContain('diverged');
    expect(world.said.map(({ state }) => state)).toContainEqual({
      kind: 'observing',
      ready: 0,
      of: 1,
      reasons: ['Deployment/web: was deleted to be made anew, is being deleted, waits for example.com/hold'],
    });
  });

  it('holds the lock no longer for it than a newer commit can wait', async () => {
    const held: number[] = [];
    const withLock = world.ledgers.withLock.bind(world.ledgers);
    world.ledgers.withLock = async (...of) => {
      const begun = world.clock.now();
      try {
        return await withLock(...of);
      } finally {
        held.push(world.clock.now() - begun);
      }
    };
    await release(3);
    expect(Math.max(...held)).toBeLessThan(lockWaitMs);
  });

  it('says diverged when that takes longer than health may, and still goes on', async () => {
    expect(await release(10)).toMatchObject({ kind: 'converged' });
    const kinds = world.said.map(({ state }) => state.kind);
    expect(kinds).toEqual(expect.arrayContaining(['observing', 'diverged', 'converged']));
    // Each report of an end has whoever waits look again.
    expect(kinds.filter((kind) => kind === 'diverged')).toHaveLength(1);
  });

  it('never says that nothing was applied once something is deleted', async () => {
    refusesNew = true;
    expect(await release(0)).toMatchObject({
      kind: 'diverged',
      reasons: ['Deployment/web: refused: denied', '0 of 1 objects were applied'],
    });
    expect(world.said.map(({ state }) => state.kind)).not.toContain('blocked');
  });
});
