import { describe, expect, it } from 'vitest';
import { Failure } from '../../../src/domain/failure.ts';
import type { EnvironmentJob, ForgeJob } from '../../../src/domain/job.ts';
import { confirmationMarker, pressMarker, readConfirmations } from '../../../src/domain/marker.ts';
import { keepReply } from '../../../src/jobs/say/keep-reply.ts';
import { sayClusterFailure } from '../../../src/jobs/say/say-cluster-failure.ts';
import { sayForgeFailure } from '../../../src/jobs/say/say-forge-failure.ts';
import { acmeShop as shop } from '../../acme-shop.ts';
import { ForgeWorld, settings } from '../forge-world.ts';
import { wantedOf } from '../wanted.ts';

const away = new Failure('cluster-unreachable', { subject: 'x', message: 'x', retryable: true, cause: null });
const deadline = new Failure('deadline', { subject: 'x', message: 'x', retryable: true, cause: null });

describe('a job of the forge that finally failed', () => {
  const inspect = (number: number) => ({ kind: 'inspect-pull-request', repository: shop, number }) as const;

  it('makes the required check of its pull request red, with a button to try again', async () => {
    const world = new ForgeWorld();
    const { head } = await world.open({ 'README.md': 'a shop' });
    await sayForgeFailure(inspect(1), world);
    const run = world.forge.publishedRun(shop, head.commit, 'fairlead/plan');
    expect(run).toMatchObject({ conclusion: 'failure', actions: [{ identifier: 'plan-again' }] });
    expect(run?.externalId).toMatch(/^1:0{40}:-$/);
  });

  it('leaves a repository without settings alone', async () => {
    const world = new ForgeWorld();
    world.git.commit('main', { '.github/fairlead.yml': null });
    await world.open({ 'README.md': 'a shop' });
    await sayForgeFailure(inspect(1), world);
    expect(world.forge.writes).toEqual([]);
  });

  it('says so where the settings cannot be read and Fairlead has spoken before, and only there', async () => {
    const world = new ForgeWorld();
    const { head } = await world.open({ 'README.md': 'a shop' });
    const ports = { forge: world.forge, git: world.git };
    const broken = { ...ports, forge: { ...world.forge, facts: () => Promise.reject(new Error('away')) } };
    await sayForgeFailure(inspect(1), broken);
    expect(world.forge.writes).toEqual([]);
    await world.inspect(1);
    await sayForgeFailure(inspect(1), broken);
    expect(world.forge.publishedRun(shop, head.commit, 'fairlead/plan')?.conclusion).toBe('failure');
  });

  it('answers the comment whose command it was', async () => {
    const world = new ForgeWorld();
    await world.open({ 'README.md': 'a shop' });
    const comment = world.forge.addComment(shop, 1, '/plan', { author: 'ada' });
    const job = world.commands(comment);
    await sayForgeFailure(job, world);
    await sayForgeFailure(job, world);
    expect(world.forge.commentBodies(shop, 1)).toHaveLength(2);
    expect(world.forge.reactions(comment)).toEqual(['confused']);
  });

  it('keeps what was confirmed, whatever failed after it', async () => {
    const world = new ForgeWorld();
    await world.open({ 'README.md': 'a shop' });
    const confirmation = { digest: 'a'.repeat(64), by: 'grace' };
    const comment = world.forge.addComment(shop, 1, '/confirm', { author: 'grace' });
    const job = world.commands(comment);
    const decided = `${confirmationMarker(confirmation)}\nConfirmed.`;
    await keepReply(job, { decided, told: 'converging' }, world.forge);
    await sayForgeFailure(job, world);
    const [, reply] = world.forge.commentBodies(shop, 1);
    expect(readConfirmations([reply ?? ''])).toEqual([confirmation]);
    expect(reply).toContain('Fairlead failed');
    expect(reply).not.toContain('converging');

    const pressed = `${pressMarker(confirmation)}${confirmationMarker(confirmation)}\nConfirmed.`;
    await world.forge.keepComment(shop, 1, pressMarker(confirmation), pressed);
    await sayForgeFailure({ kind: 'press-confirm', repository: shop, number: 1, ...confirmation }, world);
    expect(world.forge.commentBodies(shop, 1).at(-1)).toBe(pressed);
  });

  const push: ForgeJob = { kind: 'fan-out-push', repository: shop, branch: 'main', asked: 'push', before: null };

  it('says on the commit that a push did not get as far as a release, and that asks for nothing', async () => {
    const world = new ForgeWorld();
    world.git.commit('main', { 'deploy/staging/web.yaml': 'web 2' });
    await sayForgeFailure(push, world);
    const status = world.forge.status(shop, await world.tip(), 'fairlead/staging');
    expect(status?.state).toBe('error');
    // The sweep may not take it for a release that a person asked for.
    await world.run({ kind: 'fan-out-push', repository: shop, branch: 'main', asked: 'sweep', before: null });
    expect((await wantedOf(world, 'staging')).asked.kind).toBe('sweep');
    // A person may ask again.
    await world.push();
    expect((await wantedOf(world, 'staging')).asked.kind).toBe('push');
    expect(world.forge.status(shop, await world.tip(), 'fairlead/staging')?.state).toBe('pending');
  });

  it('says of a rendering that cannot be made what it kept from being planned or released', async () => {
    const world = new ForgeWorld();
    const { head } = await world.open({ 'README.md': 'a shop' });
    await world.push();
    const of = { repository: shop, environment: 'staging', cluster: 'staging' };
    const render = (afterwards: EnvironmentJob): ForgeJob => ({
      kind: 'render-environment',
      repository: shop,
      environment: 'staging',
      commit: head.commit,
      path: 'deploy/staging',
      chart: null,
      rendering: 'x',
      afterwards,
    });
    await sayForgeFailure(render({ kind: 'predict-environment', ...of, number: 1 }), world);
    expect(world.forge.publishedRun(shop, head.commit, 'fairlead/plan')?.conclusion).toBe('failure');
    await sayForgeFailure(render({ kind: 'converge-environment', ...of }), world);
    expect(world.forge.status(shop, await world.tip(), 'fairlead/staging')?.state).toBe('error');
    expect(world.forge.status(shop, await world.tip(), 'fairlead/production')?.state).toBe('pending');
  });

  it('leaves a verdict alone, and says nothing for a sweep', async () => {
    const world = new ForgeWorld();
    const verdict = {
      context: 'fairlead/staging',
      state: 'success',
      description: 'converged',
      targetUrl: null,
    } as const;
    await world.forge.setStatus(shop, await world.tip(), verdict);
    await sayForgeFailure(push, world);
    expect(world.forge.status(shop, await world.tip(), 'fairlead/staging')).toEqual(verdict);
    const writes = world.forge.writes.length;
    await sayForgeFailure({ ...push, asked: 'sweep' }, world);
    expect(world.forge.writes.length).toBe(writes);
  });
});

describe('a job of a cluster that finally failed', () => {
  const of = { repository: shop, environment: 'staging', cluster: 'staging' };

  it('leaves a plan that says why, for the head and base it was asked for', async () => {
    const world = new ForgeWorld();
    const { head } = await world.open({ 'deploy/staging/web.yaml': 'web 2' });
    await world.inspect(1);
    world.queue.clear();
    await sayClusterFailure({ kind: 'predict-environment', ...of, number: 1 }, deadline, world);
    expect(await world.records.plan(shop, 1, 'staging')).toMatchObject({
      head: head.commit,
      outcome: { kind: 'failed', reason: 'cluster staging answers too slowly; tried again every hour' },
    });
    expect(world.queue.waiting()[0]).toEqual({ kind: 'present-pull-request', repository: shop, number: 1 });
  });

  it('leaves a plan that is made again when the cluster answers, without anybody pressing a button', async () => {
    const world = new ForgeWorld();
    await world.open({ 'deploy/staging/web.yaml': 'web 2' });
    await world.inspect(1);
    world.queue.clear();
    const job = { kind: 'predict-environment', ...of, number: 1 } as const;
    await sayClusterFailure(job, away, world);
    const inspect = { kind: 'inspect-pull-request', repository: shop, number: 1 };
    expect(world.queue.askedFor('tell-cluster-facts')).toEqual([
      { kind: 'tell-cluster-facts', cluster: 'staging', afterwards: inspect },
    ]);
    const plan = await world.records.plan(shop, 1, 'staging');
    expect(plan?.outcome).toMatchObject({ reason: 'cluster staging is out of reach; tried again every few minutes' });
    // What nobody foresaw would happen again.
    world.queue.clear();
    await sayClusterFailure(job, new Error('out of memory'), world);
    expect(world.queue.askedFor('tell-cluster-facts')).toEqual([]);
  });

  it('leaves a plan that took too long alone for an hour: each try holds a worker, and others wait', async () => {
    const world = new ForgeWorld();
    await world.open({ 'deploy/staging/web.yaml': 'web 2' });
    await world.inspect(1);
    const job = { kind: 'predict-environment', ...of, number: 1 } as const;
    const delays: unknown[] = [];
    for (const failure of [away, deadline]) {
      world.queue.clear();
      await sayClusterFailure(job, failure, world);
      delays.push(world.queue.asks.find(({ job: { kind } }) => kind === 'tell-cluster-facts')?.options);
    }
    expect(delays).toEqual([5, 60].map((minutes) => ({ delayMs: minutes * 60_000, priority: 'low' })));
  });

  it('leaves the plan alone that another cluster made, where the environment moved there', async () => {
    const world = new ForgeWorld();
    await world.open({ 'deploy/staging/web.yaml': 'web 2' });
    await world.inspect(1);
    world.queue.clear();
    const before = await world.records.plan(shop, 1, 'staging');
    const job = { kind: 'predict-environment', ...of, cluster: 'dead', number: 1 } as const;
    await sayClusterFailure(job, deadline, world);
    expect(await world.records.plan(shop, 1, 'staging')).toEqual(before);
    expect(world.queue.waiting()).toEqual([]);
  });

  it.each(['converge-environment', 'observe-environment'] as const)('%s says so on the commit', async (kind) => {
    const world = new ForgeWorld();
    const commit = await world.tip();
    await world.push();
    world.queue.clear();
    await sayClusterFailure({ kind, ...of }, new Error('out of memory'), world);
    expect(await world.records.report(shop, 'staging')).toMatchObject({ commit, state: { kind: 'error' } });
    // What nobody foresaw waits for the sweep.
    expect(world.queue.waiting()).toEqual([{ kind: 'report-release', repository: shop, environment: 'staging' }]);
  });

  it('says nothing of a release that is withheld by now', async () => {
    const world = new ForgeWorld();
    await world.push();
    const observed = settings.replace('namespace: shop-staging', 'namespace: shop-staging, mode: observe');
    world.git.commit('main', { '.github/fairlead.yml': observed });
    await world.push();
    await sayClusterFailure({ kind: 'converge-environment', ...of }, new Error('out of memory'), world);
    expect(await world.records.report(shop, 'staging')).toBeNull();
  });

  it.each([
    ['converge-environment', 'deadline', true],
    ['converge-environment', 'cluster-forbidden', false],
    ['observe-environment', 'cluster-unreachable', true],
  ] as const)('%s is asked for again in a minute, also when it was given up for %s', async (kind, code, retryable) => {
    const world = new ForgeWorld();
    await world.push();
    world.queue.clear();
    const failure = new Failure(code, { subject: 'x', message: 'x', retryable, cause: null });
    await sayClusterFailure({ kind, ...of }, failure, world);
    expect(world.queue.asks.find(({ job }) => job.kind === kind)).toEqual({
      job: { kind, ...of },
      options: { delayMs: 60_000 },
    });
  });

  it('says so on the commit that it failed to release, not on the one before', async () => {
    const world = new ForgeWorld();
    const state = { kind: 'converged', objects: 1, tookMs: 1, url: null } as const;
    await world.records.saveReport({ ...of, commit: await world.tip(), at: '2026-11-20T14:02:11Z', state });
    world.git.commit('main', { 'deploy/staging/web.yaml': 'web 2' });
    await world.push();
    await sayClusterFailure({ kind: 'converge-environment', ...of }, new Error('out of memory'), world);
    const commit = await world.tip();
    expect(await world.records.report(shop, 'staging')).toMatchObject({ commit, state: { kind: 'error' } });
  });
});
