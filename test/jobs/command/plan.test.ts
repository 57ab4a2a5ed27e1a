import { describe, expect, it } from 'vitest';
import type { PullRequest } from '../../../src/domain/pull-request.ts';
import { acmeShop as shop } from '../../acme-shop.ts';
import { ForgeWorld } from '../forge-world.ts';
import { replies, say } from '../waiting-world.ts';

describe('/plan on a fork', () => {
  async function fork(): Promise<{ readonly world: ForgeWorld; readonly pull: PullRequest }> {
    const world = new ForgeWorld();
    const opened = await world.open({ 'deploy/staging/web.yaml': 'web 2' });
    const pull = world.forge.putPullRequest({ ...opened, head: { ...opened.head, fork: true } });
    return { world, pull };
  }

  async function publishWaiting(world: ForgeWorld, pull: PullRequest): Promise<void> {
    await world.forge.publishCheckRun(shop, {
      name: 'fairlead/plan',
      head: pull.head.commit,
      externalId: '1:-:-',
      conclusion: 'action_required',
      title: 'waits',
      summary: 'waits',
      text: '',
      annotations: [],
      actions: [],
    });
  }

  it('authorizes the head that had been shown', async () => {
    const { world, pull } = await fork();
    await publishWaiting(world, pull);
    await say(world, '/plan');
    expect(replies(world)[0]).toContain(`<!-- fairlead:plan-fork ${pull.head.commit} -->`);
    await world.inspect(1);
    expect((await world.records.inspection(shop, 1))?.outcome.kind).toBe('inspected');
  });

  it('stands when the job runs again after the head was planned', async () => {
    const { world, pull } = await fork();
    await publishWaiting(world, pull);
    const comment = await say(world, '/plan');
    const answered = replies(world);
    await world.inspect(1);
    await world.run({ kind: 'present-pull-request', repository: shop, number: 1 });
    await world.run(world.commands(comment));
    expect(replies(world)).toEqual(answered);
  });

  it('does not authorize a head that was pushed after the comment was written', async () => {
    const { world, pull } = await fork();
    await publishWaiting(world, pull);
    const comment = world.forge.addComment(shop, 1, '/plan', { author: 'grace' });
    const commit = world.git.commit('change-1', { 'deploy/staging/web.yaml': 'evil' });
    const pushed = world.forge.putPullRequest({ ...pull, head: { ...pull.head, commit } });
    await publishWaiting(world, pushed);
    await world.run(world.commands(comment));
    expect(replies(world)[0]).not.toContain('fairlead:plan-fork');
    expect(world.queue.asks).toEqual([]);
  });
});
