import { commentBody, issueBody } from '../bodies/issue.ts';
import type { Body } from '../http/answer.ts';
import type { Comment, PullRequest } from '../state/repositories.ts';
import { emit } from '../webhooks/emit.ts';
import { type Actor, timestamp, type World } from '../world.ts';

export function createComment(world: World, pull: PullRequest, body: string, actor: Actor): Comment {
  const at = timestamp(world.now());
  const comment = world.state.comments.insert({
    id: world.state.nextId(),
    repositoryId: pull.repositoryId,
    number: pull.number,
    body,
    authorId: actor.account.id,
    appId: actor.app?.id ?? null,
    createdAt: at,
    updatedAt: at,
  });
  emitComment(world, comment, 'created', actor);
  return comment;
}

export function editComment(world: World, comment: Comment, body: string, actor: Actor): Comment {
  const edited = world.state.comments.change(comment.id, { body, updatedAt: timestamp(world.now()) });
  emitComment(world, edited, 'edited', actor, { changes: { body: { from: comment.body } } });
  return edited;
}

export function deleteComment(world: World, comment: Comment, actor: Actor): void {
  emitComment(world, comment, 'deleted', actor);
  world.state.comments.delete(comment.id);
}

/** https://docs.github.com/webhooks/webhook-events-and-payloads#issue_comment; it names no commit. */
function emitComment(world: World, comment: Comment, action: string, actor: Actor, more: Body = {}): void {
  const pull = world.state.pullRequests.find(
    (row) => row.repositoryId === comment.repositoryId && row.number === comment.number,
  );
  if (pull === undefined) return;
  emit(world, {
    event: 'issue_comment',
    action,
    repository: world.state.repositories.must(comment.repositoryId),
    actor,
    payload: { issue: issueBody(world, pull), comment: commentBody(world, comment), ...more },
  });
}
