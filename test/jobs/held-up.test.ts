import { expect, it } from 'vitest';
import { acmeShop as shop } from '../acme-shop.ts';
import { anImageChange, aPlan, planned } from '../present/sample-view.ts';
import { ForgeWorld } from './forge-world.ts';

it('A plan says that its environment waits for one that diverged', async () => {
  const world = new ForgeWorld();
  const commit = await world.tip();
  const { head } = await world.open({ 'deploy/production/web.yaml': 'web 2' });
  await world.inspect(1);
  const record = planned(aPlan('production', [anImageChange()]));
  await world.records.savePlan(shop, 1, 'production', { ...record, head: head.commit, base: commit });
  await world.records.saveReport({
    repository: shop,
    environment: 'staging',
    cluster: 'staging',
    commit,
    state: { kind: 'diverged', reasons: ['Deployment/web: ImagePullBackOff'] },
    at: '2026-11-20T14:02:11Z',
  });
  await world.run({ kind: 'present-pull-request', repository: shop, number: 1 });
  expect(world.forge.commentBodies(shop, 1).join('\n')).toContain(
    `It is released after **staging**, which diverged at \`${commit.slice(0, 7)}\``,
  );
});
