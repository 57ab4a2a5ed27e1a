import { describe, expect, it } from 'vitest';
import type { CheckRun } from '../../src/domain/check-run.ts';
import type { PullRequest } from '../../src/domain/pull-request.ts';
import { acmeShop as shop } from '../acme-shop.ts';
import { aPlan } from '../present/sample-view.ts';
import { ForgeWorld } from './forge-world.ts';

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
