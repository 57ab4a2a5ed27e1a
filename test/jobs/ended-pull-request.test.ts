import { describe, expect, it } from 'vitest';
import type { CheckRun } from '../../src/domain/check-run.ts';
import type { PullRequest } from '../../src/domain/pull-request.ts';
import { acmeShop as shop } from '../acme-shop.ts';
import { aPlan, aReport } from '../present/sample-view.ts';
import { ForgeWorld, waitingReport } from './forge-world.ts';

const present = { kind: 'present-pull-request', repository: shop, number: 1 } as const;

/** A pull request that was seen, and for which a plan has been asked. */
async function planning(): Promise<{ readonly world: ForgeWorld; readonly pull: PullRequest }> {
  const world = new ForgeWorld();
  const pull = await world.open({ 'deploy/staging/web.yaml': 'web 2' });
  await world.inspect(1);
  await world.run(present);
  return { world, pull };
}

function runs(world: ForgeWorld, { head }: PullRequest): readonly Pick<CheckRun, 'name' | 'conclusion' | 'title'>[] {
  return world.forge
    .publishedRuns(shop, head.commit)
    .map(({ name, conclusion, title }) => ({ name, conclusion, title }))
    .toSorted((left, right) => (left.name < right.name ? -1 : 1));
}

describe('a pull request that ends while it is planned', () => {
  it('by its merge leaves no check run in progress', async () => {
    const { world, pull } = await planning();
    expect(runs(world, pull).map(({ conclusion }) => conclusion)).toEqual([null, null]);
    world.merge(pull);
    await world.run(present);
    const title = 'Merged before it was planned';
    expect(runs(world, pull)).toEqual([
      { name: 'fairlead/plan', conclusion: 'failure', title },
      { name: 'fairlead/plan (staging)', conclusion: 'failure', title },
    ]);
  });

  it('by its merge shows the plan that was made just before', async () => {
    const { world, pull } = await planning();
    const base = await world.tip();
    await world.records.savePlan(shop, 1, 'staging', {
      head: pull.head.commit,
      base,
      outcome: { kind: 'planned', plan: aPlan('staging', []) },
    });
    world.merge(pull);
    await world.run(present);
    expect(runs(world, pull).map(({ conclusion }) => conclusion)).toEqual(['success', 'success']);
  });

  it('and is closed leaves none either', async () => {
    const { world, pull } = await planning();
    world.forge.putPullRequest({ ...pull, state: 'closed' });
    await world.run(present);
    const [aggregate] = runs(world, pull);
    expect(aggregate).toMatchObject({ conclusion: 'failure', title: 'Closed before it was planned' });
    // Of no base: the sweep plans it again if it is reopened and nobody says so.
    const [run] = await world.forge.checkRuns(shop, pull.head.commit);
    expect(run?.externalId).toBe(`1:${'0'.repeat(40)}:-`);
  });

  it('leaves them to another that is open on the same head', async () => {
    const { world, pull } = await planning();
    await world.open({}, { head: pull.head });
    world.forge.putPullRequest({ ...pull, state: 'closed' });
    await world.run(present);
    expect(runs(world, pull).map(({ conclusion }) => conclusion)).toEqual([null, null]);
  });
});

describe('a pull request that was merged before anybody confirmed it', () => {
  const digest = 'b'.repeat(64);

  async function merged(): Promise<{ readonly world: ForgeWorld; readonly pull: PullRequest }> {
    const world = new ForgeWorld();
    const pull = await world.open({ 'deploy/staging/web.yaml': 'web 2' });
    await world.inspect(1);
    const plan = aPlan('staging', [], { confirmReasons: ['deletes StatefulSet shop/db'] });
    const { commit: head } = pull.head;
    await world.records.savePlan(shop, 1, 'staging', {
      head,
      base: await world.tip(),
      outcome: { kind: 'planned', plan },
    });
    await world.run(present);
    const landed = world.merge(pull);
    await world.records.saveReport(waitingReport(landed.mergeCommit ?? '', digest));
    await world.run(present);
    return { world, pull: landed };
  }

  it('keeps its check runs as they are while its release waits', async () => {
    const { world, pull } = await merged();
    expect(runs(world, pull).map(({ conclusion }) => conclusion)).toEqual(['action_required', 'action_required']);
  });

  it.each(['converged', 'diverged'] as const)('gets its last word when that has %s', async (kind) => {
    const { world, pull } = await merged();
    const of = { ...waitingReport(pull.mergeCommit ?? '', digest), at: '2026-11-20T14:02:11Z' };
    const state = kind === 'converged' ? { kind, objects: 3, tookMs: 8_000, url: null } : { kind, reasons: ['why'] };
    await world.records.saveReport({ ...of, state });
    await world.run(present);
    const title = 'Merged, and released: nothing waits for /confirm any more';
    expect(runs(world, pull)).toEqual([
      { name: 'fairlead/plan', conclusion: 'success', title },
      { name: 'fairlead/plan (staging)', conclusion: 'success', title },
    ]);
    const writes = world.forge.writes.length;
    await world.run(present);
    expect(world.forge.writes.length).toBe(writes);
  });

  it('gets it from a later commit that carried it, too, also without its plan', async () => {
    const { world, pull } = await merged();
    const commit = world.git.commit('main', { 'README.md': 'the shop' });
    const at = '2026-11-20T14:02:11Z';
    world.records.clear();
    await world.inspect(1);
    await world.records.saveReport({ ...waitingReport(commit, digest), at, state: { kind: 'unchanged', objects: 3 } });
    await world.run(present);
    expect(runs(world, pull).map(({ conclusion }) => conclusion)).toEqual(['success', 'success']);
  });
});

describe('a plan counts as shown', () => {
  it('where the pull request was open after it was made, and not where it was made again since', async () => {
    const world = new ForgeWorld();
    const pull = await world.open({ 'deploy/staging/web.yaml': 'web 2' });
    await world.inspect(1);
    const base = await world.tip();
    const save = (digest: string) =>
      world.records.savePlan(shop, 1, 'staging', {
        head: pull.head.commit,
        base,
        outcome: { kind: 'planned', plan: aPlan('staging', [], { digest }) },
      });
    const shown = async () => (await world.records.shownPlan(shop, 1, 'staging'))?.digest ?? null;
    expect(await shown()).toBeNull();
    await save('a'.repeat(64));
    await world.run(present);
    expect(await shown()).toBe('a'.repeat(64));
    world.merge(pull);
    await save('b'.repeat(64));
    await world.run(present);
    expect(await shown()).toBe('a'.repeat(64));
  });
});

it('A merged pull request is not blamed for an environment that its push had released again', async () => {
  const world = new ForgeWorld();
  const pull = await world.open({ 'deploy/staging/web.yaml': 'web 2' });
  await world.inspect(1);
  await world.run(present);
  const commit = world.merge(pull).mergeCommit ?? '';
  await world.records.saveReport(aReport('staging', { kind: 'converged', objects: 1, tookMs: 1, url: null }, commit));
  await world.records.saveReport(aReport('production', { kind: 'diverged', reasons: ['no pods'] }, commit));
  await world.run(present);
  const [comment = ''] = world.forge.commentBodies(shop, 1);
  expect(comment).toContain('merged; staging converged; not changed by it: production diverged');
});
