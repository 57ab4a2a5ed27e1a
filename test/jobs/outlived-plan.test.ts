import { describe, expect, it } from 'vitest';
import type { Plan } from '../../src/domain/plan.ts';
import type { ReleaseState } from '../../src/domain/release.ts';
import { acmeShop as shop } from '../acme-shop.ts';
import { aPlan } from '../present/sample-view.ts';
import { ForgeWorld } from './forge-world.ts';

const before = '2026-11-20T14:00:00.000Z';
const ended = '2026-11-20T14:02:11.000Z';
const after = '2026-11-20T14:05:00.000Z';
const converged: ReleaseState = { kind: 'converged', objects: 3, tookMs: 8_000, url: null };
const diverged: ReleaseState = { kind: 'diverged', reasons: ['Deployment/web: ImagePullBackOff'] };

describe('a plan that a release has outlived', () => {
  it.each([converged, diverged])(
    'is asked for again when that ends ($kind), once and after everything else',
    async (state) => {
      const world = await planned({ 1: before });
      await report(world, state);
      expect(asked(world)).toEqual([1]);
      expect(world.queue.asks.find(({ job }) => job.kind === 'predict-environment')?.options).toEqual({
        priority: 'low',
      });
      await replan(world, 1, after);
      world.queue.clear();
      await report(world, state);
      expect(asked(world)).toEqual([]);
    },
  );

  it('is found by the sweep, too, also where what was asked for got lost', async () => {
    const world = await planned({ 1: before });
    await save(world, converged);
    for (const _ of ['the first time', 'and again']) {
      world.queue.clear();
      await world.sweep();
      expect(asked(world)).toEqual([1]);
    }
    await replan(world, 1, after);
    world.queue.clear();
    await world.sweep();
    expect(asked(world)).toEqual([]);
  });

  it('is one of an environment that was released: others, and what is newer, stay as they are', async () => {
    const world = await planned({ 1: before, 2: after });
    const other = await world.open({ 'deploy/production/web.yaml': 'web 2' });
    await world.inspect(other.number);
    await replan(world, other.number, before, 'production');
    world.queue.clear();
    await report(world, converged);
    expect(asked(world)).toEqual([1]);
  });

  it('costs one prediction for each of thirty pull requests, however often the verdict is told', async () => {
    const numbers = Array.from({ length: 30 }, (_, index) => index + 1);
    const world = await planned(Object.fromEntries(numbers.map((number) => [number, before])));
    for (const _ of ['once', 'twice']) await report(world, converged);
    expect(world.waitingFor('predict-environment')).toHaveLength(30);
  });

  it('is made again also where it is still being made, from what was released before', async () => {
    const world = await planned({});
    await world.open({ 'deploy/staging/web.yaml': 'web 2' });
    await world.inspect(1);
    world.queue.clear();
    await report(world, converged);
    expect(asked(world)).toEqual([1]);
  });

  it('stays where nothing was applied', async () => {
    const world = await planned({ 1: before });
    await report(world, { kind: 'waiting', reason: 'it waits', confirmDigest: 'a'.repeat(64), plan: null });
    await report(world, { kind: 'blocked', reasons: ['no'], plan: null });
    await report(world, { kind: 'unchanged', objects: 3 });
    expect(asked(world)).toEqual([]);
  });

  it.each(['before that is told', 'once that is told'])('cannot be confirmed any more, %s', async (when) => {
    const world = await planned({ 1: before }, { confirmReasons: ['deletes StatefulSet shop/db'] });
    const [pull] = await world.forge.openPullRequests(shop, null);
    await world.run({ kind: 'present-pull-request', repository: shop, number: 1 });
    expect(world.forge.publishedRun(shop, pull?.head.commit ?? '', 'fairlead/plan')?.conclusion).toBe(
      'action_required',
    );
    await (when === 'once that is told' ? report(world, converged) : save(world, converged));
    const comment = world.forge.addComment(shop, 1, '/confirm', { author: 'grace' });
    await world.run(world.commands(comment));
    const bodies = world.forge.commentBodies(shop, 1).join('\n');
    expect(bodies).toContain('is being planned anew');
    expect(bodies).not.toContain('fairlead:confirmed');
  });
});

const job = { kind: 'report-release', repository: shop, environment: 'staging' } as const;

/** Pull requests that change staging, by number, each with the time of its plan. */
async function planned(times: Readonly<Record<number, string>>, given: Partial<Plan> = {}): Promise<ForgeWorld> {
  const world = new ForgeWorld();
  await world.push();
  for (const [number, at] of Object.entries(times)) {
    await world.open({ 'deploy/staging/web.yaml': `web ${Number(number) + 1}` });
    await world.inspect(Number(number));
    await replan(world, Number(number), at, 'staging', given);
    await world.run({ kind: 'present-pull-request', repository: shop, number: Number(number) });
  }
  world.queue.clear();
  return world;
}

async function replan(
  world: ForgeWorld,
  number: number,
  at: string,
  environment = 'staging',
  given: Partial<Plan> = {},
): Promise<void> {
  const inspection = await world.records.inspection(shop, number);
  if (inspection === null) throw new Error(`#${number} was not inspected`);
  const { head, base } = inspection;
  const outcome = { kind: 'planned', plan: aPlan(environment, [], { ...given, at }) } as const;
  await world.records.savePlan(shop, number, environment, { head, base, outcome });
}

function reportOf(commit: string, state: ReleaseState) {
  return { repository: shop, environment: 'staging', cluster: 'staging', commit, state, at: ended };
}

async function save(world: ForgeWorld, state: ReleaseState): Promise<void> {
  await world.records.saveReport(reportOf(await world.tip(), state));
}

async function report(world: ForgeWorld, state: ReleaseState): Promise<void> {
  await save(world, state);
  await world.run(job);
}

function asked(world: ForgeWorld): readonly unknown[] {
  return world.queue.askedFor('predict-environment').map(({ number }) => number);
}
