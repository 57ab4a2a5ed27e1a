import { repositoryApi, repositoryPage } from '../bodies/address.ts';
import { changedFileBody, commitBody, detailedCommitBody } from '../bodies/commit.ts';
import { simplePullRequestBody } from '../bodies/pull-request.ts';
import { readChanges, readDiffText } from '../git/changes.ts';
import { countCommits, readCommit, readCommits } from '../git/commits.ts';
import { mergeBase, resolveCommit } from '../git/refs.ts';
import { git } from '../git/run.ts';
import { type Answer, json, page } from '../http/answer.ts';
import { notFound, refuse } from '../http/refusal.ts';
import { type RepositoryRequest, type Routes, repositoryRoute } from '../http/route.ts';
import type { PullRequest, Repository } from '../state/repositories.ts';
import type { World } from '../world.ts';
import { commitInPath } from './input.ts';

const read = { app: ['contents:read'], user: 'read' } as const;

/** https://docs.github.com/rest/commits/commits */
export const commitRoutes: Routes = {
  'GET /repos/{owner}/{repo}/commits': repositoryRoute(read, async (request) => {
    const { world, repository, query } = request;
    const start = await resolveCommit(repository.directory, query.get('sha') ?? repository.defaultBranch);
    if (start === undefined) throw query.has('sha') ? notFound() : refuse(409, 'Git Repository is empty.');
    const args: string[] = [];
    for (const filter of ['since', 'until', 'author', 'committer']) {
      const value = query.get(filter);
      if (value !== null) args.push(`--${filter}=${value}`);
    }
    const path = query.get('path');
    const commits = await readCommits(repository.directory, [...args, start, '--', ...(path === null ? [] : [path])]);
    return page(commits, (commit) => commitBody(world, repository, commit));
  }),
  'GET /repos/{owner}/{repo}/commits/{ref}': repositoryRoute(read, async (request) => {
    const { world, repository } = request;
    const sha = await commitInPath(request);
    const commit = await readCommit(repository.directory, sha);
    const parent = commit.parents[0] ?? null;
    const text = await asText(request, parent ?? sha, sha);
    if (text !== null) return text;
    const files = await readChanges(repository.directory, parent, sha);
    return json(detailedCommitBody(world, repository, commit, files.slice(0, 300)));
  }),
  'GET /repos/{owner}/{repo}/commits/{commit_sha}/pulls': repositoryRoute(
    { app: ['pull_requests:read'], user: 'read' },
    async (request) => {
      const sha = await commitInPath(request, 'commit_sha');
      const pulls = await pullsOf(request, sha);
      return page(pulls, (pull) => simplePullRequestBody(request.world, pull));
    },
  ),
  'GET /repos/{owner}/{repo}/compare/{basehead}': repositoryRoute(read, async (request) => {
    const { world, repository, path } = request;
    const [left = '', right = ''] = (path['basehead'] ?? '').split('...');
    const base = await resolveAcross(request, left);
    const head = await resolveAcross(request, right);
    const { directory } = repository;
    const ancestor = await mergeBase(directory, base, head);
    if (ancestor === undefined) throw refuse(404, `No common ancestor between ${left} and ${right}.`);
    const text = await asText(request, base, head);
    if (text !== null) return text;
    const [ahead, behind, baseCommit, ancestorCommit, commits, files] = await Promise.all([
      countCommits(directory, base, head),
      countCommits(directory, head, base),
      readCommit(directory, base),
      readCommit(directory, ancestor),
      readCommits(directory, ['--reverse', '--topo-order', `${base}..${head}`]),
      readChanges(directory, ancestor, head),
    ]);
    const api = `${repositoryApi(world, repository)}/compare/${left}...${right}`;
    const html = `${repositoryPage(world, repository)}/compare/${left}...${right}`;
    return json({
      url: api,
      html_url: html,
      permalink_url: `${repositoryPage(world, repository)}/compare/${base}...${head}`,
      diff_url: `${html}.diff`,
      patch_url: `${html}.patch`,
      base_commit: commitBody(world, repository, baseCommit),
      merge_base_commit: commitBody(world, repository, ancestorCommit),
      status: ahead === 0 ? (behind === 0 ? 'identical' : 'behind') : behind === 0 ? 'ahead' : 'diverged',
      ahead_by: ahead,
      behind_by: behind,
      total_commits: ahead,
      commits: commits.slice(0, 250).map((commit) => commitBody(world, repository, commit)),
      files: files.slice(0, 300).map((file) => changedFileBody(world, repository, head, file)),
    });
  }),
};

/** The media types `.sha`, `.diff` and `.patch`; null for JSON. */
async function asText(request: RepositoryRequest, from: string, to: string): Promise<Answer | null> {
  const form = /application\/vnd\.github(?:\.v3)?\.(sha|diff|patch)/.exec(request.accept)?.[1];
  if (form === undefined) return null;
  const contentType = `application/vnd.github.${form}; charset=utf-8`;
  if (form === 'sha') return { kind: 'text', status: 200, contentType, content: to };
  const content = await readDiffText(request.repository.directory, form === 'diff' ? 'diff' : 'patch', from, to);
  return { kind: 'text', status: 200, contentType, content };
}

/** `BRANCH`, `SHA`, or `OWNER:BRANCH` of a repository in the same network. */
async function resolveAcross(request: RepositoryRequest, name: string): Promise<string> {
  const { repository, world } = request;
  const [owner = '', ...rest] = name.split(':');
  const local = rest.length === 0 ? name : rest.join(':');
  const from = rest.length === 0 ? repository : inNetwork(world.state.repositories.all(), repository, owner, request);
  const sha = from === undefined ? undefined : await resolveCommit(from.directory, local);
  if (sha === undefined || from === undefined) throw notFound();
  if (from.id !== repository.id) await git(repository.directory, ['fetch', '--quiet', from.directory, sha]);
  return sha;
}

function inNetwork(all: readonly Repository[], repository: Repository, owner: string, request: RepositoryRequest) {
  const root = (row: Repository) => row.forkOf ?? row.id;
  return all.find(
    (row) =>
      request.world.state.accounts.must(row.ownerId).login.toLowerCase() === owner.toLowerCase() &&
      root(row) === root(repository),
  );
}

/**
 * "Lists the merged pull request that introduced the commit to the repository. If the commit is not present in the
 * default branch, will only return open pull requests associated with the commit."
 */
async function pullsOf(request: RepositoryRequest, sha: string): Promise<PullRequest[]> {
  const { world, repository } = request;
  const found: PullRequest[] = [];
  for (const pull of world.state.pullRequests.where((row) => row.repositoryId === repository.id)) {
    if (pull.state === 'closed' && pull.merged === null) continue;
    const own = (await broughtBy(world, repository, pull)).has(sha);
    if (own) found.push(pull);
  }
  return found;
}

/** Its commits, and what its merge made: the merge commit, the squashed one, or each of the rebased ones. */
async function broughtBy(world: World, { directory }: Repository, pull: PullRequest): Promise<ReadonlySet<string>> {
  const { base, head, merged } = pull;
  return await world.remember(`brought ${directory} ${base.sha} ${head.sha} ${merged?.sha ?? ''}`, async () => {
    const commits = lines(await git(directory, ['rev-list', `${base.sha}..${head.sha}`]));
    if (merged === null) return new Set(commits);
    const made = lines(
      await git(directory, ['rev-list', '--first-parent', merged.sha, `^${base.sha}`, `^${head.sha}`]),
    );
    const isMerge = (await readCommit(directory, merged.sha)).parents.length > 1;
    return new Set([...commits, ...made.slice(0, isMerge ? 1 : Math.max(1, commits.length))]);
  });
}

function lines(text: string): readonly string[] {
  return text.split('\n').filter((line) => line !== '');
}
