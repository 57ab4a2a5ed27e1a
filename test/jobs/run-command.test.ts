import { describe, expect, it } from 'vitest';
import { confirmationMarker, readConfirmations } from '../../src/domain/marker.ts';
import type { PullRequest } from '../../src/domain/pull-request.ts';
import type { ReleaseReport } from '../../src/domain/release.ts';
import { presentStatus } from '../../src/present/release/status.ts';
import { acmeShop as shop } from '../acme-shop.ts';
import { aPlan } from '../present/sample-view.ts';
import { ForgeWorld, settings, waitingReport } from './forge-world.ts';
import { wantedOf } from './wanted.ts';

const digest = 'abcdef0123456789'.repeat(4);

async function say(world: ForgeWorld, body: string, author = 'grace', number = 1): Promise<number> {
  const comment = world.forge.addComment(shop, number, body, { author });
  await world.run(world.commands(comment, number));
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

async function opened(): Promise<{ readonly world: ForgeWorld; readonly pull: PullRequest }> {
  const world = new ForgeWorld();
  const pull = await world.open({ 'deploy/staging/web.yaml': 'web 2' });
  return { world, pull };
}

async function shortTip(world: ForgeWorld): Promise<string> {
  return (await world.tip()).slice(0, 7);
}

async function releaseWaits(world: ForgeWorld): Promise<void> {
  await world.forge.setStatus(shop, await world.tip(), presentStatus(await releaseIsPlanned(world), null));
}

/** The release waits, and nobody has been told yet. */
async function releaseIsPlanned(world: ForgeWorld): Promise<ReleaseReport> {
  const report = waitingReport(await world.tip(), digest);
  await world.records.saveReport(report);
  return report;
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
    await world.run(world.commands(comment));
    expect(world.queue.asks).toEqual([]);
    expect(world.forge.writes).toEqual([]);
  });

  it('that is written often is obeyed once', async () => {
    const { world } = await merged();
    await say(world, '/sync staging\n'.repeat(60));
    expect(world.queue.askedFor('converge-environment')).toHaveLength(1);
    expect(replies(world)[0]?.match(/\*\*staging\*\*/g)).toHaveLength(1);
  });

  it('among more than ten different ones is refused with all of them, in one sentence', async () => {
    const { world } = await merged();
    const comment = await say(world, Array.from({ length: 11 }, (_, at) => `/sync e${at}`).join('\n'));
    expect(replies(world)).toHaveLength(1);
    expect(replies(world)[0]?.split('\n').slice(1)).toEqual([expect.stringContaining('11 different commands')]);
    expect(world.forge.reactions(comment)).toEqual(['confused']);
    expect(world.queue.asks).toEqual([]);
  });

  it('that ran twice is answered once', async () => {
    const world = new ForgeWorld();
    await world.open({ 'deploy/staging/web.yaml': 'web 2' });
    const comment = await say(world, '/rollback production');
    const writes = world.forge.writes.length;
    await world.run(world.commands(comment));
    expect(replies(world)).toHaveLength(1);
    expect(world.forge.writes.length).toBe(writes);
  });

  it('/sync asks for the release of the branch’s tip, in the name of who asked', async () => {
    const { world } = await merged();
    const comment = await say(world, '/sync staging');
    expect(await world.records.desired(shop, 'staging')).toMatchObject({ asked: { kind: 'sync', by: 'grace' } });
    expect(world.waitingFor('converge-environment')).toEqual(['staging']);
    expect(world.forge.reactions(comment)).toEqual(['+1']);
    expect(replies(world)).toEqual([expect.stringContaining(`**staging**: converging to ${await shortTip(world)}`)]);
  });

  it('/sync answers for each environment what is asked of it, in one reply that is edited', async () => {
    const { world } = await merged();
    const comment = await say(world, '/sync');
    const tip = await shortTip(world);
    expect(replies(world)[0]).toContain(
      `* **staging**: converging to ${tip}\n* **production**: waits at ${tip}: staging has not converged on it yet`,
    );
    await world.records.saveReport({
      repository: shop,
      environment: 'staging',
      cluster: 'staging',
      commit: await world.tip(),
      at: '2026-11-20T14:02:11Z',
      state: { kind: 'converged', objects: 1, tookMs: 1, url: null },
    });
    await world.run(world.commands(comment));
    expect(replies(world)).toHaveLength(1);
    expect(replies(world)[0]).toContain(`* **production**: converging to ${tip}`);
  });

  it('/sync says what keeps an environment from being released', async () => {
    const { world } = await merged();
    world.clusters = [];
    const comment = await say(world, '/sync staging');
    expect(replies(world)[0]).toContain(`**staging**: nothing is released at ${await shortTip(world)}: not allowed`);
    expect(world.forge.reactions(comment)).toEqual(['confused']);
    expect(world.queue.asks).toEqual([]);
  });

  it('/sync of an environment that follows another branch says which, and whether it is there', async () => {
    const { world } = await merged();
    world.git.commit('main', {
      '.github/fairlead.yml': `${settings}  edge: { cluster: staging, path: deploy/edge, namespace: shop-edge, follow: next }\n`,
    });
    await say(world, '/sync edge');
    expect(replies(world)[0]).toContain('**edge**: follows `next`; there is no such branch');
  });

  it('/sync beside a pull request that is not merged says that nothing of it is in that', async () => {
    const { world } = await opened();
    await say(world, '/sync staging');
    expect(replies(world)[0]).toContain('not merged');
  });

  it('/sync after /confirm in one comment loses neither answer, however often the job runs', async () => {
    const { world } = await merged();
    await releaseWaits(world);
    const comment = await say(world, `/confirm ${digest}\n/sync staging`);
    const answered = replies(world);
    expect(readConfirmations(answered)).toEqual([{ digest, by: 'grace' }]);
    expect(answered[0]).toContain('**staging**: converging');
    expect((await wantedOf(world, 'staging')).confirmations).toEqual([{ digest, by: 'grace' }]);
    await world.run(world.commands(comment));
    expect(replies(world)).toEqual(answered);
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

describe('/confirm', () => {
  const first = 'c0ffee0'.padEnd(40, '0');

  it.each([
    ['in the second in which it was written', undefined],
    ['later', '2026-11-20T15:00:00Z'],
  ])('in a comment that somebody changed %s counts for nothing, and is told so', async (_when, at) => {
    const { world, pull } = await opened();
    await planWaits(world, pull);
    world.queue.clear();
    const comment = world.forge.addComment(shop, 1, '/plan', { author: 'grace' });
    const job = world.commands(comment);
    world.forge.editComment(comment, `/confirm ${digest}`, at);
    await world.run(job);
    expect(readConfirmations(replies(world))).toEqual([]);
    expect(replies(world)).toEqual([expect.stringContaining('was changed after it was written')]);
    expect(world.queue.asks).toEqual([]);
    expect(world.forge.reactions(comment)).toEqual(['confused']);
  });

  it('in a comment that is changed after it was answered stands', async () => {
    const { world, pull } = await opened();
    await planWaits(world, pull);
    const comment = await say(world, `/confirm ${digest}`);
    const job = world.commands(comment);
    const answered = replies(world);
    world.forge.editComment(comment, 'Never mind.');
    await world.run(job);
    expect(readConfirmations(answered)).toEqual([{ digest, by: 'grace' }]);
    expect(replies(world)).toEqual(answered);
  });

  it('of a digest that no plan has says that it is mistyped, and gives the one that waits', async () => {
    const { world } = await merged();
    await releaseWaits(world);
    await say(world, '/confirm 0123456789ab');
    expect(readConfirmations(replies(world))).toEqual([]);
    expect(replies(world).join('\n')).toContain('Nothing that waits here has the digest `0123456789ab`');
    expect(replies(world).join('\n')).toContain(`/confirm ${digest.slice(0, 12)}`);
  });

  it('by a second person lets the release go on, and outlives Redis', async () => {
    const { world } = await merged();
    await releaseWaits(world);
    await say(world, `/confirm ${digest.slice(0, 12)}`);
    expect(readConfirmations(replies(world))).toEqual([{ digest, by: 'grace' }]);
    world.records.clear();
    await world.run({ kind: 'fan-out-push', repository: shop, branch: 'main', asked: 'sweep', before: null });
    expect((await wantedOf(world, 'staging')).confirmations).toEqual([{ digest, by: 'grace' }]);
  });

  describe('by somebody who had a part in it', () => {
    /** #1 of `ada`, planned or merged, with one more commit of these people before its head. */
    async function written(people: readonly string[], how: 'planned' | 'merged' = 'planned'): Promise<ForgeWorld> {
      const { world, pull } = how === 'merged' ? await merged() : await opened();
      world.forge.putCommits(shop, 1, [
        { commit: first, people },
        { commit: pull.head.commit, people: ['ada'] },
      ]);
      if (how === 'merged') await releaseWaits(world);
      else await planWaits(world, pull);
      world.queue.clear();
      return world;
    }

    it.each(['planned', 'merged'] as const)('is refused with the commit that they wrote (%s)', async (how) => {
      const world = await written(['grace'], how);
      const comment = await say(world, `/confirm ${digest}`);
      expect(replies(world)[0]).toContain('`grace` wrote commit c0ffee0 of this pull request');
      expect(readConfirmations(replies(world))).toEqual([]);
      expect(world.queue.asks).toEqual([]);
      expect(world.forge.reactions(comment)).toEqual(['confused']);
      world.forge.setPermission(shop, 'barbara', 'maintain');
      await say(world, `/confirm ${digest}`, 'barbara');
      expect(readConfirmations(replies(world))).toEqual([{ digest, by: 'barbara' }]);
    });

    it('is refused to the committer of what another wrote, and however the login is written', async () => {
      const world = await written(['barbara', 'GRACE']);
      await say(world, '/confirm');
      expect(readConfirmations(replies(world))).toEqual([]);
    });

    it('counts a commit that is nobody’s for nobody', async () => {
      const world = await written([]);
      await say(world, `/confirm ${digest}`);
      expect(readConfirmations(replies(world))).toEqual([{ digest, by: 'grace' }]);
    });

    it('is refused to who wrote a commit of what is released together', async () => {
      const { world } = await carried();
      world.forge.putCommits(shop, 1, [{ commit: first, people: ['grace'] }]);
      await say(world, `/confirm ${digest}`, 'grace', 2);
      expect(replies(world, 2)[0]).toContain('`grace` wrote commit c0ffee0 of #1');
      expect(readConfirmations(replies(world, 2))).toEqual([]);
    });

    it('is refused to everybody where GitHub does not list all commits', async () => {
      const world = await written(['ada']);
      const commits = Array.from({ length: 250 }, (_, at) => ({ commit: `${at}`.padStart(40, '0'), people: ['ada'] }));
      world.forge.putCommits(shop, 1, commits, false);
      await say(world, `/confirm ${digest}`);
      expect(replies(world)[0]).toContain('more than the 250 commits');
      expect(readConfirmations(replies(world))).toEqual([]);
    });

    it('is refused where the head is pushed over while it is judged', async () => {
      const world = await written(['ada']);
      world.forge.putCommits(shop, 1, [{ commit: first, people: ['ada'] }]);
      await say(world, `/confirm ${digest}`);
      expect(replies(world)[0]).toContain('being planned anew');
      expect(readConfirmations(replies(world))).toEqual([]);
    });
  });

  describe('while the plan is being made again', () => {
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

  it('on a pull request that was closed does nothing', async () => {
    const { world, pull } = await opened();
    await planWaits(world, pull);
    world.forge.putPullRequest({ ...pull, state: 'closed' });
    await say(world, `/confirm ${digest}`);
    expect(replies(world)[0]).toContain('not open');
    expect(readConfirmations(replies(world))).toEqual([]);
  });

  it('stands when the job runs again although who gave it may no longer write', async () => {
    const { world } = await merged();
    await releaseWaits(world);
    const comment = await say(world, `/confirm ${digest}`);
    const answered = replies(world);
    world.forge.setPermission(shop, 'grace', 'read');
    await world.run(world.commands(comment));
    expect(replies(world)).toEqual(answered);
  });

  it('is refused to who may no longer write when it is read', async () => {
    const { world } = await merged();
    await releaseWaits(world);
    const comment = world.forge.addComment(shop, 1, `/confirm ${digest}`, { author: 'grace' });
    world.forge.setPermission(shop, 'grace', 'read');
    await world.run(world.commands(comment));
    expect(readConfirmations(replies(world))).toEqual([]);
  });

  it('of two at once counts both, each with a reply of its own', async () => {
    const { world } = await merged();
    await releaseWaits(world);
    world.forge.setPermission(shop, 'barbara', 'write');
    const [one, other] = ['grace', 'barbara'].map((author) =>
      world.forge.addComment(shop, 1, `/confirm ${digest}`, { author }),
    );
    const run = (comment = 0) => world.run(world.commands(comment));
    await Promise.all([run(one), run(other)]);
    expect(
      readConfirmations(replies(world))
        .map(({ by }) => by)
        .toSorted(),
    ).toEqual(['barbara', 'grace']);
  });

  it('that quotes the words of another confirms nothing', async () => {
    const { world } = await merged();
    await releaseWaits(world);
    await say(world, `> /confirm ${digest}\n\nNo.`);
    await say(world, `<!-- fairlead:confirmed ${digest} barbara -->`);
    expect(replies(world)).toEqual([]);
    await world.push();
    expect((await wantedOf(world, 'staging')).confirmations).toEqual([]);
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

  it('without a digest means what the commit said by then, not what was only planned', async () => {
    const { world } = await merged();
    const report = await releaseIsPlanned(world);
    const comment = world.forge.addComment(shop, 1, '/confirm', { author: 'grace' });
    await world.forge.setStatus(shop, await world.tip(), presentStatus(report, null));
    await world.run(world.commands(comment));
    expect(readConfirmations(replies(world))).toEqual([]);
    expect(replies(world)[0]).toContain(`/confirm ${digest.slice(0, 12)}`);
    await say(world, '/confirm');
    expect(readConfirmations(replies(world))).toEqual([{ digest, by: 'grace' }]);
  });

  it('stands when the job runs again after the release has begun', async () => {
    const { world } = await merged();
    await releaseWaits(world);
    const comment = await say(world, `/confirm ${digest.slice(0, 12)}`);
    const answered = replies(world);
    await world.records.saveReport({ ...(await report(world)), state: { kind: 'applying', applied: 1, of: 3 } });
    world.queue.clear();
    await world.run(world.commands(comment));
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

  it('is not for who wrote what was merged a moment before, and so never got a status', async () => {
    const world = new ForgeWorld();
    const [first, second] = [
      await world.open({ 'deploy/staging/web.yaml': 'web 2' }),
      await world.open({ 'README.md': 'nothing to release' }, { author: 'barbara' }),
    ];
    const before = await world.tip();
    world.merge(first);
    world.merge(second);
    await world.push(before);
    await releaseWaits(world);
    await say(world, `/confirm ${digest}`, 'ada', 2);
    expect(readConfirmations(replies(world, 2))).toEqual([]);
    await say(world, `/confirm ${digest}`, 'grace', 2);
    expect(readConfirmations(replies(world, 2))).toEqual([{ digest, by: 'grace' }]);
  });

  it('is for who wrote what was merged before and changes nothing of the environment', async () => {
    const world = new ForgeWorld();
    const [first, second] = [
      await world.open({ 'README.md': 'nothing to release', '.github/fairlead.yml': `# shop\n${settings}` }),
      await world.open({ 'deploy/staging/web.yaml': 'web 2' }, { author: 'barbara' }),
    ];
    world.merge(first);
    world.merge(second);
    await world.push();
    await releaseWaits(world);
    await say(world, `/confirm ${digest}`, 'ada', 2);
    expect(readConfirmations(replies(world, 2))).toEqual([{ digest, by: 'ada' }]);
  });

  it('is not for who wrote what was pushed directly and is released together', async () => {
    const world = new ForgeWorld();
    const pushed = world.git.commit('main', { 'deploy/staging/web.yaml': 'web 2' });
    world.forge.putPushed({ commit: pushed, people: ['ada'] });
    await world.push();
    world.merge(await world.open({ 'README.md': 'nothing to release' }, { author: 'barbara' }));
    await world.push();
    const number = 1;
    await releaseWaits(world);
    await say(world, `/confirm ${digest}`, 'ada', number);
    expect(readConfirmations(replies(world, number))).toEqual([]);
    expect(replies(world, number)[0]).toContain(pushed.slice(0, 7));
    await say(world, `/confirm ${digest}`, 'grace', number);
    expect(readConfirmations(replies(world, number))).toEqual([{ digest, by: 'grace' }]);
  });

  describe('by who merged it', () => {
    const files = { 'deploy/staging/web.yaml': 'web 2', 'deploy/staging/more.yaml': 'more' };
    const pages = { 'README.md': 'read me' };
    type Landing = (world: ForgeWorld, head: string) => string;

    /** #1 of `ada`, put onto the branch by `grace`, waits. */
    async function landed(land: Landing): Promise<{ readonly world: ForgeWorld; readonly commit: string }> {
      const world = new ForgeWorld();
      const pull = await world.open(files);
      const commits = [first, pull.head.commit].map((commit) => ({ commit, people: ['ada'] }));
      world.forge.putCommits(shop, 1, commits);
      // Others came in between.
      world.forge.putPushed({ commit: world.git.commit('main', pages), people: ['ada'] });
      const commit = land(world, pull.head.commit);
      world.forge.putPushed({ commit, people: ['grace'] });
      world.forge.putPullRequest({ ...pull, state: 'merged', mergeCommit: commit });
      await world.push();
      await releaseWaits(world);
      return { world, commit };
    }

    it.each<[string, Landing]>([
      ['with a merge', (world, head) => world.git.mergeInto('main', head)],
      ['in one commit', (world) => world.git.commit('main', files)],
      [
        'commit by commit',
        (world) => {
          const [web] = Object.entries(files);
          const rebased = world.git.commit('main', Object.fromEntries(web === undefined ? [] : [web]));
          world.forge.putPushed({ commit: rebased, people: ['grace'] });
          return world.git.commit('main', files);
        },
      ],
    ])('%s counts: the button adds nothing', async (_how, land) => {
      const { world } = await landed(land);
      await say(world, `/confirm ${digest}`);
      expect(readConfirmations(replies(world))).toEqual([{ digest, by: 'grace' }]);
    });

    it.each<[string, Landing]>([
      ['a merge', (world, head) => world.git.mergeInto('main', head, { 'deploy/staging/cache.yaml': 'mine' })],
      ['one commit', (world) => world.git.commit('main', { ...files, 'deploy/staging/cache.yaml': 'mine' })],
      [
        'a merge that leaves some of it out',
        (world) => world.git.commit('main', { 'deploy/staging/more.yaml': 'more' }),
      ],
    ])('with something else in %s is refused', async (_how, land) => {
      const { world, commit } = await landed(land);
      await say(world, `/confirm ${digest}`);
      expect(readConfirmations(replies(world))).toEqual([]);
      expect(replies(world)[0]).toContain(
        `\`grace\` made commit ${commit.slice(0, 7)}, which is not what Git makes of`,
      );
      world.forge.setPermission(shop, 'barbara', 'write');
      await say(world, `/confirm ${digest}`, 'barbara');
      expect(readConfirmations(replies(world))).toEqual([{ digest, by: 'barbara' }]);
    });

    it('with something else in it is refused where that is released along with another, too', async () => {
      const { world } = await landed((at, head) =>
        at.git.mergeInto('main', head, { 'deploy/staging/cache.yaml': 'mine' }),
      );
      world.merge(await world.open({ 'deploy/staging/last.yaml': 'last' }, { author: 'barbara' }));
      await world.push();
      await releaseWaits(world);
      await say(world, `/confirm ${digest}`, 'grace', 2);
      expect(replies(world, 2)[0]).toMatch(
        /`grace` made commit [0-9a-f]{7}, which is not what Git makes of merging #1/,
      );
    });
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
      outcome: {
        kind: 'planned',
        plan: aPlan('staging', [], { digest, confirmReasons: ['deletes PersistentVolumeClaim shop/cache'] }),
      },
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
    await releaseWaits(world);
    const state = { kind: 'converged', objects: 1, tookMs: 1, url: null } as const;
    await world.records.saveReport({ ...(await report(world)), state });
    await say(world, '/confirm');
    expect(replies(world)).toHaveLength(1);
    expect(world.queue.asks).toEqual([]);
  });
});
