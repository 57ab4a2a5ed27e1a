import { describe, expect, it } from 'vitest';
import { readConfirmations } from '../../src/domain/marker.ts';
import { acmeShop as shop } from '../acme-shop.ts';
import { ForgeWorld, waitingReport } from './forge-world.ts';
import { wantedOf } from './wanted.ts';

const digest = 'abcdef0123456789'.repeat(4);

/** A merged pull request of `ada` whose release waits for a second person. */
async function waiting(): Promise<ForgeWorld> {
  const world = new ForgeWorld();
  world.merge(await world.open({ 'deploy/staging/web.yaml': 'web 2' }));
  await world.push();
  await world.records.saveReport(waitingReport(await world.tip(), digest));
  world.queue.clear();
  return world;
}

async function press(world: ForgeWorld, by: string, pressed = digest): Promise<readonly string[]> {
  await world.run({ kind: 'press-confirm', repository: shop, number: 1, digest: pressed, by });
  return world.forge.commentBodies(shop, 1).filter((body) => body.includes('fairlead:pressed'));
}

describe('the button Confirm', () => {
  it('pressed by a second person lets the release go on, and outlives Redis', async () => {
    const world = await waiting();
    expect(readConfirmations(await press(world, 'grace'))).toEqual([{ digest, by: 'grace' }]);
    expect(world.queue.askedFor('fan-out-push')).toMatchObject([{ branch: 'main' }]);
    world.records.clear();
    await world.run({ kind: 'fan-out-push', repository: shop, branch: 'main', asked: 'sweep', before: null });
    expect((await wantedOf(world, 'staging')).confirmations).toEqual([{ digest, by: 'grace' }]);
  });

  it('is answered once, however often the webhook comes', async () => {
    const world = await waiting();
    await press(world, 'grace');
    expect(await press(world, 'grace')).toHaveLength(1);
  });

  it('stands when the job runs again after the release has begun', async () => {
    const world = await waiting();
    const answered = await press(world, 'grace');
    const report = await world.records.report(shop, 'staging');
    if (report === null) throw new Error('no report');
    await world.records.saveReport({ ...report, state: { kind: 'applying', applied: 1, of: 3 } });
    expect(await press(world, 'grace')).toEqual(answered);
  });

  it.each([
    ['the author', 'ada'],
    ['somebody who may not write', 'eve'],
  ])('pressed by %s confirms nothing, and says why', async (_who, by) => {
    const world = await waiting();
    const replies = await press(world, by);
    expect(replies).toHaveLength(1);
    expect(readConfirmations(replies)).toEqual([]);
    expect(world.queue.asks).toEqual([]);
  });

  it('beside a plan that has changed since confirms nothing, and says what to paste', async () => {
    const world = await waiting();
    const replies = await press(world, 'grace', '0'.repeat(64));
    expect(replies[0]).toContain(`/confirm ${digest.slice(0, 12)}`);
    expect(readConfirmations(replies)).toEqual([]);
    expect(world.queue.asks).toEqual([]);
  });

  it('where nothing waits says so', async () => {
    const world = new ForgeWorld();
    await world.open({ 'README.md': 'a shop' });
    await world.inspect(1);
    world.queue.clear();
    expect(await press(world, 'grace')).toHaveLength(1);
    expect(world.queue.asks).toEqual([]);
  });

  it('pressed by somebody who wrote a commit of it confirms nothing, and names the commit', async () => {
    const world = await waiting();
    const commit = 'c0ffee0'.padEnd(40, '0');
    const head = (await world.forge.pullRequest(shop, 1))?.head.commit ?? '';
    world.forge.putCommits(shop, 1, [
      { commit, people: ['Grace'] },
      { commit: head, people: ['ada'] },
    ]);
    const replies = await press(world, 'grace');
    expect(replies[0]).toContain('`Grace` wrote commit c0ffee0 of this pull request');
    expect(readConfirmations(replies)).toEqual([]);
    expect(world.queue.asks).toEqual([]);
  });

  it('beside a plan that is being made again confirms nothing, and says where the new one will be', async () => {
    const world = new ForgeWorld();
    await world.open({ 'deploy/staging/web.yaml': 'web 2' });
    await world.inspect(1);
    const replies = await press(world, 'grace');
    expect(replies[0]).toContain('`fairlead/plan (staging)`');
    expect(readConfirmations(replies)).toEqual([]);
  });

  it('on a pull request that was closed does nothing', async () => {
    const world = new ForgeWorld();
    world.forge.putPullRequest({ ...(await world.open({ 'README.md': 'a shop' })), state: 'closed' });
    expect((await press(world, 'grace'))[0]).toContain('not open');
    expect(world.queue.asks).toEqual([]);
  });
});
