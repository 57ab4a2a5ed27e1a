import { beforeEach, describe, expect, it } from 'vitest';
import type { Orphaned } from '../../src/domain/orphaned.ts';
import type { ReleaseReport, ReleaseState } from '../../src/domain/release.ts';
import { departures } from '../../src/jobs/desire/departures.ts';
import { readSettings } from '../../src/jobs/repository/read-settings.ts';
import { acmeShop as shop } from '../acme-shop.ts';
import { clusters, ForgeWorld, settings } from './forge-world.ts';

const file = '.github/fairlead.yml';
const production =
  '  production: { cluster: production, path: deploy/production, namespace: shop, after: [staging] }\n';
const withoutProduction = settings.replace(production, '');
const counter = { repository: shop, environment: 'production', cluster: 'production' };
const staying: Orphaned = { cluster: 'production', namespace: 'shop', objects: 12 };

let world: ForgeWorld;
beforeEach(() => {
  world = new ForgeWorld();
});

function push(files: Readonly<Record<string, string | null>>): string {
  return world.git.commit('main', files);
}

async function statusOf(commit: string, environment = 'production') {
  const statuses = await world.forge.statuses(shop, commit);
  return statuses.find(({ context }) => context === `fairlead/${environment}`);
}

function report(commit: string, state: ReleaseState, environment = 'production'): ReleaseReport {
  const at = '2026-11-20T14:02:11.000Z';
  return { repository: shop, environment, cluster: 'production', commit, state, at };
}

/** The cluster's part: what stays is said. */
async function counted(commit: string, orphaned: Orphaned | null = staying): Promise<void> {
  await world.records.saveReport(report(commit, { kind: 'orphaned', orphaned }));
  await world.run({ kind: 'report-release', repository: shop, environment: 'production' });
}

const convergesOf = (environment: string) =>
  world.queue.waiting().filter((job) => job.kind === 'converge-environment' && job.environment === environment);
const sweep = () => world.sweep();
const fanOutsAsked = () => world.queue.waiting().filter(({ kind }) => kind === 'fan-out-push').length;

describe('an environment that a push removes from the settings', () => {
  it('is asked of its cluster what stays, and nothing is desired of it any more', async () => {
    const before = await world.tip();
    await world.push();
    world.queue.clear();
    const commit = push({ [file]: withoutProduction });
    await world.push(before);
    expect(convergesOf('production')).toMatchObject([{ cluster: 'production' }]);
    expect(await world.records.desired(shop, 'production')).toMatchObject({
      kind: 'removed',
      commit,
      departure: { cluster: 'production', commit },
    });
    await counted(commit);
    expect(await statusOf(commit)).toMatchObject({
      state: 'success',
      description: 'orphaned: 12 objects stay in namespace shop of cluster production; nothing is deleted',
    });
    expect(world.forge.writes.filter((write) => write.kind === 'deployment')).toEqual([]);
  });

  it('says so where nothing stays', async () => {
    const commit = push({ [file]: withoutProduction });
    await world.push();
    await counted(commit, null);
    expect(await statusOf(commit)).toMatchObject({ state: 'success', description: 'removed: nothing stays behind' });
  });

  it('is found without a webhook, however many commits came since, and said once', async () => {
    const commit = push({ [file]: withoutProduction });
    push({ 'README.md': 'one' });
    push({ 'README.md': 'two' });
    await sweep();
    expect(fanOutsAsked()).toBe(1);
    await world.run({ kind: 'fan-out-push', repository: shop, branch: 'main', asked: 'sweep', before: null });
    expect(await world.records.desired(shop, 'production')).toMatchObject({ commit });
    await counted(commit);
    expect(await statusOf(commit)).toMatchObject({ state: 'success' });
    world.records.clear();
    world.queue.clear();
    await world.run({ kind: 'fan-out-push', repository: shop, branch: 'main', asked: 'sweep', before: null });
    expect(convergesOf('production'), 'it stands on the commit, whatever Redis knows').toEqual([]);
  });

  it('is the only one, and found all the same', async () => {
    const commit = push({ [file]: 'environments: {}\n' });
    await sweep();
    expect(fanOutsAsked()).toBe(1);
    await world.push();
    expect(convergesOf('staging')).toHaveLength(1);
    expect(await world.records.desired(shop, 'staging')).toMatchObject({ kind: 'removed', departure: { commit } });
  });

  it('goes with the whole file', async () => {
    push({ [file]: null });
    await sweep();
    expect(fanOutsAsked()).toBe(1);
    await world.push();
    expect([...convergesOf('staging'), ...convergesOf('production')]).toHaveLength(2);
  });

  it('is ended again where somebody who had read older settings asked for a release meanwhile', async () => {
    await world.push();
    const desired = await world.records.desired(shop, 'production');
    const commit = push({ [file]: withoutProduction });
    await world.push();
    await counted(commit);
    if (desired !== null) await world.records.saveDesired(desired);
    world.queue.clear();
    await sweep();
    expect(fanOutsAsked()).toBe(1);
    await world.push();
    expect(await world.records.desired(shop, 'production')).toMatchObject({ kind: 'removed' });
  });

  it('is said to stay, without a number, where the operator has no such cluster any more', async () => {
    world.clusters = clusters.filter(({ name }) => name !== 'production');
    const commit = push({ [file]: withoutProduction });
    await world.push();
    expect(convergesOf('production')).toEqual([]);
    expect(await statusOf(commit)).toMatchObject({
      state: 'success',
      description: 'orphaned: what it released stays in cluster production; nothing is deleted',
    });
  });

  it('does not open the gate of what comes after it, when it comes back', async () => {
    await world.push();
    const commit = push({
      [file]: 'environments:\n  production: { cluster: production, path: deploy/production, namespace: shop }\n',
    });
    await world.push();
    await world.records.saveReport(report(commit, { kind: 'orphaned', orphaned: null }, 'staging'));
    await world.run({ kind: 'report-release', repository: shop, environment: 'staging' });
    world.records.clear();
    push({ [file]: settings });
    await world.push();
    expect(await world.records.desired(shop, 'staging')).toMatchObject({ kind: 'wanted', departure: null });
    expect(await world.records.desired(shop, 'production')).toMatchObject({ gate: { kind: 'waiting' } });
  });

  it('settles the commits that still waited for it', async () => {
    const waiting = push({ 'deploy/production/web.yaml': 'web 2' });
    await world.push();
    expect(await statusOf(waiting)).toMatchObject({ state: 'pending' });
    const commit = push({ [file]: withoutProduction });
    await world.push();
    await counted(commit);
    expect(await statusOf(waiting)).toMatchObject({
      state: 'success',
      description: expect.stringContaining('orphaned') as string,
    });
  });
});

describe('an environment that a push moves to another cluster', () => {
  const moved = settings.replace(
    'cluster: production, path: deploy/production, namespace: shop',
    'cluster: staging, path: deploy/production, namespace: shop-staging',
  );
  const converged: ReleaseState = { kind: 'converged', objects: 4, tookMs: 3_000, url: null };
  const allowed = clusters.map((entry) => ({
    ...entry,
    allow: entry.allow.map((rule) => ({ ...rule, environments: ['staging', 'production'] })),
  }));
  const sayVerdict = async (commit: string) => {
    await world.records.saveReport({ ...report(commit, converged), cluster: 'staging' });
    await world.run({ kind: 'report-release', repository: shop, environment: 'production' });
  };
  beforeEach(() => {
    world.clusters = allowed;
  });

  it('asks both clusters, and says with the verdict of the one what stays in the other', async () => {
    await world.push();
    world.queue.clear();
    const commit = push({ [file]: moved });
    await world.push();
    expect(convergesOf('production').map((job) => ('cluster' in job ? job.cluster : ''))).toEqual([
      'staging',
      'production',
    ]);
    await sayVerdict(commit);
    expect((await statusOf(commit))?.description, 'before it has answered').toBe(
      'converged: 4 objects in 3 s · orphaned: what it released stays in cluster production',
    );
    await world.records.saveOrphanCount({ ...counter, commit, orphaned: staying });
    await sayVerdict(commit);
    expect(await statusOf(commit)).toMatchObject({
      state: 'success',
      description: 'converged: 4 objects in 3 s · orphaned: 12 objects stay in namespace shop of cluster production',
    });
  });

  it('says on the commit that moved it what stays, where a later one was released instead', async () => {
    const commit = push({ [file]: moved });
    const tip = push({ 'README.md': 'later' });
    await world.push();
    await world.records.saveOrphanCount({ ...counter, commit, orphaned: staying });
    await sayVerdict(tip);
    expect((await statusOf(tip))?.description).toBe('converged: 4 objects in 3 s');
    expect((await statusOf(commit))?.description).toBe(
      'orphaned: 12 objects stay in namespace shop of cluster production; nothing is deleted',
    );
  });

  it('goes on to ask an old cluster that was out of reach, however many commits come since', async () => {
    await world.push();
    const commit = push({ [file]: moved });
    await world.push();
    for (let count = 0; count < 25; count += 1) push({ 'README.md': `the shop, ${count}` });
    world.queue.clear();
    await world.push();
    expect(await world.records.desired(shop, 'production')).toMatchObject({
      departure: { cluster: 'production', commit },
    });
    expect(convergesOf('production')).toHaveLength(2);

    await world.records.saveOrphanCount({ ...counter, commit, orphaned: staying });
    await world.push();
    expect(await world.records.desired(shop, 'production')).toMatchObject({ departure: null });
  });

  it('does not ask the old cluster again once it has answered', async () => {
    const commit = push({ [file]: moved });
    await world.records.saveOrphanCount({ ...counter, commit, orphaned: staying });
    await world.push();
    expect(convergesOf('production')).toMatchObject([{ cluster: 'staging' }]);
  });
});

describe('what left its cluster lately', () => {
  const found = async () => {
    const reading = await readSettings(shop, world);
    if (reading.kind !== 'read') throw new Error(reading.kind);
    const left = await departures(reading, world.git);
    return left.map(({ environment: { name }, departure, removed }) => [
      name,
      departure.cluster,
      departure.commit,
      removed,
    ]);
  };

  it('is nothing where nothing left, or all is back', async () => {
    expect(await found()).toEqual([]);
    push({ [file]: withoutProduction });
    push({ [file]: settings });
    expect(await found()).toEqual([]);
  });

  it('is the latest place of each environment', async () => {
    push({ [file]: settings.replace('cluster: production', 'cluster: between') });
    const commit = push({ [file]: settings.replace('cluster: production', 'cluster: last') });
    expect(await found()).toEqual([['production', 'between', commit, false]]);
    const gone = push({ [file]: withoutProduction });
    expect(await found()).toEqual([['production', 'last', gone, true]]);
  });

  it('is not told by settings that could not be read', async () => {
    push({ [file]: 'environments: [' });
    push({ [file]: settings });
    expect(await found()).toEqual([]);
    push({ [file]: 'environments: [' });
    const commit = push({ [file]: withoutProduction });
    expect(await found()).toEqual([['production', 'production', commit, true]]);
  });

  it('is not the rename of a namespace or a path', async () => {
    push({
      [file]: settings.replace('namespace: shop,', 'namespace: other,').replace('deploy/staging', 'deploy/other'),
    });
    expect(await found()).toEqual([]);
  });
});
