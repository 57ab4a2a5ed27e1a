import { describe, expect, it } from 'vitest';
import { acmeShop as shop } from '../acme-shop.ts';
import { ForgeWorld, settings } from './forge-world.ts';
import { wantedOf } from './wanted.ts';

function following(branch: string, name: string): string {
  return `  ${name}: { cluster: staging, path: deploy/${name}, namespace: shop-${name}, follow: ${branch} }\n`;
}

function statusOf(world: ForgeWorld, commit: string, environment: string): string | null {
  return world.forge.status(shop, commit, `fairlead/${environment}`)?.description ?? null;
}

describe('the sweep of a repository', () => {
  async function sweepAndFanOut(world: ForgeWorld): Promise<void> {
    world.queue.clear();
    await world.sweep();
    for (const job of world.queue.askedFor('fan-out-push')) await world.run(job);
  }

  it('asks for the plan of a pull request whose webhook was lost', async () => {
    const world = new ForgeWorld();
    await world.open({ 'deploy/staging/web.yaml': 'web 2' });
    await world.sweep();
    expect(world.queue.askedFor('inspect-pull-request')).toMatchObject([{ number: 1 }]);
  });

  it('asks again for what failed and promised to go on, where Redis forgot it', async () => {
    const world = new ForgeWorld();
    world.renderer.untold = 'staging';
    await world.open({ 'deploy/staging/Chart.yaml': 'name: shop' });
    await world.inspect(1);
    await world.run({ kind: 'present-pull-request', repository: shop, number: 1 });
    world.queue.clear();
    await world.sweep();
    expect(world.queue.askedFor('inspect-pull-request'), 'it is waited for').toEqual([]);
    world.records.clear();
    await world.sweep();
    expect(world.queue.askedFor('inspect-pull-request')).toMatchObject([{ number: 1 }]);
  });

  it('finds the rest, too, where one pull request cannot be looked at', async () => {
    const world = new ForgeWorld();
    await world.open({ 'deploy/staging/web.yaml': 'web 2' });
    await world.open({ 'deploy/staging/web.yaml': 'web 3' });
    world.forge.failNext('checkRuns', new Error('away'));
    await expect(world.sweep()).rejects.toThrow('away');
    expect(world.queue.askedFor('inspect-pull-request')).toMatchObject([{ number: 2 }]);
    expect(world.queue.askedFor('fan-out-push')).toMatchObject([{ branch: 'main' }]);
  });

  it('asks the remote for each tip once, however many pull requests and environments there are', async () => {
    const world = new ForgeWorld();
    world.git.commit('main', {
      '.github/fairlead.yml': `${settings}${following('stable', 'next')}${following('stable', 'last')}`,
    });
    world.git.commit('stable', {}, await world.tip());
    for (const number of [1, 2, 3]) {
      await world.open({ 'deploy/staging/web.yaml': `web ${number + 1}` });
      await world.inspect(number);
      await world.run({ kind: 'present-pull-request', repository: shop, number });
    }
    const asked: string[] = [];
    const tip = world.git.tip.bind(world.git);
    world.git.tip = (repository, branch) => {
      asked.push(branch);
      return tip(repository, branch);
    };
    await world.sweep();
    expect(asked.toSorted()).toEqual(['main', 'stable']);
  });

  it('costs one request, and nothing of Git, where there never were settings', async () => {
    const world = new ForgeWorld();
    const plain = { ...shop, id: 3, name: 'plain' };
    world.forge.addRepository(plain);
    world.forge.putPullRequest({ repository: plain, number: 1 });
    const never = () => Promise.reject(new Error('not to be asked'));
    world.git.tip = never;
    world.forge.facts = never;
    world.forge.openPullRequests = never;
    await world.run({ kind: 'sweep-repository', repository: plain });
    expect(world.queue.asks).toEqual([]);
  });

  it('where the settings are gone, asks only for pull requests that were spoken to', async () => {
    const world = new ForgeWorld();
    await world.open({ 'deploy/staging/web.yaml': 'web 2' });
    await world.inspect(1);
    await world.open({ 'deploy/staging/web.yaml': 'web 3' });
    world.git.commit('main', { '.github/fairlead.yml': null });
    world.queue.clear();
    await world.sweep();
    expect(world.queue.askedFor('inspect-pull-request')).toMatchObject([{ number: 1 }]);
  });

  it('takes no push for granted: a direct push that nobody told of is not a first release', async () => {
    const world = new ForgeWorld();
    world.git.commit('main', { 'deploy/staging/web.yaml': 'web 2' });
    await sweepAndFanOut(world);
    expect((await wantedOf(world, 'staging')).asked.kind).toBe('sweep');
    expect(statusOf(world, await world.tip(), 'staging')).toBeNull();
  });

  it('finds that something is desired of what is only observed now', async () => {
    const world = new ForgeWorld();
    await world.push();
    const observed = settings.replace('namespace: shop-staging', 'namespace: shop-staging, mode: observe');
    world.git.commit('main', { '.github/fairlead.yml': observed });
    await sweepAndFanOut(world);
    expect(await world.records.desired(shop, 'staging')).toMatchObject({ kind: 'withheld' });
  });

  it('takes a merged pull request that was planned as asked for by a person', async () => {
    const world = new ForgeWorld();
    const pull = await world.open({ 'deploy/staging/web.yaml': 'web 2' });
    await world.inspect(1);
    world.merge(pull);
    await sweepAndFanOut(world);
    expect((await wantedOf(world, 'staging')).asked.kind).toBe('push');
    expect(statusOf(world, await world.tip(), 'staging')).not.toBeNull();
  });

  it('does not take the place of a person who asked before', async () => {
    const world = new ForgeWorld();
    world.git.commit('main', { 'deploy/staging/web.yaml': 'web 2' });
    await world.push();
    await sweepAndFanOut(world);
    expect((await wantedOf(world, 'staging')).asked.kind).toBe('push');
  });

  it('remembers by the commit’s status that a person asked, when Redis was wiped', async () => {
    const world = new ForgeWorld();
    world.git.commit('main', { 'deploy/staging/web.yaml': 'web 2' });
    await world.push();
    world.records.clear();
    await sweepAndFanOut(world);
    expect((await wantedOf(world, 'staging')).asked.kind).toBe('push');
  });

  it('has nothing to do where everything has its verdict', async () => {
    const world = new ForgeWorld();
    await world.push();
    const commit = await world.tip();
    for (const environment of ['staging', 'production']) {
      const state = { kind: 'unchanged', objects: 1 } as const;
      await world.records.saveReport({
        repository: shop,
        environment,
        cluster: environment,
        commit,
        state,
        at: '2026-11-20T14:02:11Z',
      });
      await world.run({ kind: 'report-release', repository: shop, environment });
    }
    world.queue.clear();
    await world.sweep();
    expect(world.queue.asks).toEqual([]);
  });
});
