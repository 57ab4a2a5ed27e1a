import { describe, expect, it } from 'vitest';
import type { ReleaseState } from '../../../src/domain/release.ts';
import { acmeShop as shop } from '../../acme-shop.ts';
import { aPlan, aReport } from '../../present/sample-view.ts';
import { ForgeWorld } from '../forge-world.ts';

describe('reporting a release', () => {
  it('says the verdict on the commit, its deployment, and the commits it overtook', async () => {
    const world = new ForgeWorld();
    const first = await pushed(world, { 'deploy/staging/web.yaml': 'web 2' });
    const second = await pushed(world, { 'deploy/staging/web.yaml': 'web 3' });
    const url = 'http://shop.example.com/';
    await world.records.saveReport(aReport('staging', { kind: 'converged', objects: 3, tookMs: 8000, url }, second));
    await world.run({ kind: 'report-release', repository: shop, environment: 'staging' });
    for (const commit of [first, second]) {
      expect(world.forge.status(shop, commit, 'fairlead/staging')?.state).toBe('success');
      expect(world.forge.deployment(shop, commit, 'staging')).toMatchObject({ state: 'success', environmentUrl: url });
    }
  });

  it('gives a commit whose cluster was out of reach the verdict of the one that carried it', async () => {
    const world = new ForgeWorld();
    world.git.commit('main', { 'deploy/staging/web.yaml': 'web 2' });
    await world.push();
    const first = await world.tip();
    const since = '2026-11-20T14:02:11Z';
    await world.records.saveReport(
      aReport('staging', { kind: 'error', reason: 'cluster staging is out of reach', since }, first),
    );
    await world.run({ kind: 'report-release', repository: shop, environment: 'staging' });
    expect(world.forge.status(shop, first, 'fairlead/staging')?.state).toBe('error');
    world.git.commit('main', { 'deploy/staging/web.yaml': 'web 3' });
    await world.push();
    const second = await world.tip();
    expect(statusOf(world, first, 'staging')).toContain(second.slice(0, 7));
    await world.records.saveReport(
      aReport('staging', { kind: 'converged', objects: 3, tookMs: 8000, url: null }, second),
    );
    await world.run({ kind: 'report-release', repository: shop, environment: 'staging' });
    expect(world.forge.status(shop, first, 'fairlead/staging')?.state).toBe('success');
  });

  it.each<ReleaseState>([
    { kind: 'unchanged', objects: 3 },
    { kind: 'waiting', reason: 'nothing was released here yet', confirmDigest: null, plan: null },
  ])('is silent on a commit that changed nothing for the environment: $kind', async (state) => {
    const world = new ForgeWorld();
    world.git.commit('main', { 'README.md': 'the shop' });
    await world.push();
    await world.records.saveReport(aReport('staging', state, await world.tip()));
    await world.run({ kind: 'report-release', repository: shop, environment: 'staging' });
    expect(world.forge.writes).toEqual([]);
  });

  it('speaks up where what it would do waits for a person whom nobody can ask', async () => {
    const world = new ForgeWorld();
    world.git.commit('main', { 'README.md': 'the shop' });
    await world.push();
    const plan = aPlan('staging', [], { confirmReasons: ['deletes 2 objects, for pruning was switched on'] });
    const reason = 'needs a second person';
    await world.records.saveReport(
      aReport('staging', { kind: 'waiting', reason, confirmDigest: null, plan }, await world.tip()),
    );
    await world.run({ kind: 'report-release', repository: shop, environment: 'staging' });
    expect(statusOf(world, await world.tip(), 'staging')).toContain(reason);
  });
});

function statusOf(world: ForgeWorld, commit: string, environment: string): string | null {
  return world.forge.status(shop, commit, `fairlead/${environment}`)?.description ?? null;
}

/** A commit on the default branch, and the job that its push asks for. */
async function pushed(world: ForgeWorld, files: Readonly<Record<string, string | null>>): Promise<string> {
  const commit = world.git.commit('main', files);
  await world.push();
  return commit;
}
