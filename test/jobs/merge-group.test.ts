import { beforeEach, describe, expect, it } from 'vitest';
import { confirmationMarker } from '../../src/domain/marker.ts';
import type { PossibleChange } from '../../src/domain/plan.ts';
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

  describe('of several pull requests', () => {
    const deletes = (name: string, given: Partial<PossibleChange> = {}) =>
      aChange({ group: '', kind: 'ConfigMap', name }, { action: 'delete', effect: `deletes ${name}`, ...given });
    const lesser = [deletes('a'), deletes('b')];
    const others = [deletes('c'), deletes('d')];
    const claim = [deletes('data', { asks: true })];
    const claimReason = 'deletes PersistentVolumeClaim shop/data';
    const sumReason = 'deletes or replaces 5 objects, more than 2';

    /** Plans one as it would be, and says that grace confirmed it where anything of it asks. */
    async function planOf(one: PullRequest, changes: readonly PossibleChange[], reason: string | null): Promise<void> {
      const digest = `${one.number}`.repeat(64);
      const confirmReasons = reason === null ? [] : [reason];
      const record = planned(aPlan('staging', changes, { digest, confirmReasons }));
      await world.records.savePlan(shop, one.number, 'staging', { ...record, head: one.head.commit });
      if (reason === null) return;
      world.forge.addComment(shop, one.number, confirmationMarker({ digest, by: 'grace' }), null);
    }

    /** The group of these, in this order, made so on the queue's branch; its plan as given. */
    async function groupOf(
      pulls: readonly PullRequest[],
      how: 'merge' | 'squash',
      changes: readonly PossibleChange[],
      reason: string,
    ) {
      const base = await world.tip();
      const branch = `gh-readonly-queue/main/pr-${pulls.at(-1)?.number}-${base}`;
      world.git.point(branch, base);
      for (const { head } of pulls) {
        const before = (await world.git.tip(shop, branch)) ?? '';
        world.git.mergeInto(branch, head.commit);
        if (how === 'squash') world.git.squash(branch, before);
      }
      await world.run({ kind: 'inspect-merge-group', repository: shop, branch });
      const head = (await world.git.tip(shop, branch)) ?? '';
      const record = planned(aPlan('staging', changes, { digest: '0'.repeat(64), confirmReasons: [reason] }));
      await world.records.savePlan(shop, branch, 'staging', { ...record, head, base });
      await world.run({ kind: 'present-merge-group', repository: shop, branch });
      const runs = await world.forge.checkRuns(shop, head);
      // The digest of the group is nobody's to confirm.
      expect(runs.map(({ summary }) => summary).join('\n')).not.toContain('/confirm 0000');
      return runs.find(({ name }) => name === 'fairlead/plan');
    }

    it.each(['merge', 'squash'] as const)('goes on with what was confirmed on each, made by %s', async (how) => {
      const next = await world.open({ 'deploy/staging/next.yaml': 'next' });
      await planOf(pull, claim, claimReason);
      await planOf(next, others, null);
      const run = await groupOf([pull, next], how, [...claim, ...others], claimReason);
      expect(run).toMatchObject({ conclusion: 'success' });
      expect(run?.summary).toContain('This is the merge of #1 and #2');
    });

    it.each(['merge', 'squash'] as const)('asks about the sum that nobody was asked about, made by %s', async (how) => {
      const next = await world.open({ 'deploy/staging/next.yaml': 'next' });
      const last = await world.open({ 'deploy/staging/last.yaml': 'last' });
      await planOf(pull, lesser, null);
      await planOf(next, others, null);
      await planOf(last, claim, claimReason);
      const all = [...lesser, ...others, ...claim].map((change) => ({ ...change, asks: true as const }));
      const run = await groupOf([pull, next, last], how, all, sumReason);
      expect(run).toMatchObject({ conclusion: 'action_required' });
      expect(run?.summary).toContain('put them into the queue one at a time');
    });

    it('goes on with a sum of which all was confirmed', async () => {
      const next = await world.open({ 'deploy/staging/next.yaml': 'next' });
      const asking = (changes: readonly PossibleChange[]) =>
        changes.map((change) => ({ ...change, asks: true as const }));
      await planOf(pull, asking([...lesser, ...others]), 'deletes or replaces 4 objects, more than 2');
      await planOf(next, claim, claimReason);
      const run = await groupOf([pull, next], 'merge', asking([...lesser, ...others, ...claim]), sumReason);
      expect(run).toMatchObject({ conclusion: 'success' });
    });

    it('does not count what was confirmed on a pull request whose changes are not in the squashed commit', async () => {
      const other = await world.open({ 'deploy/staging/next.yaml': 'next' });
      const last = await world.open({ 'deploy/staging/last.yaml': 'last' });
      await planOf(other, claim, claimReason);
      await planOf(last, [], null);
      const run = await groupOf([pull, last], 'squash', claim, claimReason);
      expect(run).toMatchObject({ conclusion: 'action_required' });
      expect(run?.summary).toContain('confirmed on its pull request');
    });
  });
});
