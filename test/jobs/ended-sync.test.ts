import { describe, expect, it } from 'vitest';
import type { ReleaseState } from '../../src/domain/release.ts';
import { acmeShop as shop } from '../acme-shop.ts';
import { ForgeWorld } from './forge-world.ts';

const before = '2026-11-20T14:00:00Z';
const after = '2027-01-01T00:00:00Z';

describe('the reply to /sync', () => {
  const ends: readonly (readonly [ReleaseState, string])[] = [
    [{ kind: 'converged', objects: 7, tookMs: 8_000, url: null }, 'converged at TIP: 7 objects in 8 s'],
    [
      { kind: 'converged', objects: 7, tookMs: 8_000, url: 'https://shop.example.com/' },
      'converged at TIP: 7 objects in 8 s · [shop.example.com/](<https://shop.example.com/>)',
    ],
    [{ kind: 'diverged', reasons: ['Deployment/web: 0 of 3 pods'] }, 'diverged at TIP: Deployment/web: 0 of 3 pods'],
    [{ kind: 'blocked', reasons: ['port 0'], plan: null }, 'blocked, nothing was applied at TIP: port 0'],
    [
      { kind: 'waiting', reason: 'a second person', confirmDigest: 'a'.repeat(64), plan: null },
      `waiting at TIP: a second person (/confirm ${'a'.repeat(12)})`,
    ],
    [
      { kind: 'error', reason: 'cluster staging is out of reach', since: after },
      'TIP: cluster staging is out of reach since 00:00 UTC',
    ],
  ];

  it.each(ends)('gets its end in its place: %j', async (state, end) => {
    const world = await synced('/sync staging');
    await report(world, state);
    const expected = `**staging**: ${end.replace('TIP', await shortTip(world))}`;
    expect(lines(world)).toContain(expected);
    const writes = world.forge.writes.length;
    await report(world, state);
    expect(world.forge.writes.length, 'said once').toBe(writes);
  });

  it('gets it for each environment, whatever else was asked in the comment', async () => {
    const world = await synced('/rollback\n/sync');
    await report(world, { kind: 'converged', objects: 7, tookMs: 8_000, url: null });
    const tip = await shortTip(world);
    const body = world.forge.commentBodies(shop, 1).at(-1);
    expect(body).toContain('`/rollback` is not there yet');
    expect(lines(world)).toContain(`* **staging**: converged at ${tip}: 7 objects in 8 s`);
    expect(lines(world)).toContain(`* **production**: waits at ${tip}: staging has not converged on it yet`);
  });

  it('stays as it is on the way, and for what had ended before it was asked for', async () => {
    const world = await synced('/sync staging');
    await report(world, { kind: 'converged', objects: 7, tookMs: 8_000, url: null }, before);
    await report(world, { kind: 'applying', applied: 1, of: 7 });
    expect(lines(world)).toContain(`**staging**: converging to ${await shortTip(world)}`);
  });

  it('gets it where the release was faster than the reply', async () => {
    const world = new ForgeWorld();
    await opened(world);
    const keepComment = world.forge.keepComment.bind(world.forge);
    world.forge.keepComment = async (...reply) => {
      await save(world, { kind: 'converged', objects: 7, tookMs: 300, url: null }, after);
      world.forge.keepComment = keepComment;
      await world.run(job);
      return keepComment(...reply);
    };
    await say(world, '/sync staging');
    expect(lines(world)).toContain(`**staging**: converged at ${await shortTip(world)}: 7 objects in 0.3 s`);
  });

  it('says where to look when a newer commit takes its place', async () => {
    const world = await synced('/sync staging');
    world.git.commit('main', { 'deploy/staging/web.yaml': 'web 3' });
    await world.push();
    const end = `**staging**: overtaken by ${await shortTip(world)}, whose status says how that ends`;
    expect(lines(world)).toContain(end);
    await report(world, { kind: 'converged', objects: 7, tookMs: 8_000, url: null });
    expect(lines(world)).toContain(end);
  });

  it('says why nothing comes of it where nothing is released any more', async () => {
    const world = await synced('/sync staging');
    world.clusters = [];
    await world.push();
    expect(lines(world).join('\n')).toMatch(/\*\*staging\*\*: nothing is released at [0-9a-f]{7}: not allowed: /);
  });

  it('takes back no verdict where the same /sync is tried again', async () => {
    const world = new ForgeWorld();
    await opened(world);
    const comment = world.forge.addComment(shop, 1, '/sync staging', { author: 'grace' });
    const keepComment = world.forge.keepComment.bind(world.forge);
    world.forge.keepComment = () => Promise.reject(new Error('502'));
    await expect(world.run(world.commands(comment))).rejects.toThrow('502');
    world.forge.keepComment = keepComment;
    await report(world, { kind: 'converged', objects: 7, tookMs: 300, url: null });
    await world.run(world.commands(comment));
    expect(world.forge.status(shop, await world.tip(), 'fairlead/staging')?.state).toBe('success');
  });

  it('keeps its end when a newer commit comes', async () => {
    const world = await synced('/sync staging');
    await report(world, { kind: 'converged', objects: 7, tookMs: 8_000, url: null });
    const end = `**staging**: converged at ${await shortTip(world)}: 7 objects in 8 s`;
    world.git.commit('main', { 'deploy/staging/web.yaml': 'web 3' });
    await world.push();
    expect(lines(world)).toContain(end);
  });
});

const job = { kind: 'report-release', repository: shop, environment: 'staging' } as const;

async function opened(world: ForgeWorld): Promise<void> {
  world.merge(await world.open({ 'deploy/staging/web.yaml': 'web 2' }));
  await world.push();
}

async function synced(command: string): Promise<ForgeWorld> {
  const world = new ForgeWorld();
  await opened(world);
  await say(world, command);
  return world;
}

async function say(world: ForgeWorld, command: string): Promise<void> {
  await world.run(world.commands(world.forge.addComment(shop, 1, command, { author: 'grace' })));
}

async function save(world: ForgeWorld, state: ReleaseState, at: string): Promise<void> {
  const of = { repository: shop, environment: 'staging', cluster: 'staging' };
  await world.records.saveReport({ ...of, commit: await world.tip(), state, at });
}

async function report(world: ForgeWorld, state: ReleaseState, at = after): Promise<void> {
  await save(world, state, at);
  await world.run(job);
}

async function shortTip(world: ForgeWorld): Promise<string> {
  return (await world.tip()).slice(0, 7);
}

function lines(world: ForgeWorld): readonly string[] {
  return world.forge.commentBodies(shop, 1).join('\n').split('\n');
}
