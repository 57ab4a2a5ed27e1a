import { describe, expect, test } from 'vitest';
import { assertNoViolations } from '../../../sandbox/forge/violations.ts';
import { refused } from './refused.ts';
import { openPull, openShop } from './shop.ts';

const name = 'acme/shop';

describe('a comment', () => {
  test('is written, edited and deleted by the app, and says that an app wrote it', async () => {
    await using shop = await openShop();
    await openPull(shop);
    const { issues } = shop.octokit;
    const made = (await issues.createComment({ ...shop.shop, issue_number: 1, body: 'Planned.' })).data;
    expect(made).toMatchObject({
      body: 'Planned.',
      user: { login: 'fairlead[bot]', type: 'Bot' },
      performed_via_github_app: { slug: 'fairlead' },
      author_association: 'NONE',
    });
    const at = { ...shop.shop, comment_id: made.id };
    await issues.updateComment({ ...at, body: 'Planned again.' });
    expect((await issues.getComment(at)).data.body).toBe('Planned again.');
    await issues.deleteComment(at);
    expect((await refused(issues.getComment(at))).status).toBe(404);
    await shop.forge.idle();
    const events = shop.hooks.received.filter((hook) => hook.event === 'issue_comment').map((hook) => hook.payload);
    expect(events).toMatchObject([
      { action: 'created', issue: { number: 1, pull_request: {} }, sender: { type: 'Bot' } },
      { action: 'edited', changes: { body: { from: 'Planned.' } }, comment: { body: 'Planned again.' } },
      { action: 'deleted' },
    ]);
    assertNoViolations(shop.forge);
  });

  test('of a person reaches the app without any commit in it', async () => {
    await using shop = await openShop();
    const head = await openPull(shop);
    await shop.forge.as('bob').comment(name, 1, '/plan');
    await shop.forge.idle();
    const hook = shop.hooks.received.findLast((row) => row.event === 'issue_comment');
    expect(hook?.payload).toMatchObject({ comment: { body: '/plan', user: { login: 'bob' } } });
    expect(hook?.raw).not.toContain(head);
    assertNoViolations(shop.forge);
  });

  test('is listed with the others, oldest first, page by page', async () => {
    await using shop = await openShop();
    await openPull(shop);
    for (let index = 1; index <= 5; index += 1) await shop.forge.as('bob').comment(name, 1, `comment ${index}`);
    const { issues } = shop.octokit;
    const first = await issues.listComments({ ...shop.shop, issue_number: 1, per_page: 2 });
    expect(first.data.map((row) => row.body)).toEqual(['comment 1', 'comment 2']);
    expect(first.headers.link).toMatch(/page=2>; rel="next", .*page=3>; rel="last"/);
    const all = await shop.octokit.paginate(issues.listComments, { ...shop.shop, issue_number: 1, per_page: 2 });
    expect(all).toHaveLength(5);
    expect((await issues.get({ ...shop.shop, issue_number: 1 })).data).toMatchObject({ number: 1, comments: 5 });
    assertNoViolations(shop.forge);
  });

  test('of another is edited by those who may write, apps among them', async () => {
    await using shop = await openShop();
    shop.forge.setRole(name, 'carol', 'read');
    await openPull(shop);
    const { id } = await shop.forge.as('bob').comment(name, 1, 'mine');
    const edit = (login: string) =>
      shop.octokitAs(login).issues.updateComment({ ...shop.shop, comment_id: id, body: 'x' });
    expect((await refused(edit('carol'))).status).toBe(403);
    expect(shop.forge.takeViolations()).toHaveLength(1);
    expect((await edit('alice')).data.body).toBe('x');
    const byApp = await shop.octokit.issues.updateComment({ ...shop.shop, comment_id: id, body: 'y' });
    expect(byApp.data).toMatchObject({ body: 'y', user: { login: 'bob' } });
  });

  test('gets each reaction of somebody once', async () => {
    await using shop = await openShop();
    await openPull(shop);
    const { id } = await shop.forge.as('bob').comment(name, 1, '/plan');
    const react = { ...shop.shop, comment_id: id, content: 'eyes' } as const;
    expect((await shop.octokit.reactions.createForIssueComment(react)).status).toBe(201);
    expect((await shop.octokit.reactions.createForIssueComment(react)).status).toBe(200);
    const { data } = await shop.octokit.issues.getComment({ ...shop.shop, comment_id: id });
    expect(data.reactions).toMatchObject({ total_count: 1, eyes: 1, '+1': 0 });
    assertNoViolations(shop.forge);
  });
});

describe('labels', () => {
  test('are put on a pull request and taken off, and the app is told', async () => {
    await using shop = await openShop();
    await openPull(shop);
    const { issues } = shop.octokitAs('bob');
    await issues.createLabel({ ...shop.shop, name: 'deploy', color: 'ff0000', description: 'May go' });
    const put = await issues.addLabels({ ...shop.shop, issue_number: 1, labels: ['deploy', 'new'] });
    expect(put.data.map((label) => label.name)).toEqual(['deploy', 'new']);
    await issues.removeLabel({ ...shop.shop, issue_number: 1, name: 'new' });
    const left = await issues.listLabelsOnIssue({ ...shop.shop, issue_number: 1 });
    expect(left.data).toMatchObject([{ name: 'deploy', color: 'ff0000' }]);
    const again = issues.createLabel({ ...shop.shop, name: 'Deploy', color: '00ff00' });
    expect((await refused(again)).errors).toMatchObject([{ code: 'already_exists' }]);
    await shop.forge.idle();
    const events = shop.hooks.names().filter((event) => event.includes('label'));
    expect(events).toEqual(['pull_request.labeled', 'pull_request.labeled', 'pull_request.unlabeled']);
    assertNoViolations(shop.forge);
  });
});

describe('who may do what', () => {
  test.for([
    ['alice', 'admin', 'admin'],
    ['bob', 'write', 'write'],
    ['maintainer', 'write', 'maintain'],
    ['triager', 'read', 'triage'],
    ['reader', 'read', 'read'],
    ['carol', 'none', 'none'],
  ] as const)('%s has permission %s and role %s', async ([login, permission, role]) => {
    await using shop = await openShop();
    if (!['alice', 'bob', 'carol'].includes(login)) {
      shop.forge.createUser(login);
      shop.forge.setRole(name, login, role);
    }
    const { data } = await shop.octokit.repos.getCollaboratorPermissionLevel({ ...shop.shop, username: login });
    expect(data).toMatchObject({ permission, role_name: role, user: { login } });
    assertNoViolations(shop.forge);
  });

  test('is asked of organisations and teams as well', async () => {
    await using shop = await openShop();
    shop.forge.createTeam('acme', 'releasers', ['bob']);
    const { orgs, teams } = shop.octokit;
    const membership = await orgs.getMembershipForUser({ org: 'acme', username: 'alice' });
    expect(membership.data).toMatchObject({ role: 'admin', state: 'active' });
    const team = { org: 'acme', team_slug: 'releasers' };
    expect((await teams.getMembershipForUserInOrg({ ...team, username: 'bob' })).data).toMatchObject({
      state: 'active',
    });
    const absent = teams.getMembershipForUserInOrg({ ...team, username: 'alice' });
    expect((await refused(absent)).status).toBe(404);
    assertNoViolations(shop.forge);
  });
});
