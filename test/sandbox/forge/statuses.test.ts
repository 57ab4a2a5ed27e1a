import { describe, expect, test } from 'vitest';
import { assertNoViolations } from '../../../sandbox/forge/violations.ts';
import { refused } from './refused.ts';
import { openShop, type Shop } from './shop.ts';

describe('commit statuses', () => {
  test('are kept, and the last of each context counts', async () => {
    await using shop = await openShop();
    const sha = await tip(shop);
    const { repos } = shop.octokit;
    const say = (context: string, state: 'pending' | 'success' | 'error') =>
      repos.createCommitStatus({ ...shop.shop, sha, context, state, description: `${context} ${state}` });
    expect((await repos.getCombinedStatusForRef({ ...shop.shop, ref: sha })).data.state).toBe('pending');
    await say('fairlead/staging', 'pending');
    await say('fairlead/staging', 'success');
    await say('fairlead/production', 'error');
    const { data } = await repos.getCombinedStatusForRef({ ...shop.shop, ref: 'main' });
    expect(data).toMatchObject({ state: 'failure', sha, total_count: 2 });
    const all = await repos.listCommitStatusesForRef({ ...shop.shop, ref: sha });
    expect(all.data.map((row) => `${row.context} ${row.state}`)).toEqual([
      'fairlead/production error',
      'fairlead/staging success',
      'fairlead/staging pending',
    ]);
    expect(all.data[0]?.creator).toMatchObject({ login: 'fairlead[bot]' });
    await shop.forge.idle();
    expect(shop.hooks.received.findLast((hook) => hook.event === 'status')?.payload).toMatchObject({
      sha,
      state: 'error',
      context: 'fairlead/production',
      name: 'acme/shop',
    });
    assertNoViolations(shop.forge);
  });

  test('of a commit that is not there are refused', async () => {
    await using shop = await openShop();
    const request = shop.octokit.repos.createCommitStatus({ ...shop.shop, sha: '1'.repeat(40), state: 'success' });
    expect((await refused(request)).status).toBe(422);
    assertNoViolations(shop.forge);
  });
});

describe('deployments', () => {
  test('have statuses, make their environment, and the app is told', async () => {
    await using shop = await openShop();
    const { repos } = shop.octokit;
    const made = await deploy(shop, { environment: 'staging', payload: { digest: 'a' } });
    expect(made).toMatchObject({ environment: 'staging', payload: { digest: 'a' }, production_environment: false });
    const at = { ...shop.shop, deployment_id: made.id };
    await repos.createDeploymentStatus({ ...at, state: 'in_progress', description: 'applying' });
    await repos.createDeploymentStatus({ ...at, state: 'success', environment_url: 'https://shop.example.com' });
    const statuses = await repos.listDeploymentStatuses(at);
    expect(statuses.data).toMatchObject([
      { state: 'success', environment: 'staging', environment_url: 'https://shop.example.com' },
      { state: 'in_progress', description: 'applying' },
    ]);
    const found = await repos.listDeployments({ ...shop.shop, environment: 'staging' });
    expect(found.data.map((row) => row.id)).toEqual([made.id]);
    expect((await repos.getDeployment(at)).data.creator).toMatchObject({ login: 'fairlead[bot]' });
    const environments = await shop.octokitAs('alice').repos.getAllEnvironments(shop.shop);
    expect(environments.data.environments).toMatchObject([{ name: 'staging' }]);
    await shop.forge.idle();
    expect(shop.hooks.names().slice(-3)).toEqual([
      'deployment.created',
      'deployment_status.created',
      'deployment_status.created',
    ]);
    assertNoViolations(shop.forge);
  });

  test('that succeed make the earlier ones of their environment inactive', async () => {
    await using shop = await openShop();
    const first = await deploy(shop, { environment: 'staging' });
    const second = await deploy(shop, { environment: 'staging' });
    const succeed = (deployment_id: number) =>
      shop.octokit.repos.createDeploymentStatus({ ...shop.shop, deployment_id, state: 'success' });
    await succeed(first.id);
    await succeed(second.id);
    const { data } = await shop.octokit.repos.listDeploymentStatuses({ ...shop.shop, deployment_id: first.id });
    expect(data.map((status) => status.state)).toEqual(['inactive', 'success']);
  });

  test('merge the default branch and demand every status unless they are told not to', async () => {
    await using shop = await openShop();
    const { repos } = shop.octokit;
    const bob = shop.forge.as('bob');
    const sha = await bob.pushFiles('acme/shop', { branch: 'more', files: { x: '1' } });
    await bob.pushFiles('acme/shop', { branch: 'main', files: { y: '1' } });
    await repos.createCommitStatus({ ...shop.shop, sha, state: 'pending', context: 'ci' });
    const merged = await repos.createDeployment({ ...shop.shop, ref: 'more' });
    expect(merged).toMatchObject({ status: 202, data: { message: 'Auto-merged main into more on deployment.' } });
    const unmerged = repos.createDeployment({ ...shop.shop, ref: sha, auto_merge: false });
    expect(await refused(unmerged)).toMatchObject({
      status: 409,
      message: `Conflict: Commit status checks failed for ${sha}.`,
    });
    const plain = await repos.createDeployment({ ...shop.shop, ref: sha, auto_merge: false, required_contexts: [] });
    expect(plain.status).toBe(201);
    assertNoViolations(shop.forge);
  });
});

async function tip(shop: Shop): Promise<string> {
  return (await shop.octokit.repos.getBranch({ ...shop.shop, branch: 'main' })).data.commit.sha;
}

async function deploy(shop: Shop, part: { environment: string; payload?: Record<string, unknown> }) {
  const response = await shop.octokit.repos.createDeployment({
    ...shop.shop,
    ref: await tip(shop),
    auto_merge: false,
    required_contexts: [],
    ...part,
  });
  if (response.status !== 201) throw new Error(`not created: ${response.status}`);
  return response.data;
}
