import { readChanges } from '../git/changes.ts';
import { countCommits } from '../git/commits.ts';
import { mergeBase } from '../git/refs.ts';
import type { Body } from '../http/answer.ts';
import { fullName } from '../state/find.ts';
import type { PullRequest, Repository } from '../state/repositories.ts';
import type { World } from '../world.ts';
import { accountBody, accountBodyOf } from './account.ts';
import { nodeId, pullPage, repositoryApi } from './address.ts';
import { associationOf } from './association.ts';
import { labelBody } from './label.ts';
import { repositoryBody } from './repository.ts';

/** `pull-request-simple` */
export function simplePullRequestBody(world: World, pull: PullRequest): Body {
  const { state } = world;
  const repository = state.repositories.must(pull.repositoryId);
  const author = state.accounts.must(pull.authorId);
  const links = linksOf(world, repository, pull);
  return {
    ...links.fields,
    id: pull.id,
    node_id: nodeId('PR', pull.id),
    number: pull.number,
    state: pull.state,
    locked: false,
    title: pull.title,
    user: accountBody(world, author),
    body: pull.body,
    created_at: pull.createdAt,
    updated_at: pull.updatedAt,
    closed_at: pull.closedAt,
    merged_at: pull.merged?.at ?? null,
    merge_commit_sha: mergeCommitSha(pull),
    assignee: null,
    assignees: [],
    requested_reviewers: [],
    requested_teams: [],
    labels: pull.labelIds.map((id) => labelBody(world, state.labels.must(id))),
    milestone: null,
    draft: pull.draft,
    head: endBody(world, pull.head.repositoryId, pull.head),
    base: endBody(world, pull.repositoryId, pull.base),
    _links: links.links,
    author_association: associationOf(world, author, repository),
    auto_merge: null,
    active_lock_reason: null,
  };
}

/** `pull-request`, also in webhooks. */
export async function pullRequestBody(world: World, pull: PullRequest): Promise<Body> {
  const { state } = world;
  const size = await sizeOf(world, pull);
  const said = (row: { repositoryId: number; number: number }) =>
    row.repositoryId === pull.repositoryId && row.number === pull.number;
  return {
    ...simplePullRequestBody(world, pull),
    merged: pull.merged !== null,
    mergeable: pull.merged !== null || pull.testMerge.kind === 'unknown' ? null : pull.testMerge.kind === 'clean',
    rebaseable: pull.testMerge.kind === 'unknown' ? null : pull.testMerge.kind === 'clean',
    mergeable_state: mergeableState(pull),
    merged_by: pull.merged === null ? null : accountBodyOf(world, pull.merged.byId),
    comments: state.comments.where(said).length,
    review_comments: 0,
    maintainer_can_modify: pull.maintainerCanModify,
    ...size,
  };
}

/** `pull-request-minimal`: how check runs and suites name the pull requests of their commit. */
export function minimalPullRequestBody(world: World, pull: PullRequest): Body {
  const end = (repositoryId: number, ref: string, sha: string) => {
    const repository = world.state.repositories.must(repositoryId);
    const { id, name } = repository;
    return { ref, sha, repo: { id, name, url: repositoryApi(world, repository) } };
  };
  return {
    id: pull.id,
    number: pull.number,
    url: `${repositoryApi(world, world.state.repositories.must(pull.repositoryId))}/pulls/${pull.number}`,
    head: end(pull.head.repositoryId, pull.head.ref, pull.head.sha),
    base: end(pull.repositoryId, pull.base.ref, pull.base.sha),
  };
}

function endBody(world: World, repositoryId: number, end: { readonly ref: string; readonly sha: string }): Body {
  const repository = world.state.repositories.must(repositoryId);
  const owner = world.state.accounts.must(repository.ownerId);
  return {
    label: `${owner.login}:${end.ref}`,
    ref: end.ref,
    sha: end.sha,
    user: accountBody(world, owner),
    repo: repositoryBody(world, repository),
  };
}

// Before merging this is the test merge, afterwards the merge itself.
function mergeCommitSha(pull: PullRequest): string | null {
  if (pull.merged !== null) return pull.merged.sha;
  return pull.testMerge.kind === 'clean' ? pull.testMerge.sha : null;
}

function mergeableState(pull: PullRequest): string {
  if (pull.merged !== null || pull.testMerge.kind === 'unknown') return 'unknown';
  if (pull.testMerge.kind === 'conflict') return 'dirty';
  return pull.draft ? 'draft' : 'clean';
}

function sizeOf(world: World, pull: PullRequest): Promise<Body> {
  const { directory } = world.state.repositories.must(pull.repositoryId);
  const { base, head } = pull;
  return world.remember(`size ${directory} ${base.sha} ${head.sha}`, async () => {
    const [commits, ancestor] = await Promise.all([
      countCommits(directory, base.sha, head.sha),
      mergeBase(directory, base.sha, head.sha),
    ]);
    const files = await readChanges(directory, ancestor ?? base.sha, head.sha);
    return {
      commits,
      additions: files.reduce((sum, file) => sum + file.additions, 0),
      deletions: files.reduce((sum, file) => sum + file.deletions, 0),
      changed_files: files.length,
    };
  });
}

function linksOf(world: World, repository: Repository, pull: PullRequest) {
  const api = repositoryApi(world, repository);
  const self = `${api}/pulls/${pull.number}`;
  const issue = `${api}/issues/${pull.number}`;
  const html = pullPage(world, pull);
  const statuses = `${api}/statuses/${pull.head.sha}`;
  return {
    fields: {
      url: self,
      html_url: html,
      diff_url: `${html}.diff`,
      patch_url: `${html}.patch`,
      issue_url: issue,
      commits_url: `${self}/commits`,
      review_comments_url: `${self}/comments`,
      review_comment_url: `${api}/pulls/comments{/number}`,
      comments_url: `${issue}/comments`,
      statuses_url: statuses,
    },
    links: {
      self: { href: self },
      html: { href: html },
      issue: { href: issue },
      comments: { href: `${issue}/comments` },
      review_comments: { href: `${self}/comments` },
      review_comment: { href: `${api}/pulls/comments{/number}` },
      commits: { href: `${self}/commits` },
      statuses: { href: statuses },
    },
  };
}

/** `OWNER:BRANCH`, as lists of pull requests are filtered by. */
export function headLabel(world: World, pull: PullRequest): string {
  const [owner] = fullName(world.state, world.state.repositories.must(pull.head.repositoryId)).split('/');
  return `${owner ?? ''}:${pull.head.ref}`;
}
