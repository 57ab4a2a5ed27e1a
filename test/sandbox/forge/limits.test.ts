import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { believed } from '../../../sandbox/forge/believed.ts';
import type { LimitExample } from '../../../sandbox/forge/limits/limit.ts';
import { limits } from '../../../sandbox/forge/limits.ts';
import { openShop, type Shop } from './shop.ts';

let shop: Shop;
let targets: Readonly<Record<string, Target>>;

interface Target {
  readonly path: string;
  readonly as: 'app' | 'installation' | 'alice';
  readonly body: Readonly<Record<string, unknown>>;
}

beforeAll(async () => {
  shop = await openShop();
  shop.forge.setWebhookUrl(shop.app.appId, null);
  targets = await makeTargets(shop);
});

afterAll(() => shop[Symbol.asyncDispose]());

describe('GitHub says more than its description does', () => {
  const cases = limits.flatMap((limit) => limit.operations.map((operation) => ({ limit, operation })));

  test.for(cases)('$limit.rule ($operation)', async ({ limit, operation }) => {
    const within = await send(operation, limit.within);
    expect(within, limit.rule).toBeLessThan(300);
    expect(shop.forge.takeViolations()).toEqual([]);
    const beyond = await send(operation, limit.beyond);
    const violations = shop.forge.takeViolations();
    expect(violations).toMatchObject([{ kind: 'request', outcome: limit.outcome }]);
    expect(beyond < 300 ? 'tolerated' : `refused with ${beyond}`).toBe(
      limit.outcome === 'refused' ? 'refused with 422' : 'tolerated',
    );
  });

  test('and each rule has a source', () => {
    for (const limit of limits) expect(new URL(limit.source).protocol, limit.rule).toBe('https:');
  });

  test('what is only believed says why', () => {
    expect(believed.length).toBeGreaterThan(limits.filter((limit) => limit.believed !== null).length);
    for (const { what, reason } of believed) expect(reason.length, what).toBeGreaterThan(20);
  });
});

/** The status of the last of the requests. */
async function send(operation: string, change: Partial<LimitExample>): Promise<number> {
  const target = targets[operation];
  if (target === undefined) throw new Error(`no target for ${operation}`);
  const [method = ''] = operation.split(' ');
  const token = await tokenFor(target.as);
  // Of its own for each call, so that counting starts anew.
  const context = change.times === undefined ? {} : { context: `context of ${change.times}` };
  const body = method === 'GET' ? null : JSON.stringify({ ...target.body, ...context, ...change.body });
  const query = change.query === undefined ? '' : `?${change.query}`;
  let status = 0;
  for (let index = 0; index < (change.times ?? 1); index += 1) {
    const headers = { authorization: `Bearer ${token}` };
    const response = await fetch(`${shop.forge.apiUrl}${target.path}${query}`, { method, headers, body });
    await response.arrayBuffer();
    status = response.status;
  }
  return status;
}

async function tokenFor(as: Target['as']): Promise<string> {
  if (as === 'alice') return 'user-alice';
  const options = as === 'app' ? { type: 'app' } : { type: 'installation' };
  const octokit = as === 'app' ? shop.appOctokit : shop.octokit;
  const { token } = (await octokit.auth(options)) as { readonly token: string };
  return token;
}

async function makeTargets({ forge, octokit, installationId, shop: at }: Shop): Promise<Record<string, Target>> {
  const alice = forge.as('alice');
  const sha = await alice.pushFiles('acme/shop', { branch: 'more', files: { x: '1' } });
  await alice.openPullRequest('acme/shop', { head: 'more' });
  await alice.pushFiles('acme/shop', { branch: 'main', files: { y: '1' } });
  const branches = Array.from({ length: 10 }, (_, index) => `topic-${index}`);
  for (const branch of branches) await alice.pushFiles('acme/shop', { branch, files: { x: branch } });
  const comment = await octokit.issues.createComment({ ...at, issue_number: 1, body: 'hello' });
  const run = await octokit.checks.create({ ...at, name: 'plan', head_sha: sha });
  const deployment = await octokit.repos.createDeployment({
    ...at,
    ref: sha,
    auto_merge: false,
    required_contexts: [],
  });
  if (deployment.status !== 201) throw new Error('no deployment');
  const repo = '/repos/acme/shop';
  const ofRepo = (path: string, body: Target['body'], as: Target['as'] = 'installation'): Target => ({
    path: `${repo}${path}`,
    as,
    body,
  });
  return {
    'POST /repos/{owner}/{repo}/check-runs': ofRepo('/check-runs', { name: 'plan', head_sha: sha }),
    'PATCH /repos/{owner}/{repo}/check-runs/{check_run_id}': ofRepo(`/check-runs/${run.data.id}`, {}),
    'POST /repos/{owner}/{repo}/issues/{issue_number}/comments': ofRepo('/issues/1/comments', { body: 'x' }),
    'GET /repos/{owner}/{repo}/issues/{issue_number}/comments': ofRepo('/issues/1/comments', {}),
    'PATCH /repos/{owner}/{repo}/issues/comments/{comment_id}': ofRepo(`/issues/comments/${comment.data.id}`, {}),
    'POST /repos/{owner}/{repo}/pulls': {
      ...ofRepo('/pulls', {}, 'alice'),
      // A new branch each time: a second pull request from the same one is refused for that.
      get body() {
        return { title: 'x', base: 'main', head: branches.pop() };
      },
    },
    'PATCH /repos/{owner}/{repo}/pulls/{pull_number}': ofRepo('/pulls/1', {}, 'alice'),
    'POST /repos/{owner}/{repo}/statuses/{sha}': ofRepo(`/statuses/${sha}`, { state: 'success', context: 'ci' }),
    'POST /repos/{owner}/{repo}/deployments': ofRepo('/deployments', {
      ref: sha,
      auto_merge: false,
      required_contexts: [],
    }),
    'POST /repos/{owner}/{repo}/deployments/{deployment_id}/statuses': ofRepo(
      `/deployments/${deployment.data.id}/statuses`,
      { state: 'success' },
    ),
    'POST /repos/{owner}/{repo}/labels': {
      ...ofRepo('/labels', {}),
      get body() {
        return { name: `label ${nextNumber()}` };
      },
    },
    'POST /app/installations/{installation_id}/access_tokens': {
      path: `/app/installations/${installationId}/access_tokens`,
      as: 'app',
      body: {},
    },
  };
}

let last = 0;
function nextNumber(): number {
  last += 1;
  return last;
}
