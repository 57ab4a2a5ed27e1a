import { describe, expect, test } from 'vitest';
import { assertNoViolations } from '../../../sandbox/forge/violations.ts';
import { refused } from './refused.ts';
import { openPull, openShop } from './shop.ts';

const name = 'acme/shop';

describe('a check run', () => {
  test('goes from queued to completed, and its app is told', async () => {
    await using shop = await openShop();
    const head_sha = await openPull(shop);
    const { checks } = shop.octokit;
    const made = (await checks.create({ ...shop.shop, name: 'fairlead/plan', head_sha, external_id: '1:a:b' })).data;
    expect(made).toMatchObject({ status: 'queued', conclusion: null, external_id: '1:a:b', app: { slug: 'fairlead' } });
    expect(made.pull_requests).toMatchObject([{ number: 1, head: { ref: 'more' } }]);
    const done = await checks.update({
      ...shop.shop,
      check_run_id: made.id,
      conclusion: 'success',
      output: { title: '2 changes', summary: 'Two.', text: 'Long.' },
    });
    expect(done.data).toMatchObject({
      status: 'completed',
      conclusion: 'success',
      completed_at: expect.stringMatching(/Z$/),
      output: { title: '2 changes', summary: 'Two.', text: 'Long.', annotations_count: 0 },
    });
    expect((await checks.get({ ...shop.shop, check_run_id: made.id })).data).toEqual(done.data);
    await shop.forge.idle();
    const events = shop.hooks.received.filter((hook) => hook.event === 'check_run').map((hook) => hook.payload);
    expect(events).toMatchObject([
      {
        action: 'created',
        check_run: { id: made.id, status: 'queued' },
        sender: { login: 'fairlead[bot]', type: 'Bot' },
      },
      { action: 'completed', check_run: { id: made.id, conclusion: 'success' } },
    ]);
    assertNoViolations(shop.forge);
  });

  test('keeps its annotations and adds the later ones', async () => {
    await using shop = await openShop();
    const head_sha = await openPull(shop);
    const output = (first: number, count: number) => ({
      title: 'Wrong',
      summary: 'Many.',
      annotations: Array.from({ length: count }, (_, index) => ({
        path: 'deploy/web.yaml',
        start_line: first + index,
        end_line: first + index,
        annotation_level: 'failure' as const,
        message: `line ${first + index}`,
      })),
    });
    const { checks } = shop.octokit;
    const run = (await checks.create({ ...shop.shop, name: 'plan', head_sha, output: output(1, 50) })).data;
    const at = { ...shop.shop, check_run_id: run.id };
    const { data } = await checks.update({ ...at, output: output(51, 20) });
    expect(data.output.annotations_count).toBe(70);
    const all = await shop.octokit.paginate(checks.listAnnotations, { ...at, per_page: 40 });
    expect(all.map((note) => note.start_line)).toEqual(Array.from({ length: 70 }, (_, index) => index + 1));
    assertNoViolations(shop.forge);
  });

  test('is listed by commit: the latest of each name, or all', async () => {
    await using shop = await openShop();
    const head_sha = await openPull(shop);
    const { checks } = shop.octokit;
    for (const run of ['a', 'b', 'a']) await checks.create({ ...shop.shop, name: run, head_sha });
    const other = await shop.forge.registerApp({ name: 'Other', permissions: { checks: 'write' }, events: [] });
    const names = async (filter: object) => {
      const { data } = await checks.listForRef({ ...shop.shop, ref: 'more', ...filter });
      expect(data.total_count).toBe(data.check_runs.length);
      return data.check_runs.map((run) => run.name);
    };
    expect(await names({})).toEqual(['a', 'b']);
    expect(await names({ filter: 'all' })).toEqual(['a', 'b', 'a']);
    expect(await names({ check_name: 'b' })).toEqual(['b']);
    expect(await names({ app_id: other.appId })).toEqual([]);
    expect(await names({ status: 'completed' })).toEqual([]);
    assertNoViolations(shop.forge);
  });

  test('is asked to run again by a person: it stays as it is, its suite starts anew', async () => {
    await using shop = await openShop();
    const head_sha = await openPull(shop);
    const run = await shop.octokit.checks.create({ ...shop.shop, name: 'plan', head_sha, conclusion: 'failure' });
    await shop.octokitAs('bob').checks.rerequestRun({ ...shop.shop, check_run_id: run.data.id });
    await shop.forge.as('bob').rerequest(run.data.id);
    await shop.forge.idle();
    expect(shop.hooks.received.filter((hook) => hook.action === 'rerequested')).toMatchObject([
      { payload: { check_run: { id: run.data.id, conclusion: 'failure' }, sender: { login: 'bob', type: 'User' } } },
      { event: 'check_run' },
    ]);
    const suites = await shop.octokit.checks.listSuitesForRef({ ...shop.shop, ref: head_sha });
    expect(suites.data.check_suites).toMatchObject([{ status: 'queued', conclusion: null, head_branch: 'more' }]);
    assertNoViolations(shop.forge);
  });

  test('has buttons once it is completed, and tells only its own app who pressed which', async () => {
    await using shop = await openShop();
    const head_sha = await openPull(shop);
    const actions = [{ label: 'Plan again', identifier: 'plan', description: 'Plans again' }];
    const run = (await shop.octokit.checks.create({ ...shop.shop, name: 'plan', head_sha, actions })).data;
    const bob = shop.forge.as('bob');
    await expect(bob.clickButton(run.id, 'plan')).rejects.toThrow(/not completed/);
    await shop.octokit.checks.update({ ...shop.shop, check_run_id: run.id, conclusion: 'action_required' });
    await expect(bob.clickButton(run.id, 'other')).rejects.toThrow(/no button other/);
    await expect(shop.forge.as('carol').clickButton(run.id, 'plan')).rejects.toThrow(/carol has none/);
    await bob.clickButton(run.id, 'plan');
    await shop.forge.idle();
    expect(shop.hooks.received.findLast((hook) => hook.action === 'requested_action')?.payload).toMatchObject({
      requested_action: { identifier: 'plan' },
      check_run: { id: run.id, external_id: '' },
      sender: { login: 'bob' },
    });
    assertNoViolations(shop.forge);
  });

  test('may be of a commit that no branch has, and not of one that is not there', async () => {
    await using shop = await openShop();
    const request = shop.octokit.checks.create({ ...shop.shop, name: 'plan', head_sha: '1'.repeat(40) });
    expect(await refused(request)).toMatchObject({
      status: 422,
      message: `No commit found for SHA: ${'1'.repeat(40)}`,
    });
    assertNoViolations(shop.forge);
  });

  test('goes back to work when a completed one is set in progress', async () => {
    await using shop = await openShop();
    const head_sha = await openPull(shop);
    const run = (await shop.octokit.checks.create({ ...shop.shop, name: 'plan', head_sha, conclusion: 'success' }))
      .data;
    const again = await shop.octokit.checks.update({ ...shop.shop, check_run_id: run.id, status: 'in_progress' });
    expect(again.data).toMatchObject({ status: 'in_progress', conclusion: null, completed_at: null });
    assertNoViolations(shop.forge);
  });
});

describe('a check suite', () => {
  test('runs again as a whole when a person asks for it', async () => {
    await using shop = await openShop();
    const head_sha = await openPull(shop);
    await shop.octokit.checks.create({ ...shop.shop, name: 'plan', head_sha, conclusion: 'failure' });
    await shop.forge.as('bob').rerequestAll(name, head_sha, shop.app.appId);
    await shop.forge.idle();
    expect(shop.hooks.received.at(-1)).toMatchObject({
      event: 'check_suite',
      payload: { action: 'rerequested', check_suite: { head_sha, status: 'queued', conclusion: null } },
    });
    assertNoViolations(shop.forge);
  });

  test('is asked for by every push, and completes with its last run', async () => {
    await using shop = await openShop();
    const head_sha = await openPull(shop);
    const { checks } = shop.octokit;
    const one = (await checks.create({ ...shop.shop, name: 'one', head_sha, status: 'in_progress' })).data;
    const two = (await checks.create({ ...shop.shop, name: 'two', head_sha })).data;
    await checks.update({ ...shop.shop, check_run_id: one.id, conclusion: 'success' });
    await checks.update({ ...shop.shop, check_run_id: two.id, conclusion: 'failure' });
    await shop.forge.idle();
    const suites = shop.hooks.received.filter((hook) => hook.event === 'check_suite').map((hook) => hook.payload);
    expect(suites).toMatchObject([
      { action: 'requested', check_suite: { head_sha, head_branch: 'more' } },
      { action: 'completed', check_suite: { conclusion: 'failure', latest_check_runs_count: 2 } },
    ]);
    assertNoViolations(shop.forge);
  });
});
