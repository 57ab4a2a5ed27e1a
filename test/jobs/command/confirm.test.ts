import { describe, expect, it } from 'vitest';
import { confirmationMarker, readConfirmations } from '../../../src/domain/marker.ts';
import type { ReleaseReport } from '../../../src/domain/release.ts';
import { presentStatus } from '../../../src/present/release/status.ts';
import { acmeShop as shop } from '../../acme-shop.ts';
import type { ForgeWorld } from '../forge-world.ts';
import {
  carried,
  digest,
  merged,
  opened,
  planWaits,
  releaseIsPlanned,
  releaseWaits,
  replies,
  say,
} from '../waiting-world.ts';
import { wantedOf } from '../wanted.ts';

describe('/confirm', () => {
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
