import { expect, it } from 'vitest';
import type { ReleaseState } from '../../src/domain/release.ts';
import { acmeShop as shop } from '../acme-shop.ts';
import { aChange, anImageChange, aPlan, aReport, planned } from '../present/sample-view.ts';
import { ForgeWorld } from './forge-world.ts';

it('A plan names the pull request that was merged before and whose release waits', async () => {
  const world = new ForgeWorld();
  world.merge(await world.open({ 'deploy/production/web.yaml': 'web 2' }));
  await world.push();
  const commit = await world.tip();
  const { head } = await world.open({ 'deploy/production/other.yaml': 'other' });
  await world.inspect(2);
  const gone = aChange({ name: 'db', kind: 'StatefulSet' }, { action: 'delete', fromPullRequest: false });
  const record = planned(aPlan('production', [gone]));
  await world.records.savePlan(shop, 2, 'production', { ...record, head: head.commit, base: commit });
  const state = { kind: 'waiting', reason: 'deletes StatefulSet', confirmDigest: 'a'.repeat(64), plan: null } as const;
  const report = { repository: shop, environment: 'production', cluster: 'production', commit, state };
  await world.records.saveReport({ ...report, at: '2026-11-20T14:02:11Z' });
  await world.run({ kind: 'present-pull-request', repository: shop, number: 2 });
  expect(world.forge.commentBodies(shop, 2).join('\n')).toContain('#1 was merged before and its release waits');
});

it('A plan says that its environment waits for one that diverged', async () => {
  const world = new ForgeWorld();
  const commit = await world.tip();
  const { head } = await world.open({ 'deploy/production/web.yaml': 'web 2' });
  await world.inspect(1);
  const record = planned(aPlan('production', [anImageChange()]));
  await world.records.savePlan(shop, 1, 'production', { ...record, head: head.commit, base: commit });
  await world.records.saveReport(
    aReport('staging', { kind: 'diverged', reasons: ['Deployment/web: ImagePullBackOff'] }, commit),
  );
  await world.run({ kind: 'present-pull-request', repository: shop, number: 1 });
  expect(world.forge.commentBodies(shop, 1).join('\n')).toContain(
    `It is released after **staging**, which diverged at \`${commit.slice(0, 7)}\``,
  );
});

it('Open pull requests are shown again once the one that others come after diverges, or is mended', async () => {
  const world = new ForgeWorld();
  await world.push();
  await world.open({ 'deploy/production/web.yaml': 'web 2' });
  const shown = async (state: ReleaseState): Promise<number> => {
    world.queue.clear();
    const commit = await world.tip();
    const report = { repository: shop, environment: 'staging', cluster: 'staging', commit, state };
    await world.records.saveReport({ ...report, at: '2026-11-20T14:02:11Z' });
    await world.run({ kind: 'report-release', repository: shop, environment: 'staging' });
    return world.queue.askedFor('present-pull-request').filter(({ number }) => number === 1).length;
  };
  const diverged: ReleaseState = { kind: 'diverged', reasons: ['Deployment/web: ImagePullBackOff'] };
  expect(await shown({ kind: 'converged', objects: 1, tookMs: 1, url: null })).toBe(0);
  expect(await shown(diverged)).toBe(1);
  expect(await shown(diverged)).toBe(0);
  expect(await shown({ kind: 'converged', objects: 1, tookMs: 1, url: null })).toBe(1);
});
