import type { Body } from '../http/answer.ts';
import type { Comment, PullRequest, Reaction } from '../state/repositories.ts';
import { reactionContents } from '../state/repositories.ts';
import type { World } from '../world.ts';
import { accountBody, accountBodyOf } from './account.ts';
import { nodeId, pullPage, repositoryApi } from './address.ts';
import { appBody } from './app.ts';
import { associationOf } from './association.ts';
import { labelBody } from './label.ts';

/** `issue`: every pull request is one. It carries no head. */
export function issueBody(world: World, pull: PullRequest): Body {
  const { state } = world;
  const repository = state.repositories.must(pull.repositoryId);
  const author = state.accounts.must(pull.authorId);
  const api = repositoryApi(world, repository);
  const url = `${api}/issues/${pull.number}`;
  const html = pullPage(world, pull);
  const comments = state.comments.where((row) => row.repositoryId === repository.id && row.number === pull.number);
  return {
    id: pull.id,
    node_id: nodeId('PR', pull.id),
    url,
    repository_url: api,
    labels_url: `${url}/labels{/name}`,
    comments_url: `${url}/comments`,
    events_url: `${url}/events`,
    html_url: html,
    number: pull.number,
    state: pull.state,
    state_reason: null,
    title: pull.title,
    body: pull.body,
    user: accountBody(world, author),
    labels: pull.labelIds.map((id) => labelBody(world, state.labels.must(id))),
    assignee: null,
    assignees: [],
    milestone: null,
    locked: false,
    active_lock_reason: null,
    comments: comments.length,
    pull_request: {
      url: `${api}/pulls/${pull.number}`,
      html_url: html,
      diff_url: `${html}.diff`,
      patch_url: `${html}.patch`,
      merged_at: pull.merged?.at ?? null,
    },
    draft: pull.draft,
    closed_at: pull.closedAt,
    created_at: pull.createdAt,
    updated_at: pull.updatedAt,
    author_association: associationOf(world, author, repository),
    reactions: reactionRollup(`${url}/reactions`, []),
    timeline_url: `${url}/timeline`,
    performed_via_github_app: null,
  };
}

/** `issue-comment` */
export function commentBody(world: World, comment: Comment): Body {
  const { state } = world;
  const repository = state.repositories.must(comment.repositoryId);
  const author = state.accounts.must(comment.authorId);
  const api = repositoryApi(world, repository);
  const url = `${api}/issues/comments/${comment.id}`;
  const pull = state.pullRequests.find(
    (row) => row.repositoryId === comment.repositoryId && row.number === comment.number,
  );
  const reactions = state.reactions.where((row) => row.commentId === comment.id);
  return {
    id: comment.id,
    node_id: nodeId('IC', comment.id),
    url,
    html_url: `${pull === undefined ? world.url : pullPage(world, pull)}#issuecomment-${comment.id}`,
    issue_url: `${api}/issues/${comment.number}`,
    user: accountBody(world, author),
    body: comment.body,
    created_at: comment.createdAt,
    updated_at: comment.updatedAt,
    author_association: associationOf(world, author, repository),
    reactions: reactionRollup(`${url}/reactions`, reactions),
    performed_via_github_app: comment.appId === null ? null : appBody(world, state.apps.must(comment.appId)),
  };
}

/** `reaction` */
export function reactionBody(world: World, reaction: Reaction): Body {
  return {
    id: reaction.id,
    node_id: nodeId('REA', reaction.id),
    user: accountBodyOf(world, reaction.accountId),
    content: reaction.content,
    created_at: reaction.createdAt,
  };
}

function reactionRollup(url: string, reactions: readonly Reaction[]): Body {
  const counts: Record<string, number> = {};
  for (const content of reactionContents) {
    counts[content] = reactions.filter((reaction) => reaction.content === content).length;
  }
  return { url, total_count: reactions.length, ...counts };
}
