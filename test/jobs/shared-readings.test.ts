import { describe, expect, it } from 'vitest';
import type { ReleaseReport } from '../../src/domain/release.ts';
import { waitingForConfirmation } from '../../src/jobs/confirm/waiting-for-confirmation.ts';
import type { Comments, PullRequests, Statuses } from '../../src/ports/forge.ts';
import { acmeShop as shop } from '../acme-shop.ts';
import { ForgeWorld, settings as ofShop, waitingReport } from './forge-world.ts';

const names = Array.from({ length: 10 }, (_, index) => `e${index}`);
const settings = `${ofShop}${names.map((name) => `  ${name}: { cluster: staging, path: deploy/${name}, namespace: shop-staging }\n`).join('')}`;

describe('what belongs to a commit', () => {
  it('is read once for all environments of a push', async () => {
    const world = await merged();
    const reads = counting(world);
    // Of the tip, and of the two before it that may wait for its verdict.
    await world.push();
    expect(world.waitingFor('converge-environment')).toEqual(names);
    expect(reads).toEqual({ statuses: 3, pullRequestsOf: 1, comments: 1 });
    const tip = await world.tip();
    expect(names.map((name) => world.forge.status(shop, tip, `fairlead/${name}`)?.state)).toEqual(
      names.map(() => 'pending'),
    );
  });

  it('is read again where a verdict that came meanwhile would be written over', async () => {
    const world = await merged();
    await world.push();
    const overtaken = await world.tip();
    world.git.commit('main', Object.fromEntries(names.map((name) => [`deploy/${name}/web.yaml`, 'web 3'])));
    const statuses = world.forge.statuses.bind(world.forge);
    world.forge.statuses = async (repository, commit) => {
      const read = await statuses(repository, commit);
      // Told just after it was read.
      if (commit === overtaken) {
        const context = 'fairlead/e9';
        await world.forge.setStatus(shop, overtaken, {
          context,
          state: 'success',
          description: 'converged: 1 object',
          targetUrl: null,
        });
      }
      return read;
    };
    await world.push();
    expect(world.forge.status(shop, overtaken, 'fairlead/e0')?.description).toMatch(/^waiting: overtaken by/);
    expect(world.forge.status(shop, overtaken, 'fairlead/e9')?.description).toBe('converged: 1 object');
  });
});

it('is read once for all environments of a /confirm', async () => {
  const world = await released();
  const [pull] = await world.forge.pullRequestsOf(shop, await world.tip());
  if (pull === undefined) throw new Error('nothing was merged');
  const reads = counting(world);
  const awaited = await waitingForConfirmation(pull, world);
  expect(awaited.planning).toMatchObject({ environments: names });
  expect(reads.statuses).toBe(1);
});

describe('reports that are asked for together', () => {
  const job = { kind: 'report-release', repository: shop, environment: 'e0', others: names.slice(1) } as const;

  it('are said in one run, which reads once what they share', async () => {
    const world = await released();
    for (const name of names) await end(world, name, old);
    const reads = counting(world);
    await world.run(job);
    // The tip, and the two before it that may wait for its verdict.
    expect(reads).toEqual({ statuses: 3, pullRequestsOf: 1, comments: 0 });
    expect(await statesOf(world)).toEqual(names.map(() => 'success'));
    for (const name of names) {
      expect(world.forge.deployment(shop, await world.tip(), name)?.state).toBe('success');
      expect(await world.records.told(shop, name)).not.toBeNull();
    }
    const { length } = world.forge.writes;
    await world.run(job);
    expect(world.forge.writes.length).toBe(length);
  });

  it('are all said but the one that GitHub refuses, which is tried again', async () => {
    const world = await released();
    for (const name of names) await end(world, name, old);
    world.forge.failNext('setStatus', new Error('away'));
    await expect(world.run(job)).rejects.toThrow('away');
    expect(await statesOf(world)).toEqual(['pending', ...names.slice(1).map(() => 'success')]);
    await world.run(job);
    expect(await statesOf(world)).toEqual(names.map(() => 'success'));
  });

  it('wait a moment for others of many that are under way, and no longer', async () => {
    const world = await released();
    const alone = { kind: 'report-release', repository: shop, environment: 'e0' } as const;
    await end(world, 'e0', recent);
    world.queue.asks.length = 0;
    await world.run(alone);
    expect(world.queue.asks).toEqual([{ job: alone, options: { delayMs: 1_000 } }]);
    expect((await statesOf(world))[0]).toBe('pending');
    await end(world, 'e0', old);
    await world.run(alone);
    expect((await statesOf(world))[0]).toBe('success');
  });

  it('wait for nobody where most have ended', async () => {
    const world = await released();
    for (const name of names.slice(0, 5)) await end(world, name, recent);
    await world.run(job);
    expect(await statesOf(world)).toEqual([
      ...names.slice(0, 5).map(() => 'success'),
      ...names.slice(5).map(() => 'pending'),
    ]);
  });

  it('wait for nobody where a person has to do something', async () => {
    const world = await released();
    await end(world, 'e0', recent);
    const waiting = { ...waitingReport(await world.tip(), 'a'.repeat(64)), environment: 'e1', at: recent };
    await world.records.saveReport(waiting);
    await world.run(job);
    expect(world.forge.status(shop, await world.tip(), 'fairlead/e1')?.description).toContain('/confirm');
  });

  it('that wait for a person are said to the end, though the status was said before', async () => {
    const world = await released();
    await end(world, 'e0', recent);
    const waiting = { ...waitingReport(await world.tip(), 'a'.repeat(64)), environment: 'e1', at: recent };
    await world.records.saveReport(waiting);
    const pullRequestsOf = world.forge.pullRequestsOf.bind(world.forge);
    world.forge.pullRequestsOf = () => Promise.reject(new Error('502'));
    await expect(world.run(job)).rejects.toThrow('502');
    world.forge.pullRequestsOf = pullRequestsOf;
    world.queue.asks.length = 0;
    await world.run(job);
    expect(world.forge.deployment(shop, await world.tip(), 'e1')).not.toBeNull();
  });

  it('along the way are said later than the verdicts of others', async () => {
    const world = await released();
    for (const name of names.slice(0, 5)) await end(world, name, recent);
    const state = { kind: 'applying', applied: 1, of: 2 } as const;
    await world.records.saveReport({ ...(await reportOf(world, 'e9', now)), state });
    world.queue.asks.length = 0;
    await world.run(job);
    expect(world.forge.status(shop, await world.tip(), 'fairlead/e9')?.description).not.toContain('applying');
    const later = { kind: 'report-release', repository: shop, environment: 'e9', others: [] };
    expect(world.queue.asks).toContainEqual({ job: later, options: { delayMs: 1_000 } });
  });
});

const now = '2026-11-20T14:02:11Z';
const recent = '2026-11-20T14:02:10Z';
const old = '2026-11-20T14:02:00Z';

async function released(): Promise<ForgeWorld> {
  const world = await merged();
  await world.push();
  return world;
}

async function reportOf(world: ForgeWorld, environment: string, at: string): Promise<ReleaseReport> {
  const state = { kind: 'converged', objects: 1, tookMs: 300, url: null } as const;
  return { repository: shop, environment, cluster: 'staging', commit: await world.tip(), state, at };
}

async function end(world: ForgeWorld, environment: string, at: string): Promise<void> {
  await world.records.saveReport(await reportOf(world, environment, at));
}

async function statesOf(world: ForgeWorld): Promise<readonly (string | undefined)[]> {
  const tip = await world.tip();
  return names.map((name) => world.forge.status(shop, tip, `fairlead/${name}`)?.state);
}

/** A pull request that changes all of them. */
async function merged(): Promise<ForgeWorld> {
  const world = new ForgeWorld();
  world.clusters = world.clusters.map((entry) => ({
    ...entry,
    allow: entry.allow.map((rule) => ({ ...rule, environments: names })),
  }));
  world.git.commit('main', { '.github/fairlead.yml': settings });
  world.merge(await world.open(Object.fromEntries(names.map((name) => [`deploy/${name}/web.yaml`, 'web 2']))));
  return world;
}

type Counted = keyof Pick<Statuses & PullRequests & Comments, 'statuses' | 'pullRequestsOf' | 'comments'>;

function counting({ forge }: ForgeWorld): Record<Counted, number> {
  const reads = { statuses: 0, pullRequestsOf: 0, comments: 0 };
  const statuses = forge.statuses.bind(forge);
  const pullRequestsOf = forge.pullRequestsOf.bind(forge);
  const comments = forge.comments.bind(forge);
  forge.statuses = (...of) => {
    reads.statuses += 1;
    return statuses(...of);
  };
  forge.pullRequestsOf = (...of) => {
    reads.pullRequestsOf += 1;
    return pullRequestsOf(...of);
  };
  forge.comments = (...of) => {
    reads.comments += 1;
    return comments(...of);
  };
  return reads;
}
