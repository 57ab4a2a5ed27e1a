import { describe, expect, it } from 'vitest';
import { Failure } from '../../src/domain/failure.ts';
import { planCommentMarker } from '../../src/domain/marker.ts';
import type { PullRequest } from '../../src/domain/pull-request.ts';
import type { ReleaseReport, ReleaseState } from '../../src/domain/release.ts';
import { sayForgeFailure } from '../../src/jobs/say/say-forge-failure.ts';
import { acmeShop as shop } from '../acme-shop.ts';
import { ForgeWorld, settings } from './forge-world.ts';

const converged: ReleaseState = { kind: 'converged', objects: 3, tookMs: 8_000, url: 'http://shop.example.com/' };
const comment = `${planCommentMarker}\nwhat the merge does`;

describe('who asks for the details of a release', () => {
  it('arrives at the plan comment of the pull request that was merged', async () => {
    const world = new ForgeWorld();
    const pull = await world.open({ 'deploy/staging/web.yaml': 'web 2' });
    world.forge.addComment(shop, pull.number, 'looks good to me');
    const id = world.forge.addComment(shop, pull.number, comment, null);
    world.merge(pull);
    await world.push();
    const url = `https://github.com/acme/shop/pull/${pull.number}#issuecomment-${id}`;
    expect(linkOf(world, await world.tip()), 'from the first word on').toBe(url);
    await report(world, await world.tip(), { kind: 'applying', applied: 1, of: 3 });
    await report(world, await world.tip(), converged);
    expect(linkOf(world, await world.tip())).toBe(url);
    expect(world.forge.deployment(shop, await world.tip(), 'staging')).toMatchObject({
      logUrl: url,
      environmentUrl: 'http://shop.example.com/',
    });
  });

  it('arrives at the pull request where it has no plan comment, or only somebody’s who says so', async () => {
    const world = new ForgeWorld();
    const pull = await world.open({ 'deploy/staging/web.yaml': 'web 2' });
    world.forge.addComment(shop, pull.number, comment);
    world.merge(pull);
    await world.push();
    expect(linkOf(world, await world.tip())).toBe(pull.url);
    await report(world, await world.tip(), converged);
    expect(linkOf(world, await world.tip())).toBe(pull.url);
  });

  it('arrives at the page of a commit that was pushed directly', async () => {
    const world = new ForgeWorld();
    // A server of one's own: what is linked is where GitHub says that it is.
    world.forge.addRepository(shop, { url: 'https://github.example.com/acme/shop' });
    const commit = world.git.commit('main', { 'deploy/staging/web.yaml': 'web 2' });
    await world.push();
    const url = `https://github.example.com/acme/shop/commit/${commit}`;
    expect(linkOf(world, commit)).toBe(url);
    await report(world, commit, converged);
    expect(linkOf(world, commit)).toBe(url);
    expect(world.forge.deployment(shop, commit, 'staging')).toMatchObject({ logUrl: url });
  });

  it('arrives at a commit’s own story, also where another one overtook it and carried it', async () => {
    const world = new ForgeWorld();
    const [first, second] = await openTwo(world);
    const overtaken = world.merge(first).mergeCommit ?? '';
    await world.push();
    const carrier = world.merge(second).mergeCommit ?? '';
    await world.push();
    expect([linkOf(world, overtaken), linkOf(world, carrier)]).toEqual([first.url, second.url]);
    await report(world, carrier, converged);
    expect(world.forge.status(shop, overtaken, 'fairlead/staging')).toMatchObject({
      state: 'success',
      description: `converged with ${carrier.slice(0, 7)}: 3 objects in 8 s`,
    });
    expect([linkOf(world, overtaken), linkOf(world, carrier)]).toEqual([first.url, second.url]);
    expect(world.forge.deployment(shop, overtaken, 'staging')).toMatchObject({ logUrl: first.url });
  });

  it('reads the verdict in the comment of the pull request that was overtaken, too', async () => {
    const world = new ForgeWorld();
    const [first, second] = await openTwo(world);
    const overtaken = world.merge(first).mergeCommit ?? '';
    await world.push();
    await report(world, overtaken, { kind: 'observing', ready: 2, of: 3, reasons: [] });
    const carrier = world.merge(second).mergeCommit ?? '';
    await world.push();
    world.queue.asks.length = 0;
    await report(world, carrier, converged);
    expect(presented(world).toSorted((left, right) => left - right)).toEqual([first.number, second.number]);
    world.queue.asks.length = 0;
    await report(world, carrier, converged);
    expect(presented(world), 'a verdict that is told is not told again').toEqual([second.number]);
  });

  it('arrives there as well where the release is refused before it begins', async () => {
    const world = new ForgeWorld();
    world.clusters = [];
    const pull = world.merge(await world.open({ 'deploy/staging/web.yaml': 'web 2' }));
    await world.push();
    expect(world.forge.status(shop, await world.tip(), 'fairlead/staging')?.state).toBe('failure');
    expect(linkOf(world, await world.tip())).toBe(pull.url);
  });
});

describe('a verdict', () => {
  it('settles what a commit overtook that changed nothing, without a word on that one', async () => {
    const world = new ForgeWorld();
    const first = await pushed(world, { 'deploy/staging/web.yaml': 'web 2' });
    await save(world, first, converged);
    // GitHub did not take it yet, and the next report takes its place.
    const second = await pushed(world, { 'README.md': 'the shop' });
    world.queue.clear();
    await report(world, second, { kind: 'unchanged', objects: 3 });
    expect(stateOf(world, first)).toBe('success');
    expect(world.forge.deployment(shop, first, 'staging')?.state).toBe('success');
    expect(stateOf(world, second)).toBeUndefined();
    expect(world.queue.askedFor('fan-out-push'), 'what comes after it waited for that').toHaveLength(1);
  });

  it('names what an overtaken commit left behind, also where it changed nothing itself', async () => {
    const world = new ForgeWorld();
    const first = await moved(world);
    const second = await pushed(world, { 'README.md': 'the shop' });
    await report(world, second, { kind: 'unchanged', objects: 3 });
    const description = world.forge.status(shop, first, 'fairlead/staging')?.description;
    expect(description).toBe(
      `converged with ${second.slice(0, 7)}: 3 objects, nothing to change · orphaned: what it released stays in cluster staging`,
    );
  });

  it('settles what it overtook on both sides of a commit that could not be rendered', async () => {
    const world = new ForgeWorld();
    const first = await pushed(world, { 'deploy/staging/web.yaml': 'web 2' });
    const broken = await pushed(world, { 'deploy/staging/web.yaml': 'broken' });
    const mended = await pushed(world, { 'deploy/staging/web.yaml': 'web 3' });
    await report(world, mended, converged);
    expect([first, broken, mended].map((commit) => stateOf(world, commit))).toEqual(['success', 'failure', 'success']);
  });

  it('is told whole where GitHub refuses the deployments, and not told again for their sake', async () => {
    const world = new ForgeWorld();
    const [first, second] = await openTwo(world);
    const overtaken = world.merge(first).mergeCommit ?? '';
    await world.push();
    const carrier = world.merge(second).mergeCommit ?? '';
    await world.push();
    world.queue.clear();
    for (const _ of [overtaken, carrier]) world.forge.failNext('setDeployment', refused);
    await report(world, carrier, converged);
    expect([overtaken, carrier].map((commit) => stateOf(world, commit))).toEqual(['success', 'success']);
    expect(presented(world)).toEqual([second.number, first.number]);
    expect(world.queue.askedFor('fan-out-push'), 'what comes after it').toHaveLength(1);
    await sweep(world);
    expect(world.queue.askedFor('report-release')).toEqual([]);
  });
});

describe('what GitHub did not take', () => {
  it.each(['setStatus', 'pullRequestsOf', 'setDeployment'] as const)(
    'of a verdict (%s) is found by the sweep and said, however often it fails',
    async (method) => {
      const world = new ForgeWorld();
      const commit = await pushed(world, { 'deploy/staging/web.yaml': 'web 2' });
      world.forge.failNext(method, new Error('away'));
      await expect(report(world, commit, converged)).rejects.toThrow('away');
      await sweep(world);
      expect(world.queue.askedFor('report-release')).toEqual([job]);
      await world.run(job);
      expect(stateOf(world, commit)).toBe('success');
      expect(world.forge.deployment(shop, commit, 'staging')?.state).toBe('success');
      await sweep(world);
      expect(world.queue.askedFor('report-release')).toEqual([]);
    },
  );

  it('of what an environment left behind is found as well', async () => {
    const world = new ForgeWorld();
    const commit = await moved(world);
    await report(world, commit, converged);
    const orphaned = { cluster: 'staging', namespace: 'shop-staging', objects: 4 };
    const of = { repository: shop, environment: 'staging', cluster: 'staging' };
    await world.records.saveOrphanCount({ ...of, commit, orphaned });
    await sweep(world);
    expect(world.queue.askedFor('report-release')).toEqual([job]);
  });

  it('of a verdict is said over the failure of a push that came after it', async () => {
    const world = new ForgeWorld();
    const commit = await pushed(world, { 'README.md': 'the shop' });
    await report(world, commit, { kind: 'unchanged', objects: 1 });
    const push = { kind: 'fan-out-push', repository: shop, branch: 'main', asked: 'push', before: null } as const;
    await sayForgeFailure(push, world);
    expect(stateOf(world, commit)).toBe('error');
    await sweep(world);
    expect(world.queue.askedFor('report-release')).toEqual([job]);
    await world.run(job);
    expect(stateOf(world, commit)).toBe('success');
  });
});

const job = { kind: 'report-release', repository: shop, environment: 'staging' } as const;
const refused = new Failure('forge-refused', { subject: 'acme/shop', message: '403', retryable: false, cause: null });

/** Staging goes to the cluster of production, with this commit. */
async function moved(world: ForgeWorld): Promise<string> {
  const rule = { environments: ['staging', 'production'], namespaces: ['shop', 'shop-staging'] };
  world.clusters = world.clusters.map((entry) => ({
    ...entry,
    allow: entry.allow.map((before) => ({ ...before, ...rule })),
  }));
  const elsewhere = settings.replace('staging: { cluster: staging', 'staging: { cluster: production');
  return await pushed(world, { '.github/fairlead.yml': elsewhere });
}

async function pushed(world: ForgeWorld, files: Readonly<Record<string, string>>): Promise<string> {
  const commit = world.git.commit('main', files);
  await world.push();
  return commit;
}

/** Asks anew; what waited before is gone. */
async function sweep(world: ForgeWorld): Promise<void> {
  world.queue.clear();
  await world.sweep();
}

function stateOf(world: ForgeWorld, commit: string): string | undefined {
  return world.forge.status(shop, commit, 'fairlead/staging')?.state;
}

/** Whichever is merged second overtakes the first. */
async function openTwo(world: ForgeWorld): Promise<readonly [PullRequest, PullRequest]> {
  const first = await world.open({ 'deploy/staging/web.yaml': 'web 2' });
  return [first, await world.open({ 'deploy/staging/other.yaml': 'other' })];
}

function linkOf(world: ForgeWorld, commit: string): string | null | undefined {
  return world.forge.status(shop, commit, 'fairlead/staging')?.targetUrl;
}

function presented(world: ForgeWorld): readonly number[] {
  return world.queue.askedFor('present-pull-request').map(({ number }) => number);
}

function reportOf(commit: string, state: ReleaseState): ReleaseReport {
  const at = '2026-11-20T14:02:11Z';
  return { repository: shop, environment: 'staging', cluster: 'staging', commit, state, at };
}

async function save(world: ForgeWorld, commit: string, state: ReleaseState): Promise<void> {
  await world.records.saveReport(reportOf(commit, state));
}

async function report(world: ForgeWorld, commit: string, state: ReleaseState): Promise<void> {
  await save(world, commit, state);
  await world.run(job);
}
