import { describe, expect, it } from 'vitest';
import { readConfirmations } from '../../../src/domain/marker.ts';
import { acmeShop as shop } from '../../acme-shop.ts';
import { ForgeWorld } from '../forge-world.ts';
import { digest, merged, opened, planWaits, replies, say } from '../waiting-world.ts';

describe('/confirm while the plan is being made again', () => {
  it('of a new head is refused, and says which check to look at', async () => {
    const { world, pull } = await opened();
    await planWaits(world, pull);
    const commit = world.git.commit('change-1', { 'deploy/staging/web.yaml': 'web 3' });
    world.forge.putPullRequest({ ...pull, head: { ...pull.head, commit } });
    world.queue.clear();
    const comment = await say(world, `/confirm ${digest}`);
    expect(replies(world)[0]).toContain('this pull request is being planned anew');
    expect(replies(world)[0]).toContain('`fairlead/plan`');
    expect(readConfirmations(replies(world))).toEqual([]);
    expect(world.forge.reactions(comment)).toEqual(['confused']);
    expect(world.queue.askedFor('inspect-pull-request')).toMatchObject([{ number: 1 }]);
  });

  it('of a base that moved is refused', async () => {
    const { world, pull } = await opened();
    await planWaits(world, pull);
    world.git.commit('main', { 'deploy/staging/settings.yaml': 'other' });
    await world.inspect(1);
    await say(world, `/confirm ${digest}`);
    expect(replies(world)[0]).toContain('`fairlead/plan (staging)`');
    expect(readConfirmations(replies(world))).toEqual([]);
  });

  it('of the same head and base is refused, too', async () => {
    const { world, pull } = await opened();
    await planWaits(world, pull);
    await world.inspect(1);
    await say(world, `/confirm ${digest}`);
    expect(replies(world)[0]).toContain('`fairlead/plan (staging)`');
    expect(readConfirmations(replies(world))).toEqual([]);
  });

  it('after Redis was wiped is refused, and has it planned', async () => {
    const { world, pull } = await opened();
    await planWaits(world, pull);
    world.records.clear();
    world.queue.clear();
    await say(world, '/confirm');
    expect(replies(world)[0]).toContain('being planned anew');
    expect(world.queue.askedFor('inspect-pull-request')).toHaveLength(1);
  });

  it('of one environment confirms the others that were shown, and says what it does not', async () => {
    const world = new ForgeWorld();
    const pull = await world.open({ 'deploy/staging/web.yaml': 'web 2', 'deploy/production/web.yaml': 'web 2' });
    await planWaits(world, pull);
    await world.forge.publishCheckRun(shop, {
      name: 'fairlead/plan (staging)',
      head: pull.head.commit,
      externalId: `1:${await world.tip()}:${digest}`,
      conclusion: 'action_required',
      title: 'waits',
      summary: 'waits',
      text: '',
      annotations: [],
      actions: [],
    });
    await say(world, '/confirm');
    expect(readConfirmations(replies(world))).toEqual([{ digest, by: 'grace' }]);
    expect(replies(world)[0]).toContain('Not confirmed: **production** is being planned anew');
  });

  it('of a release is refused, and says which status to look at', async () => {
    const { world } = await merged();
    const commit = await say(world, '/confirm').then(() => world.tip());
    expect(replies(world)[0]).toContain(`\`fairlead/staging\` on ${commit.slice(0, 7)}`);
    expect(world.queue.askedFor('fan-out-push')).toHaveLength(1);
    expect(readConfirmations(replies(world))).toEqual([]);
  });
});
