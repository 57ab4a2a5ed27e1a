import { describe, expect, it } from 'vitest';
import { confirmationMarker, readConfirmations } from '../../src/domain/marker.ts';
import type { Plan } from '../../src/domain/plan.ts';
import type { ReleaseReport } from '../../src/domain/release.ts';
import type { PullRequest } from '../../src/domain/repository.ts';
import { ForgeWorld, shop } from './forge-world.ts';

const digest = 'abcdef0123456789'.repeat(4);

async function say(world: ForgeWorld, body: string, author = 'grace', number = 1): Promise<number> {
  const comment = world.forge.addComment(shop, number, body, { author });
  await world.run({ kind: 'run-command', repository: shop, number, comment });
  return comment;
}

function replies(world: ForgeWorld, number = 1): readonly string[] {
  return world.forge.commentBodies(shop, number).filter((body) => body.includes('<!-- fairlead:reply'));
}

async function merged(): Promise<{ readonly world: ForgeWorld; readonly pull: PullRequest }> {
  const world = new ForgeWorld();
  const pull = world.merge(await world.open({ 'deploy/staging/web.yaml': 'web 2' }));
  await world.push();
  world.queue.clear();
  return { world, pull };
}

async function releaseWaits(world: ForgeWorld): Promise<void> {
  await world.records.saveReport({
    repository: shop,
    environment: 'staging',
    cluster: 'staging',
    commit: await world.tip(),
    at: '2026-11-20T13:00:00Z',
    state: { kind: 'waiting', reason: 'deletes PersistentVolumeClaim shop/cache', confirm: digest, plan: null },
  });
}

describe('a command in a comment', () => {
  it('plans again, and is answered by a reaction', async () => {
    const world = new ForgeWorld();
    await world.open({ 'deploy/staging/web.yaml': 'web 2' });
    const comment = await say(world, '/plan');
    expect(world.queue.askedFor('inspect-pull-request')).toMatchObject([{ number: 1 }]);
    expect(world.forge.reactions(comment)).toEqual(['+1']);
    expect(replies(world)).toEqual([]);
  });

  it('is refused, with the reason, from somebody who may not write', async () => {
    const world = new ForgeWorld();
    await world.open({ 'deploy/staging/web.yaml': 'web 2' });
    const comment = await say(world, '/plan', 'eve');
    expect(world.queue.asks).toEqual([]);
    expect(world.forge.reactions(comment)).toEqual(['confused']);
    expect(replies(world)).toHaveLength(1);
  });

  it.each([
    ['a bot', { author: 'robot', bot: true }],
    ['this App', null],
  ])('does not count from %s', async (_who, author) => {
    const world = new ForgeWorld();
    await world.open({ 'deploy/staging/web.yaml': 'web 2' });
    const comment = world.forge.addComment(shop, 1, '/plan', author);
    await world.run({ kind: 'run-command', repository: shop, number: 1, comment });
    expect(world.queue.asks).toEqual([]);
    expect(world.forge.writes).toEqual([]);
  });

  it('that ran twice is answered once', async () => {
    const world = new ForgeWorld();
    await world.open({ 'deploy/staging/web.yaml': 'web 2' });
    const comment = await say(world, '/rollback production');
    const writes = world.forge.writes.length;
    await world.run({ kind: 'run-command', repository: shop, number: 1, comment });
    expect(replies(world)).toHaveLength(1);
    expect(world.forge.writes.length).toBe(writes);
  });

  it('/sync asks for the release of the branch’s tip, in the name of who asked', async () => {
    const { world } = await merged();
    await say(world, '/sync staging');
    expect(await world.records.desired(shop, 'staging')).toMatchObject({ asked: { kind: 'sync', by: 'grace' } });
    expect(world.waitingFor('converge-environment')).toEqual(['staging']);
  });

  it('/sync gives way to a push that came while it was at work', async () => {
    const { world } = await merged();
    const history = world.git.history.bind(world.git);
    let pushed = '';
    world.git.history = async (...asked) => {
      // The command has read the tip; a newer one is desired before it writes.
      world.git.history = history;
      pushed = world.git.commit('main', { 'deploy/staging/web.yaml': 'web 3' });
      await world.push();
      return history(...asked);
    };
    await say(world, '/sync staging');
    expect(await world.records.desired(shop, 'staging')).toMatchObject({ commit: pushed, asked: { kind: 'sync' } });
  });

  it('/sync of an environment that does not exist names those that do', async () => {
    const { world } = await merged();
    await say(world, '/sync stagin');
    expect(replies(world)[0]).toContain('staging');
    expect(world.queue.asks).toEqual([]);
  });
});

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
    await world.run({ kind: 'run-command', repository: shop, number: 1, comment });
    expect(replies(world)).toEqual(answered);
  });

  it('does not authorize a head that was pushed after the comment was written', async () => {
    const { world, pull } = await fork();
    await publishWaiting(world, pull);
    const comment = world.forge.addComment(shop, 1, '/plan', { author: 'grace' });
    const commit = world.git.commit('change-1', { 'deploy/staging/web.yaml': 'evil' });
    const pushed = world.forge.putPullRequest({ ...pull, head: { ...pull.head, commit } });
    await publishWaiting(world, pushed);
    await world.run({ kind: 'run-command', repository: shop, number: 1, comment });
    expect(replies(world)[0]).not.toContain('fairlead:plan-fork');
    expect(world.queue.asks).toEqual([]);
  });
});

describe('/confirm', () => {
  it('by a second person lets the release go on, and outlives Redis', async () => {
    const { world } = await merged();
    await releaseWaits(world);
    await say(world, `/confirm ${digest.slice(0, 12)}`);
    expect(readConfirmations(replies(world))).toEqual([{ digest, by: 'grace' }]);
    world.records.clear();
    await world.run({ kind: 'fan-out-push', repository: shop, branch: 'main', asked: 'sweep', before: null });
    expect((await world.records.desired(shop, 'staging'))?.confirmations).toEqual([{ digest, by: 'grace' }]);
  });

  it('by the author is refused', async () => {
    const { world } = await merged();
    await releaseWaits(world);
    await say(world, '/confirm', 'ada');
    expect(readConfirmations(replies(world))).toEqual([]);
    expect(world.queue.asks).toEqual([]);
  });

  it('of another digest is refused with the command to paste', async () => {
    const { world } = await merged();
    await releaseWaits(world);
    await say(world, '/confirm 000000000000');
    expect(replies(world)[0]).toContain(`/confirm ${digest.slice(0, 12)}`);
    expect(readConfirmations(replies(world))).toEqual([]);
  });

  it('without a digest means what had been shown: a plan that came later is refused', async () => {
    const { world } = await merged();
    const comment = world.forge.addComment(shop, 1, '/confirm', { author: 'grace' });
    await world.records.saveReport({
      repository: shop,
      environment: 'staging',
      cluster: 'staging',
      commit: await world.tip(),
      at: '2099-01-01T00:00:00Z',
      state: { kind: 'waiting', reason: 'deletes everything', confirm: digest, plan: null },
    });
    await world.run({ kind: 'run-command', repository: shop, number: 1, comment });
    expect(readConfirmations(replies(world))).toEqual([]);
  });

  it('stands when the job runs again after the release has begun', async () => {
    const { world } = await merged();
    await releaseWaits(world);
    const comment = await say(world, `/confirm ${digest.slice(0, 12)}`);
    const answered = replies(world);
    await world.records.saveReport({ ...(await report(world)), state: { kind: 'applying', applied: 1, of: 3 } });
    world.queue.clear();
    await world.run({ kind: 'run-command', repository: shop, number: 1, comment });
    expect(replies(world)).toEqual(answered);
    expect(world.forge.reactions(comment)).toEqual(['+1']);
    expect(world.queue.askedFor('fan-out-push')).toHaveLength(1);
  });

  it('by a person whose name an enterprise manages counts as any other', () => {
    const marker = confirmationMarker({ digest, by: 'grace_acme' });
    expect(readConfirmations([marker])).toEqual([{ digest, by: 'grace_acme' }]);
  });

  it('beside a pull request that a later one carried along names that one, and counts only there', async () => {
    const { world } = await carried();
    await say(world, `/confirm ${digest}`);
    expect(replies(world)[0]).toContain('#2');
    expect(readConfirmations(replies(world))).toEqual([]);
    await say(world, `/confirm ${digest}`, 'grace', 2);
    expect(readConfirmations(replies(world, 2))).toEqual([{ digest, by: 'grace' }]);
  });

  it('is for somebody who wrote nothing of what is released together', async () => {
    const { world } = await carried();
    await say(world, `/confirm ${digest}`, 'ada', 2);
    expect(readConfirmations(replies(world, 2))).toEqual([]);
    expect(replies(world, 2)[0]).toContain('ada');
  });

  it.each(['pending', 'failure'] as const)(
    'of a plan is not for who wrote what is %s and comes along',
    async (state) => {
      const { world } = await merged();
      const status = { context: 'fairlead/staging', state, description: '', targetUrl: null };
      await world.forge.setStatus(shop, await world.tip(), status);
      await planWaits(world, await world.open({ 'deploy/staging/web.yaml': 'web 3' }, { author: 'barbara' }));
      await say(world, `/confirm ${digest}`, 'ada', 2);
      expect(readConfirmations(replies(world, 2))).toEqual([]);
      await say(world, `/confirm ${digest}`, 'grace', 2);
      expect(readConfirmations(replies(world, 2))).toEqual([{ digest, by: 'grace' }]);
    },
  );

  it('of a plan is for who wrote what was released before it', async () => {
    const { world } = await merged();
    const status = { context: 'fairlead/staging', state: 'success', description: '', targetUrl: null } as const;
    await world.forge.setStatus(shop, await world.tip(), status);
    await planWaits(world, await world.open({ 'deploy/staging/web.yaml': 'web 3' }, { author: 'barbara' }));
    await say(world, `/confirm ${digest}`, 'ada', 2);
    expect(readConfirmations(replies(world, 2))).toEqual([{ digest, by: 'ada' }]);
  });

  async function planWaits(world: ForgeWorld, { number, head: { commit: head } }: PullRequest): Promise<void> {
    await world.inspect(number);
    const base = await world.tip();
    await world.records.savePlan(shop, number, 'staging', {
      head,
      base,
      outcome: { kind: 'planned', plan: aPlan({ digest, confirm: ['deletes PersistentVolumeClaim shop/cache'] }) },
    });
  }

  /** #1 of `ada` waits for its release; #2 of `barbara` was merged meanwhile and carries it. */
  async function carried(): Promise<{ readonly world: ForgeWorld }> {
    const { world } = await merged();
    world.merge(await world.open({ 'deploy/staging/web.yaml': 'web 3' }, { author: 'barbara' }));
    await world.push();
    await releaseWaits(world);
    world.queue.clear();
    return { world };
  }

  async function report(world: ForgeWorld): Promise<ReleaseReport> {
    const found = await world.records.report(shop, 'staging');
    if (found === null) throw new Error('no report');
    return found;
  }

  it('where nothing waits says so', async () => {
    const { world } = await merged();
    await say(world, '/confirm');
    expect(replies(world)).toHaveLength(1);
    expect(world.queue.asks).toEqual([]);
  });
});

function aPlan(given: Pick<Plan, 'digest' | 'confirm'>): Plan {
  return {
    repository: shop,
    environment: 'staging',
    cluster: 'staging',
    clusterVersion: 'v1.36.3',
    namespace: 'shop',
    compared: { released: null, base: '', head: '', pullRequest: 2 },
    at: '2026-11-20T14:02:11Z',
    changes: [],
    unchanged: 0,
    hidden: [],
    problems: [],
    ...given,
  };
}
