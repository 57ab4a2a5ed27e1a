import { beforeEach, describe, expect, it } from 'vitest';
import type { PullRequest } from '../../src/domain/pull-request.ts';
import { acmeShop as shop } from '../acme-shop.ts';
import { aChange, aPlan, planned } from '../present/sample-view.ts';
import { ForgeWorld } from './forge-world.ts';

describe('a merge group', () => {
  let world: ForgeWorld;
  let pull: PullRequest;
  beforeEach(async () => {
    world = new ForgeWorld();
    pull = await world.open({ 'deploy/staging/web.yaml': 'web 2' });
  });

  /** What the queue makes: a merge on a branch of its own. */
  async function queued(base: string): Promise<string> {
    const branch = `gh-readonly-queue/${base}/pr-${pull.number}-${await world.tip()}`;
    world.git.commit(branch, {}, await world.tip());
    world.git.mergeInto(branch, pull.head.commit);
    return branch;
  }

  async function looked(branch: string): Promise<void> {
    await world.run({ kind: 'inspect-merge-group', repository: shop, branch });
    await world.run({ kind: 'present-merge-group', repository: shop, branch });
  }

  it('is answered on its own head', async () => {
    const branch = await queued('main');
    await looked(branch);
    const head = (await world.git.tip(shop, branch)) ?? '';
    expect((await world.forge.checkRuns(shop, head)).map(({ name }) => name)).toContain('fairlead/plan');
    expect(world.queue.askedFor('predict-environment')).toMatchObject([{ number: branch, environment: 'staging' }]);
  });

  it('leads to the page of what does not fit', async () => {
    const branch = await queued('main');
    await world.run({ kind: 'inspect-merge-group', repository: shop, branch });
    const [head, base] = [(await world.git.tip(shop, branch)) ?? '', await world.tip()];
    const many = Array.from({ length: 20 }, (_, index) =>
      aChange({ name: `web-${index}` }, { diff: `+ ${'x'.repeat(9_000)}\n` }),
    );
    await world.records.savePlan(shop, branch, 'staging', { ...planned(aPlan('staging', many)), head, base });
    await world.run({ kind: 'present-merge-group', repository: shop, branch });
    const run = (await world.forge.checkRuns(shop, head)).find(({ name }) => name === 'fairlead/plan (staging)');
    expect(run?.text).toContain('](<https://fairlead.example.com/plans/');
  });

  it('says nothing on the head of an open pull request, whatever somebody calls their branch', async () => {
    const docs = world.git.commit('docs', {}, await world.tip());
    const branch = `gh-readonly-queue/docs/pr-${pull.number}-${'0'.repeat(40)}`;
    world.git.commit(branch, {}, docs);
    world.git.mergeInto(branch, pull.head.commit);
    const head = (await world.git.tip(shop, branch)) ?? '';
    world.forge.putPullRequest({ ...pull, head: { ...pull.head, commit: head } });
    await looked(branch);
    const runs = await world.forge.checkRuns(shop, head);
    expect(runs.filter(({ conclusion }) => conclusion !== null)).toEqual([]);
  });
});
