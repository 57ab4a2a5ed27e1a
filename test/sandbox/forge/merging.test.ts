import { describe, expect, test } from 'vitest';
import { assertNoViolations } from '../../../sandbox/forge/violations.ts';
import { openCommandLine } from './command-line.ts';
import { refused } from './refused.ts';
import { openShop, type Shop } from './shop.ts';

const name = 'acme/shop';

describe('merging', () => {
  test.for(['merge', 'squash', 'rebase'] as const)('by %s puts the changes on the base and closes', async (method) => {
    await using shop = await openShop();
    await openPull(shop);
    const { data } = await shop.octokitAs('bob').pulls.merge({ ...shop.shop, pull_number: 1, merge_method: method });
    expect(data).toMatchObject({ merged: true, message: 'Pull Request successfully merged' });
    const commit = (await shop.octokit.repos.getCommit({ ...shop.shop, ref: 'main' })).data;
    expect(commit.sha).toBe(data.sha);
    const { data: log } = await shop.octokit.repos.listCommits({ ...shop.shop, sha: 'main' });
    const written = log.map((row) => [
      row.commit.message,
      row.author?.login,
      row.commit.committer?.name,
      row.parents.length,
    ]);
    const start = ['Initial commit', 'acme', 'GitHub', 0];
    const expected = {
      merge: [
        ['Merge pull request #1 from acme/more\n\nMore', 'bob', 'GitHub', 2],
        ['Two', 'bob', 'bob', 1],
        ['One', 'bob', 'bob', 1],
        start,
      ],
      squash: [['More (#1)\n\n* One\n\n* Two', 'bob', 'GitHub', 1], start],
      rebase: [['Two', 'bob', 'GitHub', 1], ['One', 'bob', 'GitHub', 1], start],
    }[method];
    // All within one second: their order says nothing.
    expect(written).toHaveLength(expected.length);
    expect(written).toEqual(expect.arrayContaining(expected));
    const pull = (await shop.octokit.pulls.get({ ...shop.shop, pull_number: 1 })).data;
    expect(pull).toMatchObject({
      state: 'closed',
      merged: true,
      merge_commit_sha: data.sha,
      merged_by: { login: 'bob' },
    });
    expect((await shop.octokit.pulls.checkIfMerged({ ...shop.shop, pull_number: 1 })).status).toBe(204);
    assertNoViolations(shop.forge);
  });

  test('tells the app of the pull request and of the push, by the person who merged', async () => {
    await using shop = await openShop();
    await openPull(shop);
    const before = (await shop.octokit.repos.getBranch({ ...shop.shop, branch: 'main' })).data.commit.sha;
    const after = await shop.forge.as('alice').merge(name, 1, { method: 'merge' });
    await shop.forge.idle();
    expect(shop.hooks.received.findLast((hook) => hook.event === 'pull_request')?.payload).toMatchObject({
      action: 'closed',
      pull_request: { merged: true, merge_commit_sha: after, merged_by: { login: 'alice' } },
      sender: { login: 'alice' },
    });
    const push = shop.hooks.received.findLast((hook) => hook.event === 'push')?.payload;
    expect(push).toMatchObject({ ref: 'refs/heads/main', before, after });
    expect(push).toMatchObject({ commits: [{ message: 'One' }, { message: 'Two' }, { id: after }] });
    assertNoViolations(shop.forge);
  });

  test('keeps what happened on the base meanwhile', async () => {
    await using shop = await openShop();
    await openPull(shop);
    await shop.forge.as('bob').pushFiles(name, { branch: 'main', files: { other: 'x' } });
    await shop.forge.as('bob').merge(name, 1, { method: 'rebase' });
    const { data } = await shop.octokit.git.getTree({ ...shop.shop, tree_sha: 'main' });
    expect(data.tree.map((entry) => entry.path)).toEqual(['README.md', 'deploy', 'one', 'other', 'two']);
  });

  test.for(['merge', 'squash', 'rebase'] as const)('by %s is refused where it conflicts', async (method) => {
    await using shop = await openShop();
    await openPull(shop);
    await shop.forge.as('bob').pushFiles(name, { branch: 'main', files: { one: 'of the base\n' } });
    const request = shop.octokitAs('bob').pulls.merge({ ...shop.shop, pull_number: 1, merge_method: method });
    expect((await refused(request)).status).toBe(405);
    assertNoViolations(shop.forge);
  });

  test('is refused for another head than the one it was decided on', async () => {
    await using shop = await openShop();
    await openPull(shop);
    const request = shop.octokitAs('bob').pulls.merge({ ...shop.shop, pull_number: 1, sha: '1'.repeat(40) });
    expect(await refused(request)).toMatchObject({
      status: 409,
      message: 'Head branch was modified. Review and try the merge again.',
    });
  });

  test('is refused for a draft, a closed one, and a person who may not write', async () => {
    await using shop = await openShop();
    await openPull(shop);
    shop.forge.setRole(name, 'carol', 'triage');
    const merge = (login: string) => refused(shop.octokitAs(login).pulls.merge({ ...shop.shop, pull_number: 1 }));
    await shop.forge.as('bob').setDraft(name, 1, true);
    expect(await merge('bob')).toMatchObject({ status: 405, message: 'Pull Request is still a draft' });
    await shop.forge.as('bob').setDraft(name, 1, false);
    expect((await merge('carol')).status).toBe(403);
    await shop.forge.as('bob').close(name, 1);
    expect((await merge('bob')).status).toBe(405);
    assertNoViolations(shop.forge);
  });

  test('done by hand and pushed counts as merged', async () => {
    await using shop = await openShop();
    await using line = await openCommandLine();
    await openPull(shop);
    await line.run(`
      git clone -q http://bob:user-bob@${new URL(shop.forge.url).host}/acme/shop.git && cd shop
      git merge -q --no-ff --no-edit origin/more && git push -q origin main`);
    await shop.forge.idle();
    const { data } = await shop.octokit.pulls.get({ ...shop.shop, pull_number: 1 });
    expect(data).toMatchObject({ state: 'closed', merged: true });
    assertNoViolations(shop.forge);
  });
});

describe('a protected branch', () => {
  test('waits for its required check, by the name of a check run or of a status', async () => {
    await using shop = await openShop();
    await openPull(shop);
    await protect(shop, { required_status_checks: { strict: false, contexts: ['fairlead/plan'] } });
    const merge = () => refused(shop.octokitAs('bob').pulls.merge({ ...shop.shop, pull_number: 1 }));
    expect((await merge()).message).toBe('Required status check "fairlead/plan" is expected.');
    const head_sha = (await shop.octokit.pulls.get({ ...shop.shop, pull_number: 1 })).data.head.sha;
    const run = await shop.octokit.checks.create({
      ...shop.shop,
      name: 'fairlead/plan',
      head_sha,
      status: 'in_progress',
    });
    expect((await merge()).message).toBe('Required status check "fairlead/plan" is pending.');
    const finish = { ...shop.shop, check_run_id: run.data.id };
    await shop.octokit.checks.update({ ...finish, conclusion: 'action_required' });
    expect((await merge()).message).toBe('Required status check "fairlead/plan" is failing.');
    await shop.octokit.checks.update({ ...finish, conclusion: 'success' });
    await shop.octokitAs('bob').pulls.merge({ ...shop.shop, pull_number: 1 });
    assertNoViolations(shop.forge);
  });

  test('waits for approvals of people who may write, and the author is none of them', async () => {
    await using shop = await openShop();
    await openPull(shop);
    await protect(shop, { required_pull_request_reviews: { required_approving_review_count: 1 } });
    const merge = () => shop.octokitAs('bob').pulls.merge({ ...shop.shop, pull_number: 1 });
    expect((await refused(merge())).message).toMatch(/At least 1 approving review/);
    const own = shop.octokitAs('bob').pulls.createReview({ ...shop.shop, pull_number: 1, event: 'APPROVE' });
    expect((await refused(own)).errors[0]?.message).toBe('Can not approve your own pull request');
    await shop.forge.as('alice').review(name, 1, 'APPROVE');
    const { data } = await shop.octokit.pulls.listReviews({ ...shop.shop, pull_number: 1 });
    expect(data).toMatchObject([{ state: 'APPROVED', user: { login: 'alice' } }]);
    await shop.forge.as('alice').dismissReview(name, 1, 'alice');
    expect((await refused(merge())).status).toBe(405);
    await shop.forge.as('alice').review(name, 1, 'APPROVE');
    await merge();
    await shop.forge.idle();
    const reviews = shop.hooks.names().filter((event) => event.startsWith('pull_request_review'));
    expect(reviews).toEqual(['submitted', 'dismissed', 'submitted'].map((action) => `pull_request_review.${action}`));
    assertNoViolations(shop.forge);
  });

  test('shows its protection to administrators', async () => {
    await using shop = await openShop();
    const at = { ...shop.shop, branch: 'main' };
    expect((await refused(shop.octokitAs('alice').repos.getBranchProtection(at))).message).toBe('Branch not protected');
    await protect(shop, { required_status_checks: { strict: true, contexts: ['ci'] } });
    const { data } = await shop.octokitAs('alice').repos.getBranchProtection(at);
    expect(data.required_status_checks).toMatchObject({ strict: true, contexts: ['ci'] });
    expect((await shop.octokit.repos.getBranch(at)).data).toMatchObject({ name: 'main', protected: true });
    expect((await shop.octokit.repos.getBranchRules(at)).data).toEqual([]);
    expect((await refused(shop.octokitAs('bob').repos.getBranchProtection(at))).status).toBe(403);
    assertNoViolations(shop.forge);
  });
});

async function openPull(shop: Shop): Promise<void> {
  const bob = shop.forge.as('bob');
  await bob.pushFiles(name, { branch: 'more', files: { one: '1\n' }, message: 'One' });
  await bob.pushFiles(name, { branch: 'more', files: { two: '2\n' }, message: 'Two' });
  await bob.openPullRequest(name, { head: 'more', title: 'More' });
}

async function protect(shop: Shop, part: object): Promise<void> {
  await shop.octokitAs('alice').repos.updateBranchProtection({
    ...shop.shop,
    branch: 'main',
    required_status_checks: null,
    enforce_admins: true,
    required_pull_request_reviews: null,
    restrictions: null,
    ...part,
  });
}
