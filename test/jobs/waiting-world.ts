import type { PullRequest } from '../../src/domain/pull-request.ts';
import type { ReleaseReport } from '../../src/domain/release.ts';
import { presentStatus } from '../../src/present/release/status.ts';
import { acmeShop as shop } from '../acme-shop.ts';
import { aPlan } from '../present/sample-view.ts';
import { ForgeWorld, waitingReport } from './forge-world.ts';

/** What waits for a second person in the worlds below. */
export const digest = 'abcdef0123456789'.repeat(4);

/** Writes a comment beside a pull request, and lets its commands be obeyed; gives the comment. */
export async function say(world: ForgeWorld, body: string, author = 'grace', number = 1): Promise<number> {
  const comment = world.forge.addComment(shop, number, body, { author });
  await world.run(world.commands(comment, number));
  return comment;
}

/** Fairlead's answers beside a pull request, first to last. */
export function replies(world: ForgeWorld, number = 1): readonly string[] {
  return world.forge.commentBodies(shop, number).filter((body) => body.includes('<!-- fairlead:reply'));
}

/** #1 of `ada` changes staging. */
export async function opened(): Promise<{ readonly world: ForgeWorld; readonly pull: PullRequest }> {
  const world = new ForgeWorld();
  const pull = await world.open({ 'deploy/staging/web.yaml': 'web 2' });
  return { world, pull };
}

/** The same, merged, and desired. */
export async function merged(): Promise<{ readonly world: ForgeWorld; readonly pull: PullRequest }> {
  const world = new ForgeWorld();
  const pull = world.merge(await world.open({ 'deploy/staging/web.yaml': 'web 2' }));
  await world.push();
  world.queue.clear();
  return { world, pull };
}

/** #1 of `ada` waits for its release; #2 of `barbara` was merged meanwhile and carries it. */
export async function carried(): Promise<{ readonly world: ForgeWorld }> {
  const { world } = await merged();
  world.merge(await world.open({ 'deploy/staging/web.yaml': 'web 3' }, { author: 'barbara' }));
  await world.push();
  await releaseWaits(world);
  world.queue.clear();
  return { world };
}

/** The release waits for a second person, and the commit says so. */
export async function releaseWaits(world: ForgeWorld): Promise<void> {
  await world.forge.setStatus(shop, await world.tip(), presentStatus(await releaseIsPlanned(world), null));
}

/** The release waits, and nobody has been told yet. */
export async function releaseIsPlanned(world: ForgeWorld): Promise<ReleaseReport> {
  const report = waitingReport(await world.tip(), digest);
  await world.records.saveReport(report);
  return report;
}

/** The plan of a pull request waits for a second person. */
export async function planWaits(world: ForgeWorld, { number, head: { commit: head } }: PullRequest): Promise<void> {
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
