import { describe, expect, it } from 'vitest';
import { confirmationMarker, readConfirmations } from '../../../src/domain/marker.ts';
import { standingDecision } from '../../../src/jobs/said/standing-decision.ts';
import { keepReply } from '../../../src/jobs/say/keep-reply.ts';
import { byteLength, textLimit } from '../../../src/present/text/fit.ts';
import { acmeShop as shop } from '../../acme-shop.ts';
import { ForgeWorld } from '../forge-world.ts';

describe('a reply', () => {
  const confirmation = { digest: 'a'.repeat(64), by: 'grace' };
  const long = '* **staging**: öö\n'.repeat(10_000);

  it.each([
    ['what was decided', `${confirmationMarker(confirmation)}\n${long}`, ''],
    ['what came of it', `${confirmationMarker(confirmation)}\nConfirmed.`, long],
    ['both', `${confirmationMarker(confirmation)}\n${long}`, long],
  ])('fits into a comment, decisions first, however long %s is', async (_what, decided, told) => {
    const world = new ForgeWorld();
    await world.open({ 'README.md': 'a shop' });
    const job = world.commands(world.forge.addComment(shop, 1, '/sync', { author: 'grace' }));
    await keepReply(job, { decided, told }, world.forge);
    const [, reply = ''] = world.forge.commentBodies(shop, 1);
    expect(byteLength(reply)).toBeLessThanOrEqual(textLimit);
    expect(byteLength(reply)).toBeGreaterThan(textLimit / 2);
    expect(readConfirmations([reply])).toEqual([confirmation]);
    expect(reply).toMatch(/The other \d+ lines do not fit into a comment\.$/);
  });

  it('that was cut is kept as it is when the job runs again', async () => {
    const world = new ForgeWorld();
    await world.open({ 'README.md': 'a shop' });
    const job = world.commands(world.forge.addComment(shop, 1, '/sync', { author: 'grace' }));
    await keepReply(job, { decided: long, told: '' }, world.forge);
    const [, first] = world.forge.commentBodies(shop, 1);
    await keepReply(job, { decided: await standingDecision(job, world.forge), told: '' }, world.forge);
    expect(world.forge.commentBodies(shop, 1)[1]).toBe(first);
  });
});
