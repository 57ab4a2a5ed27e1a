import { describe, expect, it } from 'vitest';
import { isAskedTooOften } from '../../src/jobs/command/asked-too-often.ts';
import { acmeShop as shop } from '../acme-shop.ts';
import { ForgeWorld } from './forge-world.ts';
import { merged, replies, say } from './waiting-world.ts';

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

  it('is answered no more than twenty times an hour to those who may not write, and always to those who may', async () => {
    const world = new ForgeWorld();
    await world.open({ 'deploy/staging/web.yaml': 'web 2' });
    for (let asked = 0; asked < 25; asked += 1) await say(world, '/status', 'eve');
    expect(replies(world)).toHaveLength(20);
    const facts = world.forge.facts.bind(world.forge);
    let read = 0;
    world.forge.facts = (repository) => {
      read += 1;
      return facts(repository);
    };
    const comment = await say(world, '/plan', 'eve');
    expect([replies(world).length, world.forge.reactions(comment)]).toEqual([20, []]);
    expect(read, 'no settings are read for it').toBe(0);
    await say(world, '/status', 'grace');
    expect(replies(world)).toHaveLength(21);
    const last = (await world.forge.comments(shop, 1)).at(-1)?.createdAt ?? '';
    const anHourLater = { now: () => Date.parse(last) + 3_601_000 };
    const { forge, records } = world;
    expect(await isAskedTooOften(world.commands(comment), { forge, records, clock: anHourLater })).toBe(false);
  });

  it('is answered a hundred times an hour to those who may not write, on however many pull requests they ask', async () => {
    const world = new ForgeWorld();
    for (let number = 1; number <= 7; number += 1) await world.open({ [`deploy/staging/${number}.yaml`]: 'web' });
    for (let asked = 0; asked < 126; asked += 1) await say(world, '/status', 'eve', (asked % 7) + 1);
    const count = () => [1, 2, 3, 4, 5, 6, 7].flatMap((number) => replies(world, number)).length;
    expect(count()).toBe(100);
    await say(world, '/status', 'grace', 7);
    expect(count()).toBe(101);
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
});
