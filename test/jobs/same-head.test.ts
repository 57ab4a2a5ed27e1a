import { describe, expect, it } from 'vitest';
import type { PullRequest } from '../../src/domain/pull-request.ts';
import { acmeShop as shop } from '../acme-shop.ts';
import { ForgeWorld } from './forge-world.ts';

/** Two pull requests on one head: #1 into `next`, which nothing follows, and #2 into `main`, with which it conflicts. */
async function twoOnOneHead(): Promise<{ readonly world: ForgeWorld; readonly worse: PullRequest }> {
  const world = new ForgeWorld();
  world.git.commit('next', { 'README.md': 'next' }, await world.tip());
  const { head } = await world.open({ 'deploy/staging/web.yaml': 'web 2' }, { base: { ref: 'next' } });
  world.git.commit('main', { 'deploy/staging/web.yaml': 'web 3' });
  const worse = await world.open({}, { head });
  await inspectAndPresent(world, 1);
  await inspectAndPresent(world, 2);
  return { world, worse };
}

async function inspectAndPresent(world: ForgeWorld, number: number): Promise<void> {
  await world.inspect(number);
  await world.run({ kind: 'present-pull-request', repository: shop, number });
}

function conclusion(world: ForgeWorld, { head }: PullRequest): string | null | undefined {
  return world.forge.publishedRun(shop, head.commit, 'fairlead/plan')?.conclusion;
}

describe('of two pull requests on one head', () => {
  it('the worse is shown, whichever was looked at last', async () => {
    const { world, worse } = await twoOnOneHead();
    expect(conclusion(world, worse)).toBe('failure');
    await inspectAndPresent(world, 1);
    expect(conclusion(world, worse)).toBe('failure');
  });

  it.each(['closed', 'merged'] as const)('the worse is shown no longer once it is %s', async (state) => {
    const { world, worse } = await twoOnOneHead();
    world.forge.putPullRequest({ ...worse, state, mergeCommit: state === 'merged' ? await world.tip() : null });
    await world.run({ kind: 'present-pull-request', repository: shop, number: 2 });
    expect(world.queue.waiting()).toContainEqual({ kind: 'present-pull-request', repository: shop, number: 1 });
    await world.run({ kind: 'present-pull-request', repository: shop, number: 1 });
    expect(conclusion(world, worse)).toBe('success');
  });

  it('the second waits to be looked at, although the first passed', async () => {
    const world = new ForgeWorld();
    world.git.commit('next', { 'README.md': 'next' }, await world.tip());
    const first = await world.open({ 'deploy/staging/web.yaml': 'web 2' }, { base: { ref: 'next' } });
    await inspectAndPresent(world, 1);
    expect(conclusion(world, first)).toBe('success');
    await world.open({}, { head: first.head });
    await world.inspect(2);
    expect(conclusion(world, first)).toBeNull();
    await world.run({ kind: 'present-pull-request', repository: shop, number: 2 });
    await inspectAndPresent(world, 1);
    expect(conclusion(world, first)).toBeNull();
  });

  it('the sweep finds what stands there for the sake of one that is gone', async () => {
    const { world, worse } = await twoOnOneHead();
    const sweep = async () => {
      world.queue.asks.length = 0;
      await world.sweep();
      return world.queue.asks.map(({ job }) => job).filter(({ kind }) => kind === 'inspect-pull-request');
    };
    expect(await sweep()).toEqual([]);
    world.forge.putPullRequest({ ...worse, state: 'closed' });
    expect(await sweep()).toEqual([{ kind: 'inspect-pull-request', repository: shop, number: 1 }]);
  });
});

describe('a head that passed', () => {
  it('waits to be looked at again where its pull request goes into another branch', async () => {
    const world = new ForgeWorld();
    world.git.commit('next', { 'README.md': 'next' }, await world.tip());
    const pull = await world.open({ 'deploy/staging/web.yaml': 'web 2' }, { base: { ref: 'next' } });
    await inspectAndPresent(world, 1);
    expect(conclusion(world, pull)).toBe('success');
    world.forge.putPullRequest({ ...pull, base: { ref: 'main' } });
    await world.inspect(1);
    expect(conclusion(world, pull)).toBeNull();
  });

  it('is not answered for by a branch that somebody calls like one of the merge queue', async () => {
    const world = new ForgeWorld();
    const pull = await world.open({ 'deploy/staging/web.yaml': 'web 2' });
    const base = await world.tip();
    world.git.commit('main', { 'deploy/staging/web.yaml': 'web 3' });
    await inspectAndPresent(world, 1);
    expect(conclusion(world, pull)).toBe('failure');
    const branch = `gh-readonly-queue/base-of-it/pr-1-${'a'.repeat(40)}`;
    world.git.point('base-of-it', base);
    world.git.point(branch, pull.head.commit);
    await world.run({ kind: 'inspect-merge-group', repository: shop, branch });
    expect(world.queue.waiting()).toContainEqual({ kind: 'inspect-head', repository: shop, head: pull.head.commit });
    await world.run({ kind: 'present-merge-group', repository: shop, branch });
    expect(conclusion(world, pull)).toBe('failure');
  });
});
