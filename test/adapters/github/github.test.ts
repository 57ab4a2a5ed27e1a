import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { git } from '../../../sandbox/forge/git/run.ts';
import { aRun } from '../../contracts/forge.ts';
import { type LocalGitHub, openLocalGitHub } from './local-github.ts';

describe('the GitHub adapter', () => {
  let github: LocalGitHub;
  beforeEach(async () => {
    github = await openLocalGitHub();
  });
  afterEach(async () => {
    await github[Symbol.asyncDispose]();
  });

  it('asks what it has read before with its ETag, which costs nothing of the rate limit', async () => {
    const first = await github.forge.facts(github.repository);
    expect(await github.forge.facts(github.repository)).toEqual(first);
    const statuses = github.local.requests
      .filter(({ path }) => path === '/repos/acme/shop')
      .map(({ status }) => status);
    expect(statuses).toEqual([200, 304]);
    github.local.setRole('acme/shop', 'bob', 'read');
    expect(await github.forge.permission(github.repository, 'bob')).toBe('read');
    github.local.setRole('acme/shop', 'bob', 'maintain');
    expect(await github.forge.permission(github.repository, 'bob')).toBe('maintain');
  });

  it('tells of a file that was taken away that it was there, of an empty repository that nothing was, for nothing', async () => {
    const { repository, forge } = github;
    const alice = github.local.as('alice');
    await alice.pushFiles('acme/shop', { branch: 'main', files: { 'gone.yml': 'a: 1\n' } });
    await alice.pushFiles('acme/shop', { branch: 'main', files: { 'gone.yml': null } });
    expect(await forge.everHeld(repository, 'gone.yml')).toBe(true);
    expect(await forge.everHeld(repository, 'gone.yml')).toBe(true);
    expect(await forge.everHeld(repository, 'never.yml')).toBe(false);
    const asked = github.local.requests.filter(({ path }) => path === '/repos/acme/shop/commits');
    expect(asked.map(({ status }) => status)).toEqual([200, 304, 200]);
    const { id } = await github.local.createRepository({ owner: 'acme', name: 'empty' });
    expect(await forge.everHeld({ ...repository, id, name: 'empty' }, 'never.yml')).toBe(false);
  });

  it('reads every page', async () => {
    await github.push('change');
    const number = await github.openPullRequest('change');
    for (let index = 0; index < 103; index += 1) await github.comment(number, `comment ${index}`);
    expect(await github.forge.comments(github.repository, number)).toHaveLength(103);
    await github.forge.keepComment(github.repository, number, '<!-- a -->', '<!-- a --> one');
    await github.forge.keepComment(github.repository, number, '<!-- a -->', '<!-- a --> two');
    expect((await github.commentBodies(number)).filter((body) => body.includes('<!-- a -->'))).toEqual([
      '<!-- a --> two',
    ]);
  });

  it('knows when a pull request holds more commits than GitHub lists', async () => {
    const { directory } = github.local.state.repositories.must(github.repository.id);
    const start = await github.push('change');
    const number = await github.openPullRequest('change');
    const grow = async (branch: string, commits: number): Promise<void> => {
      const lines = Array.from({ length: commits }, (_, index) =>
        [
          `commit refs/heads/${branch}`,
          'committer Nobody <nobody@example.com> 0 +0000',
          'data 0',
          ...(index === 0 ? [`from ${start}`] : []),
        ].join('\n'),
      );
      await git(directory, ['fast-import', '--quiet'], { input: `${lines.join('\n')}\n` });
      await github.local.as('alice').forcePush('acme/shop', 'change', branch);
    };
    await grow('all', 249);
    const all = await github.forge.commitsOf(github.repository, number);
    expect([all.commits.length, all.complete]).toEqual([250, true]);
    await grow('more', 250);
    const more = await github.forge.commitsOf(github.repository, number);
    expect([more.commits.length, more.complete]).toEqual([250, false]);
  });

  it('deletes doubles of its comment, and keeps the oldest', async () => {
    await github.push('change');
    const number = await github.openPullRequest('change');
    const { forge, repository } = github;
    await forge.keepComment(repository, number, '<!-- a -->', '<!-- a --> one');
    await forge.keepComment(repository, number, '<!-- b -->', '<!-- b --> other');
    const [first, second] = await forge.comments(repository, number);
    github.local.state.comments.change(second?.id ?? 0, { body: '<!-- a --> double' });
    await forge.keepComment(repository, number, '<!-- a -->', '<!-- a --> two');
    expect(await forge.comments(repository, number)).toMatchObject([{ id: first?.id, body: '<!-- a --> two' }]);
  });

  it('sends annotations fifty at a time, adds what is new, and begins anew where one no longer holds', async () => {
    const head = await github.push('change');
    const at = (line: number) => ({
      path: 'deploy/web.yaml',
      startLine: line,
      endLine: line,
      level: 'warning' as const,
      title: `line ${line}`,
      message: 'look',
    });
    const lines = (count: number) => Array.from({ length: count }, (_, index) => at(index + 1));
    const { forge, repository, local } = github;
    await forge.publishCheckRun(repository, aRun(head, { annotations: lines(120) }));
    await forge.publishCheckRun(repository, aRun(head, { annotations: lines(121), title: 'one more' }));
    const runs = local.state.checkRuns.where(() => true);
    expect(runs.map(({ annotations }) => annotations.length)).toEqual([121]);

    await forge.publishCheckRun(repository, aRun(head, { annotations: lines(2), title: 'mended' }));
    const latest = local.state.checkRuns.where(() => true).at(-1);
    expect(latest?.annotations).toHaveLength(2);
    expect(await forge.checkRuns(repository, head)).toMatchObject([{ id: latest?.id, title: 'mended' }]);
    github.forget();
    await forge.publishCheckRun(repository, aRun(head, { annotations: lines(2), title: 'mended' }));
    expect(github.sent().filter((request) => !request.startsWith('GET'))).toEqual([]);
  });

  it('leads from a check run to where the whole of it is', async () => {
    const head = await github.push('change');
    const { forge, repository, local } = github;
    const detailsUrl = 'https://fairlead.example.com/plans/3f9a?until=1&signature=aB';
    await forge.publishCheckRun(repository, aRun(head, { detailsUrl }));
    expect(local.state.checkRuns.where(() => true)).toMatchObject([{ detailsUrl }]);
  });

  it('makes a new check run of a new conclusion, so that its time is GitHub’s own', async () => {
    const head = await github.push('change');
    const { forge, repository } = github;
    await forge.publishCheckRun(repository, aRun(head, { externalId: 'a' }));
    const [before] = await forge.checkRuns(repository, head);
    await forge.publishCheckRun(repository, aRun(head, { externalId: 'a', summary: 'The same, in other words.' }));
    expect(await forge.checkRuns(repository, head)).toMatchObject([
      { id: before?.id, completedAt: before?.completedAt, summary: 'The same, in other words.' },
    ]);
    await forge.publishCheckRun(repository, aRun(head, { externalId: 'b' }));
    const [after, ...more] = await forge.checkRuns(repository, head);
    expect(more).toEqual([]);
    expect(after?.id).not.toBe(before?.id);
    expect(after).toMatchObject({ externalId: 'b' });
  });

  it('leaves check runs of other apps and comments of other bots alone', async () => {
    const head = await github.push('change');
    const number = await github.openPullRequest('change');
    const { forge, repository, local } = github;
    await forge.publishCheckRun(repository, aRun(head));
    const [own] = local.state.checkRuns.where(() => true);
    local.state.checkRuns.insert({ ...requireRow(own), id: local.state.nextId(), appId: 1, name: 'build' });
    expect((await forge.checkRuns(repository, head)).map(({ name }) => name)).toEqual(['fairlead/plan']);
    await forge.keepComment(repository, number, '<!-- a -->', '<!-- a --> ours');
    const bot = local.createUser('fairlead-imitator');
    const [comment] = local.state.comments.where(() => true);
    local.state.comments.insert({ ...requireRow(comment), id: local.state.nextId(), authorId: bot.id });
    expect((await forge.comments(repository, number)).map(({ own: ours }) => ours)).toEqual([true, false]);
  });

  it('takes nobody else’s word for its own status, and says it again above theirs', async () => {
    const commit = await github.push('main');
    const { forge, repository, local } = github;
    const failed = { context: 'fairlead/staging', state: 'failure', description: 'diverged', targetUrl: null } as const;
    await forge.setStatus(repository, commit, failed);
    const alice = requireRow(local.state.accounts.where(({ login }) => login === 'alice')[0]);
    const [own] = local.state.statuses.where(() => true);
    for (const context of ['fairlead/staging', 'fairlead/production']) {
      const forged = { ...requireRow(own), id: local.state.nextId(), creatorId: alice.id, context };
      local.state.statuses.insert({ ...forged, state: 'success', description: 'converged' });
    }
    expect(await forge.statuses(repository, commit)).toMatchObject([failed]);
    await forge.setStatus(repository, commit, failed);
    expect(local.state.statuses.where(({ context }) => context === failed.context).at(-1)?.state).toBe('failure');
  });

  it('tells a fork’s pull request from one of the repository', async () => {
    github.local.setRole('acme/shop', 'bob', 'read');
    await github.local.forkRepository('acme/shop', 'bob');
    const bob = github.local.as('bob');
    const head = await bob.pushFiles('bob/shop', { branch: 'mine', files: { 'x.yaml': 'a: 1\n' } });
    const { number } = await bob.openPullRequest('acme/shop', { head: 'bob:mine' });
    expect(await github.forge.pullRequest(github.repository, number)).toMatchObject({
      author: 'bob',
      head: { commit: head, fork: true },
    });
  });

  it('gives git a token of this repository alone, that may only read', async () => {
    const { url, authorization } = await github.forge.credentials(github.repository);
    expect(url).toBe(`${github.local.url}/acme/shop.git`);
    const answer = await fetch(`${url}/info/refs?service=git-upload-pack`, { headers: { authorization } });
    expect(answer.status).toBe(200);
    const push = await fetch(`${url}/info/refs?service=git-receive-pack`, { headers: { authorization } });
    expect(push.status).toBe(403);
    const token = github.local.state.tokens.where(() => true).at(-1);
    expect(token).toMatchObject({ repositoryIds: [github.repository.id], permissions: { contents: 'read' } });
  });

  it('says who it is when asked whether it is ready', async () => {
    expect(await github.forge.ready()).toBe('GitHub App fairlead');
  });
});

function requireRow<T>(row: T | undefined): T {
  if (row === undefined) throw new Error('there is no such row');
  return row;
}
