import { describe, expect, it } from 'vitest';
import type { PullRequest } from '../../src/domain/pull-request.ts';
import { acmeShop as shop } from '../acme-shop.ts';
import { aChange, anImageChange, aPlan, planned } from '../present/sample-view.ts';
import { ForgeWorld } from './forge-world.ts';

const warning = 'Also changed by other open pull requests';

/** A pull request that changes the Deployment `name` of production, planned and shown. */
async function shown(world: ForgeWorld, name: string, more: Partial<PullRequest> = {}): Promise<PullRequest> {
  const base = await world.tip();
  const pull = await world.open({ 'deploy/production/web.yaml': `${name} 2` }, more);
  await world.inspect(pull.number);
  const { identity } = aChange({ name });
  const plan = aPlan('production', [{ ...anImageChange(), identity }]);
  await world.records.savePlan(shop, pull.number, 'production', { ...planned(plan), head: pull.head.commit, base });
  await present(world, pull.number);
  return pull;
}

/** The same pull request changes another object. */
async function replan(world: ForgeWorld, pull: PullRequest, name: string): Promise<void> {
  const { identity } = aChange({ name });
  const record = planned(aPlan('production', [{ ...anImageChange(), identity }]));
  const base = await world.tip();
  await world.records.savePlan(shop, pull.number, 'production', { ...record, head: pull.head.commit, base });
  await present(world, pull.number);
}

async function present(world: ForgeWorld, number: number): Promise<void> {
  await world.run({ kind: 'present-pull-request', repository: shop, number });
}

function comment(world: ForgeWorld, number: number): string {
  return world.forge.commentBodies(shop, number).join('\n');
}

describe('Of pull requests that change the same object', () => {
  it('each names the other', async () => {
    const world = new ForgeWorld();
    await shown(world, 'web');
    expect(comment(world, 1)).not.toContain(warning);
    world.queue.clear();
    await shown(world, 'web');
    expect(comment(world, 2)).toContain(`${warning}: Deployment shop/web by #1.`);
    // The first was shown before there was a second.
    expect(world.queue.waiting()).toContainEqual({ kind: 'present-pull-request', repository: shop, number: 1 });
    world.queue.clear();
    await present(world, 1);
    expect(comment(world, 1)).toContain(`${warning}: Deployment shop/web by #2.`);
    world.queue.clear();
    await present(world, 2);
    expect(world.queue.askedFor('present-pull-request'), 'they do not ask for each other without end').toEqual([]);
  });

  it('the first is shown again also where GitHub took the comment of the second and not its check runs', async () => {
    const world = new ForgeWorld();
    await shown(world, 'web');
    const second = await shown(world, 'api');
    world.queue.clear();
    const publish = world.forge.publishCheckRun.bind(world.forge);
    world.forge.publishCheckRun = () => Promise.reject(new Error('away'));
    await expect(replan(world, second, 'web')).rejects.toThrow('away');
    expect(comment(world, 2)).toContain(warning);
    world.forge.publishCheckRun = publish;
    await present(world, 2);
    const first = { kind: 'present-pull-request', repository: shop, number: 1 };
    expect(world.queue.askedFor('present-pull-request')).toContainEqual(first);
  });

  it.each<[string, (world: ForgeWorld, second: PullRequest) => Promise<void>]>([
    [
      'is closed',
      async (world, second) => {
        world.forge.putPullRequest({ ...second, state: 'closed' });
        await present(world, 2);
      },
    ],
    [
      'is merged',
      async (world, second) => {
        const mergeCommit = await world.tip();
        world.forge.putPullRequest({ ...second, state: 'merged', mergeCommit });
        await present(world, 2);
      },
    ],
    ['changes something else', async (world, second) => replan(world, second, 'api')],
  ])('one is shown again without the other where that one %s, and once', async (_why, happens) => {
    const world = new ForgeWorld();
    await shown(world, 'web');
    const second = await shown(world, 'web');
    await present(world, 1);
    world.queue.clear();
    await happens(world, second);
    const first = { kind: 'present-pull-request', repository: shop, number: 1 };
    expect(world.queue.askedFor('present-pull-request')).toContainEqual(first);
    expect(world.queue.askedFor('predict-environment')).toEqual([]);
    await present(world, 1);
    expect(comment(world, 1)).not.toContain(warning);
    world.queue.clear();
    await present(world, 2);
    await present(world, 1);
    expect(world.queue.askedFor('present-pull-request'), 'they come to an end').toEqual([]);
  });

  it('one that is reopened tells the other again', async () => {
    const world = new ForgeWorld();
    await shown(world, 'web');
    const second = await shown(world, 'web');
    world.forge.putPullRequest({ ...second, state: 'closed' });
    await present(world, 2);
    await present(world, 1);
    world.forge.putPullRequest(second);
    world.queue.clear();
    await present(world, 2);
    expect(world.queue.askedFor('present-pull-request')).toEqual([
      { kind: 'present-pull-request', repository: shop, number: 1 },
    ]);
  });

  it('drafts do not ask for each other without end', async () => {
    const world = new ForgeWorld();
    for (const _ of ['first', 'second']) {
      const pull = await shown(world, 'web', { draft: true });
      world.queue.clear();
      await present(world, pull.number);
      expect(comment(world, pull.number), 'a draft has no comment').toBe('');
      expect(world.queue.askedFor('present-pull-request')).toEqual([]);
    }
  });

  it.each<[string, (world: ForgeWorld) => Promise<void>]>([
    [
      'it is closed',
      async (world) => void world.forge.putPullRequest({ ...(await shown(world, 'web')), state: 'closed' }),
    ],
    ['it changes another one', async (world) => void (await shown(world, 'api'))],
    [
      'it has another head by now',
      async (world) => {
        const pull = await shown(world, 'web');
        const commit = world.git.commit('newer', { 'README.md': 'newer' }, pull.head.commit);
        world.forge.putPullRequest({ ...pull, head: { ...pull.head, commit } });
      },
    ],
    [
      'it goes into another branch',
      async (world) => void world.forge.putPullRequest({ ...(await shown(world, 'web')), base: { ref: 'next' } }),
    ],
  ])('none is named where %s', async (_why, earlier) => {
    const world = new ForgeWorld();
    await earlier(world);
    await shown(world, 'web');
    expect(comment(world, 2)).not.toContain(warning);
  });
});
