import { describe, expect, it } from 'vitest';
import { readConfirmations } from '../../../src/domain/marker.ts';
import { acmeShop as shop } from '../../acme-shop.ts';
import { ForgeWorld, settings } from '../forge-world.ts';
import { carried, digest, merged, opened, planWaits, releaseWaits, replies, say } from '../waiting-world.ts';

describe('/confirm', () => {
  const first = 'c0ffee0'.padEnd(40, '0');

  it('by the author is refused', async () => {
    const { world } = await merged();
    await releaseWaits(world);
    await say(world, '/confirm', 'ada');
    expect(readConfirmations(replies(world))).toEqual([]);
    expect(world.queue.asks).toEqual([]);
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
});
