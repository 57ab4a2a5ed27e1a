import { changePullRequest } from '../actions/change-pull-request.ts';
import { openPullRequest } from '../actions/open-pull-request.ts';
import { awaitTestMerge } from '../actions/test-merge.ts';
import { changedFileBody, commitBody } from '../bodies/commit.ts';
import { headLabel, pullRequestBody, simplePullRequestBody } from '../bodies/pull-request.ts';
import { readChanges, readDiffText } from '../git/changes.ts';
import { readCommits } from '../git/commits.ts';
import { mergeBase } from '../git/refs.ts';
import { type Answer, created, json, page } from '../http/answer.ts';
import { forbid, notFound } from '../http/refusal.ts';
import { type RepositoryRequest, type Routes, repositoryRoute } from '../http/route.ts';
import { atLeast, roleOf } from '../state/find.ts';
import type { PullRequest } from '../state/repositories.ts';
import { flagIn, pullInPath, textIn, wordIn } from './input.ts';

const read = { app: ['pull_requests:read'], user: 'read' } as const;
const readEither = { app: ['pull_requests:read', 'contents:read'], user: 'read' } as const;
const write = { app: ['pull_requests:write'], user: 'read' } as const;

/** https://docs.github.com/rest/pulls/pulls */
export const pullRoutes: Routes = {
  'GET /repos/{owner}/{repo}/pulls': repositoryRoute(read, (request) =>
    page(listed(request), (pull) => simplePullRequestBody(request.world, pull)),
  ),
  'POST /repos/{owner}/{repo}/pulls': repositoryRoute(write, async (request) => {
    const { world, repository, body, actor } = request;
    const title = textIn(body, 'title');
    if (title === undefined || title === '') throw forbid(422, 'Validation Failed', 'title is missing');
    const pull = await world.exclusively(repository.id, () =>
      openPullRequest(
        world,
        repository,
        {
          title,
          body: textIn(body, 'body') ?? null,
          head: textIn(body, 'head') ?? '',
          base: textIn(body, 'base') ?? '',
          draft: flagIn(body, 'draft') ?? false,
          maintainerCanModify: flagIn(body, 'maintainer_can_modify') ?? false,
        },
        actor,
      ),
    );
    return created(await pullRequestBody(world, pull));
  }),
  'GET /repos/{owner}/{repo}/pulls/{pull_number}': repositoryRoute(readEither, (request) =>
    answerPull(request, pullInPath(request, 'pull_number')),
  ),
  'PATCH /repos/{owner}/{repo}/pulls/{pull_number}': repositoryRoute(write, async (request) => {
    const { world, body, actor } = request;
    const pull = pullInPath(request, 'pull_number');
    const isAuthor = pull.authorId === actor.account.id;
    const isApp = actor.app !== null;
    if (!isAuthor && !isApp && !atLeast(roleOf(world.state, actor.account, request.repository), 'triage')) {
      throw notFound();
    }
    const changed = await world.exclusively(request.repository.id, () =>
      changePullRequest(
        world,
        pull,
        {
          title: textIn(body, 'title'),
          body: textIn(body, 'body'),
          state: wordIn(body, 'state', ['open', 'closed']),
          base: textIn(body, 'base'),
        },
        actor,
      ),
    );
    return json(await pullRequestBody(world, changed));
  }),
  'GET /repos/{owner}/{repo}/pulls/{pull_number}/files': repositoryRoute(read, async (request) => {
    const { world, repository } = request;
    const { base, head } = pullInPath(request, 'pull_number');
    const key = `files ${repository.directory} ${base.sha} ${head.sha}`;
    const files = await world.remember(key, async () => {
      const ancestor = await mergeBase(repository.directory, base.sha, head.sha);
      return readChanges(repository.directory, ancestor ?? base.sha, head.sha);
    });
    // "Responses include a maximum of 3000 files."
    return page(files.slice(0, 3000), (file) => changedFileBody(world, repository, head.sha, file));
  }),
  'GET /repos/{owner}/{repo}/pulls/{pull_number}/commits': repositoryRoute(read, async (request) => {
    const { world, repository } = request;
    const { base, head } = pullInPath(request, 'pull_number');
    // "Lists a maximum of 250 commits for a pull request."
    const range = ['--reverse', '--topo-order', `${base.sha}..${head.sha}`];
    const commits = (await readCommits(repository.directory, range)).slice(0, 250);
    return page(commits, (commit) => commitBody(world, repository, commit));
  }),
};

/** The first who asks after a push to the head is told `mergeable: null`; the test merge is made meanwhile. */
async function answerPull(request: RepositoryRequest, pull: PullRequest): Promise<Answer> {
  const { world, repository, accept } = request;
  const form = /application\/vnd\.github(?:\.v3)?\.(diff|patch)/.exec(accept)?.[1];
  if (form === 'diff' || form === 'patch') {
    const content = await readDiffText(repository.directory, form, pull.base.sha, pull.head.sha);
    return { kind: 'text', status: 200, contentType: `application/vnd.github.${form}; charset=utf-8`, content };
  }
  if (!pull.testMergeAsked) {
    world.state.pullRequests.change(pull.id, { testMergeAsked: true });
    if (pull.state === 'open') return json(await pullRequestBody(world, { ...pull, testMerge: { kind: 'unknown' } }));
  }
  return json(await pullRequestBody(world, await awaitTestMerge(world, pull)));
}

function listed(request: RepositoryRequest): PullRequest[] {
  const { world, repository, query } = request;
  const state = query.get('state') ?? 'open';
  const head = query.get('head');
  const base = query.get('base');
  const sort = query.get('sort') ?? 'created';
  // "Default: desc when sort is created or sort is not specified, otherwise asc."
  const direction = query.get('direction') ?? (sort === 'created' ? 'desc' : 'asc');
  const found = world.state.pullRequests.where(
    (pull) =>
      pull.repositoryId === repository.id &&
      (state === 'all' || pull.state === state) &&
      (head === null || headLabel(world, pull) === head) &&
      (base === null || pull.base.ref === base),
  );
  const ordered = sort === 'updated' ? found.toSorted((a, b) => a.updatedAt.localeCompare(b.updatedAt)) : found;
  return direction === 'desc' ? ordered.toReversed() : ordered;
}
