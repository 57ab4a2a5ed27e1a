import { beforeEach, describe, expect, it } from 'vitest';
import { isoTime } from '../../../src/domain/iso-time.ts';
import type { KubernetesObject } from '../../../src/domain/manifest.ts';
import { configMap, deployment } from '../../objects.ts';
import { broken, environment, first, healthy, ReleaseWorld, second, stuck } from '../release-world.ts';

const shop = [configMap('web', { A: '1' }), deployment('web')];

describe('a release that settles for long', () => {
  let world: ReleaseWorld;
  beforeEach(() => {
    world = new ReleaseWorld();
  });
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
    expect(await world.release(first, shop)).toMatchObject({ kind: 'converged', tookMs: hour });
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
    await world.release(first, shop);
    expect(turns.reduce((sum, turn) => sum + turn)).toBeLessThan(hour / 30);
  });

  it('says what has failed long before the time is over', async () => {
    world.environment = { ...environment, settleMs: 120_000, healthTimeoutMs: hour / 2 };
    world.cluster.become = stuck;
    const begun = world.clock.now();
    expect(await world.release(first, shop)).toMatchObject({
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
    await world.release(first, shop);
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
    expect(await world.release(first, shop)).toMatchObject({ kind: 'converged' });
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
