import { describe, expect, it } from 'vitest';
import { presentPending } from '../../src/present/release/status.ts';
import { acmeShop as shop } from '../acme-shop.ts';
import { symlink } from '../fakes/git.ts';
import { aReport } from '../present/sample-view.ts';
import { ForgeWorld, settings } from './forge-world.ts';
import { wantedOf } from './wanted.ts';

const gateOpen = { kind: 'open' } as const;

function statusOf(world: ForgeWorld, commit: string, environment: string): string | null {
  return world.forge.status(shop, commit, `fairlead/${environment}`)?.description ?? null;
}

describe('a push to a branch that environments follow', () => {
  it('writes what is desired and asks each environment to converge', async () => {
    const world = new ForgeWorld();
    const pull = world.merge(await world.open({ 'deploy/staging/web.yaml': 'web 2' }));
    await world.push();
    const desired = await wantedOf(world, 'staging');
    expect(desired).toMatchObject({
      commit: pull.mergeCommit,
      asked: { kind: 'push' },
      gate: gateOpen,
      pullRequest: { number: 1, author: 'ada' },
    });
    expect(await world.records.rendering(desired.rendering ?? '')).not.toBeNull();
    expect(world.waitingFor('converge-environment')).toEqual(['staging', 'production']);
  });

  it('says that it is pending on environments whose rendering the commit changed, and only there', async () => {
    const world = new ForgeWorld();
    const pull = world.merge(await world.open({ 'deploy/staging/web.yaml': 'web 2' }));
    await world.push();
    const tip = await world.tip();
    expect(world.forge.status(shop, tip, 'fairlead/staging')).toEqual(presentPending('staging', gateOpen, pull.url));
    expect(statusOf(world, tip, 'production')).toBeNull();
  });

  it('changes nothing when it runs twice', async () => {
    const world = new ForgeWorld();
    world.merge(await world.open({ 'deploy/staging/web.yaml': 'web 2' }));
    await world.push();
    const desired = await world.records.desired(shop, 'staging');
    const writes = world.forge.writes.length;
    await world.push();
    expect(world.forge.writes.length).toBe(writes);
    expect(await world.records.desired(shop, 'staging')).toEqual(desired);
  });

  it('does not desire an older tip over a newer one that somebody read meanwhile', async () => {
    const world = new ForgeWorld();
    const older = await world.tip();
    const moved = settings.replace('namespace: shop-staging', 'namespace: shop-staging, settle: 5s');
    world.merge(await world.open({ 'deploy/staging/web.yaml': 'web 2', '.github/fairlead.yml': moved }));
    await world.push();
    // This run reads the settings before the merge, and what is desired after it.
    const tip = world.git.tip.bind(world.git);
    let reads = 0;
    world.git.tip = async (repository, branch) => {
      reads += 1;
      return reads === 1 ? older : tip(repository, branch);
    };
    await world.push();
    expect(await world.records.desired(shop, 'staging')).toMatchObject({
      commit: await tip(shop, 'main'),
      environment: { settleMs: 5_000 },
    });
    expect(reads).toBe(2);
  });

  it('carries the pull requests whose release has not converged, until it has', async () => {
    const world = new ForgeWorld();
    const merge = async (text: string) => {
      world.merge(await world.open({ 'deploy/staging/web.yaml': text }));
      await world.push();
      const desired = await world.records.desired(shop, 'staging');
      return desired?.kind === 'wanted' ? desired.carries : null;
    };
    expect(await merge('web 2')).toEqual([]);
    expect(await merge('web 3')).toEqual([1]);
    expect(await merge('web 4')).toEqual([2, 1]);
    world.git.commit('main', { 'deploy/staging/web.yaml': 'web 5' });
    await world.push();
    expect(await world.records.desired(shop, 'staging')).toMatchObject({
      pullRequest: null,
      carries: [3, 2, 1],
    });
    await world.records.saveReport(
      aReport('staging', { kind: 'converged', objects: 1, tookMs: 1, url: null }, await world.tip()),
    );
    expect(await merge('web 6')).toEqual([]);
  });

  it('counts a change of settings alone as a release', async () => {
    const world = new ForgeWorld();
    world.git.commit('main', {
      '.github/fairlead.yml': settings.replace('namespace: shop-staging', 'namespace: shop-staging, settle: 5s'),
    });
    await world.push();
    expect(statusOf(world, await world.tip(), 'staging')).not.toBeNull();
    expect(statusOf(world, await world.tip(), 'production')).toBeNull();
  });

  it('releases what mends settings that Git held as no file', async () => {
    const world = new ForgeWorld();
    world.git.commit('main', { '.github/fairlead.yml': symlink('../settings.yml') });
    await world.push();
    expect(world.waitingFor('converge-environment')).toEqual([]);
    await pushed(world, { '.github/fairlead.yml': settings });
    expect(statusOf(world, await world.tip(), 'staging')).not.toBeNull();
    expect(world.waitingFor('converge-environment')).toEqual(['staging', 'production']);
  });

  it('brings an environment that follows another branch to settings that changed, and asks nothing where they did not', async () => {
    const edge = (more = ''): string =>
      `${settings}  edge: { cluster: staging, path: deploy/production, namespace: shop-staging, follow: stable${more} }\n`;
    const world = new ForgeWorld();
    world.clusters = world.clusters.map((entry) => ({
      ...entry,
      allow: entry.allow.map((rule) => ({
        ...rule,
        environments: ['edge', ...rule.environments],
        refs: ['main', 'stable'],
      })),
    }));
    world.git.commit('main', { '.github/fairlead.yml': edge() });
    world.git.commit('stable', {}, await world.tip());
    await world.run({ kind: 'fan-out-push', repository: shop, branch: 'stable', asked: 'push', before: null });
    world.queue.clear();
    world.git.commit('main', { 'README.md': 'the shop' });
    await world.push();
    expect(world.queue.askedFor('fan-out-push')).toEqual([]);

    world.git.commit('main', { '.github/fairlead.yml': edge(', settle: 5s') });
    await world.push();
    expect(world.queue.askedFor('fan-out-push')).toMatchObject([{ branch: 'stable', asked: 'sweep' }]);
  });

  it('sees a change in any commit of the push, by the hint of where it began', async () => {
    const world = new ForgeWorld();
    const before = await world.tip();
    world.git.commit('main', { 'deploy/staging/web.yaml': 'web 2' });
    world.git.commit('main', { 'README.md': 'the shop' });
    await world.push(before);
    expect(await world.records.desired(shop, 'staging')).toMatchObject({ asked: { kind: 'push' } });
    expect(statusOf(world, await world.tip(), 'staging')).not.toBeNull();
  });

  it('lets a commit that still waits say who overtook it', async () => {
    const world = new ForgeWorld();
    const first = await pushed(world, { 'deploy/staging/web.yaml': 'web 2' });
    const second = await pushed(world, { 'deploy/staging/web.yaml': 'web 3' });
    expect(statusOf(world, first, 'staging')).toContain(second.slice(0, 7));
    expect(statusOf(world, second, 'staging')).toBe(presentPending('staging', gateOpen, null).description);
  });

  it('holds an environment that comes after another until that one converged on the same rendering', async () => {
    const world = new ForgeWorld();
    world.git.commit('main', { 'deploy/staging/web.yaml': 'web 2', 'deploy/production/web.yaml': 'web 2' });
    await world.push();
    const commit = await world.tip();
    expect((await wantedOf(world, 'production')).gate.kind).toBe('waiting');

    await world.records.saveReport(aReport('staging', { kind: 'converged', objects: 1, tookMs: 1, url: null }, commit));
    await world.run({ kind: 'report-release', repository: shop, environment: 'staging' });
    expect(world.queue.askedFor('fan-out-push')).toMatchObject([{ branch: 'main', asked: 'sweep' }]);
    await world.run({ kind: 'fan-out-push', repository: shop, branch: 'main', asked: 'sweep', before: null });
    expect(await world.records.desired(shop, 'production')).toMatchObject({ gate: gateOpen, asked: { kind: 'push' } });
  });

  it('says of an environment that comes after a diverged one what to do, until something else is merged', async () => {
    const world = new ForgeWorld();
    world.git.commit('main', { 'deploy/staging/web.yaml': 'web 2', 'deploy/production/web.yaml': 'web 2' });
    await world.push();
    const commit = await world.tip();
    await world.records.saveReport(
      aReport('staging', { kind: 'diverged', reasons: ['Deployment/web: ImagePullBackOff'] }, commit),
    );
    await world.run({ kind: 'report-release', repository: shop, environment: 'staging' });
    await world.run({ kind: 'fan-out-push', repository: shop, branch: 'main', asked: 'sweep', before: null });
    const reason = `staging diverged at ${commit.slice(0, 7)}: mend staging, or revert`;
    expect((await wantedOf(world, 'production')).gate).toEqual({ kind: 'waiting', reason });

    world.git.commit('main', { 'deploy/production/web.yaml': 'web 3' });
    await world.push();
    expect((await wantedOf(world, 'production')).gate, 'staging is as broken as before').toEqual({
      kind: 'waiting',
      reason,
    });
    world.git.commit('main', { 'deploy/staging/web.yaml': 'web 3' });
    await world.push();
    expect((await wantedOf(world, 'production')).gate).toEqual({
      kind: 'waiting',
      reason: 'staging has not converged on it yet',
    });
  });

  it('lets an environment follow one that an older commit brought there, however long ago', async () => {
    const world = new ForgeWorld();
    world.git.commit('main', { 'deploy/production/web.yaml': 'web 2' });
    await world.records.saveReport(aReport('staging', { kind: 'unchanged', objects: 1 }, await world.tip()));
    await world.push();
    expect((await wantedOf(world, 'production')).gate).toEqual(gateOpen);
  });

  it('promises nothing to an environment that is only observed', async () => {
    const world = new ForgeWorld();
    const observed = settings.replace('namespace: shop-staging', 'namespace: shop-staging, mode: observe');
    world.git.commit('main', { '.github/fairlead.yml': observed, 'deploy/staging/web.yaml': 'web 2' });
    await world.push();
    expect(statusOf(world, await world.tip(), 'staging')).toBeNull();
    expect(await world.records.desired(shop, 'staging')).toMatchObject({ kind: 'withheld' });
    expect(world.waitingFor('converge-environment')).toEqual(['production']);
  });

  const ends: readonly (readonly [string, (world: ForgeWorld) => void, string])[] = [
    [
      'is only observed from then on',
      ({ git }) => {
        const observed = settings.replace('namespace: shop-staging', 'namespace: shop-staging, mode: observe');
        git.commit('main', { '.github/fairlead.yml': observed });
      },
      'waiting: mode is observe, nothing is released',
    ],
    [
      'is denied from then on',
      (world) => {
        world.clusters = world.clusters.filter(({ name }) => name !== 'staging');
        world.git.commit('main', { 'deploy/staging/web.yaml': 'web 3' });
      },
      'waiting: not allowed: ',
    ],
    [
      'cannot be rendered from then on',
      ({ git }) => void git.commit('main', { 'deploy/staging/web.yaml': 'broken' }),
      'waiting: cannot be rendered',
    ],
  ];
  it.each(ends)('holds back what was desired where the environment %s', async (_, end, words) => {
    const world = new ForgeWorld();
    const waiting = await pushed(world, { 'deploy/staging/web.yaml': 'web 2' });
    world.queue.clear();
    end(world);
    await world.push();
    expect(await world.records.desired(shop, 'staging')).toMatchObject({ kind: 'withheld', commit: await world.tip() });
    expect(world.waitingFor('converge-environment')).toEqual(['production']);
    expect(statusOf(world, waiting, 'staging')).toContain(words);
    // A lost push is found, too, and what is held back is wanted again where nothing holds it any more.
    world.clusters = new ForgeWorld().clusters;
    await pushed(world, { '.github/fairlead.yml': settings, 'deploy/staging/web.yaml': 'web 4' });
    expect(await world.records.desired(shop, 'staging')).toMatchObject({ kind: 'wanted', asked: { kind: 'push' } });
  });

  it('says on a commit that still waits that the operator does not allow it any more', async () => {
    const world = new ForgeWorld();
    const waiting = await pushed(world, { 'deploy/staging/web.yaml': 'web 2' });
    world.clusters = world.clusters.filter(({ name }) => name !== 'staging');
    await world.run({ kind: 'fan-out-push', repository: shop, branch: 'main', asked: 'sweep', before: null });
    expect(statusOf(world, waiting, 'staging')).toContain('not allowed');
  });

  it('asks to inspect the open pull requests again, after everything else', async () => {
    const world = new ForgeWorld();
    await world.open({ 'deploy/staging/web.yaml': 'web 2' });
    world.git.commit('main', { 'README.md': 'the shop' });
    await world.push();
    const [ask] = world.queue.asks.filter(({ job }) => job.kind === 'inspect-pull-request');
    expect(ask).toMatchObject({ job: { number: 1 }, options: { priority: 'low' } });
  });

  it('asks for none of them again that was inspected since, where it is tried again', async () => {
    const world = new ForgeWorld();
    const { number } = await world.open({ 'deploy/staging/web.yaml': 'web 2' });
    world.git.commit('main', { 'README.md': 'the shop' });
    await world.push();
    await world.run({ kind: 'inspect-pull-request', repository: shop, number });
    world.queue.clear();
    await world.push();
    expect(world.queue.askedFor('inspect-pull-request')).toEqual([]);
  });

  it('releases nothing that the operator does not allow, and says so on the commit', async () => {
    const world = new ForgeWorld();
    world.clusters = world.clusters.filter(({ name }) => name !== 'staging');
    world.git.commit('main', { 'deploy/staging/web.yaml': 'web 2' });
    await world.push();
    expect(world.forge.status(shop, await world.tip(), 'fairlead/staging')?.state).toBe('failure');
    expect(await world.records.desired(shop, 'staging')).toMatchObject({ kind: 'withheld' });
    expect(world.waitingFor('converge-environment')).toEqual(['production']);
  });

  it('lets no environment wait for another that fails, and fails then', async () => {
    const world = new ForgeWorld();
    world.git.commit('main', { 'deploy/staging/web.yaml': 'web 2', 'deploy/production/web.yaml': 'web 2' });
    world.forge.failNext('setStatus', new Error('away'));
    await expect(world.push()).rejects.toThrow('away');
    expect(world.waitingFor('converge-environment')).toEqual(['production']);
  });

  it('lets neither open pull requests nor removed environments wait for one that fails', async () => {
    const world = new ForgeWorld();
    await world.open({ 'README.md': 'a shop' });
    await world.push();
    world.queue.clear();
    world.git.commit('main', { '.github/fairlead.yml': settings.replace(/ {2}production: .*\n/, '') });
    world.renderer.render = () => Promise.reject(new Error('away'));
    await expect(world.push()).rejects.toThrow('away');
    expect(world.queue.askedFor('inspect-pull-request')).toMatchObject([{ number: 1 }]);
    expect(world.waitingFor('converge-environment')).toEqual(['production']);
  });

  it('asks to inspect the open pull requests again where it takes the settings away, and not where there were none', async () => {
    const world = new ForgeWorld();
    await world.open({ 'README.md': 'a shop' });
    await pushed(world, { '.github/fairlead.yml': null });
    expect(world.queue.askedFor('inspect-pull-request')).toMatchObject([{ number: 1 }]);
    world.queue.clear();
    await pushed(world, { 'README.md': 'the shop' });
    expect(world.queue.askedFor('inspect-pull-request')).toEqual([]);
  });

  it('releases nothing that cannot be rendered, and says so on the commit', async () => {
    const world = new ForgeWorld();
    world.git.commit('main', { 'deploy/staging/web.yaml': 'broken' });
    await world.push();
    expect(world.forge.status(shop, await world.tip(), 'fairlead/staging')?.state).toBe('failure');
    expect(world.waitingFor('converge-environment')).toEqual(['production']);
  });
});

/** A commit on the default branch, and the job that its push asks for. */
async function pushed(world: ForgeWorld, files: Readonly<Record<string, string | null>>): Promise<string> {
  const commit = world.git.commit('main', files);
  await world.push();
  return commit;
}
