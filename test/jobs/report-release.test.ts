import { describe, expect, it } from 'vitest';
import { planCommentMarker } from '../../src/domain/marker.ts';
import type { PullRequest } from '../../src/domain/pull-request.ts';
import type { ReleaseReport, ReleaseState } from '../../src/domain/release.ts';
import { acmeShop as shop } from '../acme-shop.ts';
import { ForgeWorld } from './forge-world.ts';

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
    expect(world.forge.status(shop, overtaken, 'fairlead/staging')?.state).toBe('success');
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

async function report(world: ForgeWorld, commit: string, state: ReleaseState): Promise<void> {
  const said: ReleaseReport = {
    repository: shop,
    environment: 'staging',
    cluster: 'staging',
    commit,
    state,
    at: '2026-11-20T14:02:11Z',
  };
  await world.records.saveReport(said);
  await world.run({ kind: 'report-release', repository: shop, environment: 'staging' });
}
