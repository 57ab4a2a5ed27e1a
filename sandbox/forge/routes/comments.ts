import { createComment, deleteComment, editComment } from '../actions/comments.ts';
import { commentBody, issueBody, reactionBody } from '../bodies/issue.ts';
import { created, json, noContent, page } from '../http/answer.ts';
import { forbid, notFound } from '../http/refusal.ts';
import { type RepositoryRequest, type Routes, repositoryRoute } from '../http/route.ts';
import { atLeast, roleOf } from '../state/find.ts';
import { type Comment, reactionContents } from '../state/repositories.ts';
import { timestamp } from '../world.ts';
import { numberInPath, pullInPath, textIn, wordIn } from './input.ts';

// A pull request's comments and labels are both's; the issue itself and reactions are Issues' alone.
const read = { app: ['issues:read', 'pull_requests:read'], user: 'read' } as const;
const write = { app: ['issues:write', 'pull_requests:write'], user: 'read' } as const;

/** https://docs.github.com/rest/issues/comments and …/reactions */
export const commentRoutes: Routes = {
  'GET /repos/{owner}/{repo}/issues/{issue_number}': repositoryRoute(
    { app: ['issues:read'], user: 'read' },
    (request) => json(issueBody(request.world, pullInPath(request, 'issue_number'))),
  ),
  'GET /repos/{owner}/{repo}/issues/{issue_number}/comments': repositoryRoute(read, (request) => {
    const { world, query } = request;
    const pull = pullInPath(request, 'issue_number');
    const since = query.get('since');
    const comments = world.state.comments.where(
      (comment) =>
        comment.repositoryId === pull.repositoryId &&
        comment.number === pull.number &&
        (since === null || comment.updatedAt >= since),
    );
    return page(comments, (comment) => commentBody(world, comment));
  }),
  'POST /repos/{owner}/{repo}/issues/{issue_number}/comments': repositoryRoute(write, (request) => {
    const { world, actor, body } = request;
    const comment = createComment(world, pullInPath(request, 'issue_number'), textIn(body, 'body') ?? '', actor);
    return created(commentBody(world, comment));
  }),
  'GET /repos/{owner}/{repo}/issues/comments/{comment_id}': repositoryRoute(read, (request) =>
    json(commentBody(request.world, commentInPath(request))),
  ),
  'PATCH /repos/{owner}/{repo}/issues/comments/{comment_id}': repositoryRoute(write, (request) => {
    const comment = commentInPath(request);
    demandOwnOrWrite(request, comment);
    const edited = editComment(request.world, comment, textIn(request.body, 'body') ?? '', request.actor);
    return json(commentBody(request.world, edited));
  }),
  'DELETE /repos/{owner}/{repo}/issues/comments/{comment_id}': repositoryRoute(write, (request) => {
    const comment = commentInPath(request);
    demandOwnOrWrite(request, comment);
    deleteComment(request.world, comment, request.actor);
    return noContent();
  }),
  'POST /repos/{owner}/{repo}/issues/comments/{comment_id}/reactions': repositoryRoute(
    { app: ['issues:write'], user: 'read' },
    (request) => {
      const { world, actor, body } = request;
      const comment = commentInPath(request);
      const content = wordIn(body, 'content', reactionContents) ?? '+1';
      const existing = world.state.reactions.find(
        (row) => row.commentId === comment.id && row.accountId === actor.account.id && row.content === content,
      );
      // "A response with an HTTP 200 status means that you already added the reaction type".
      if (existing !== undefined) return json(reactionBody(world, existing));
      const reaction = world.state.reactions.insert({
        id: world.state.nextId(),
        commentId: comment.id,
        accountId: actor.account.id,
        content,
        createdAt: timestamp(world.now()),
      });
      return json(reactionBody(world, reaction), 201);
    },
  ),
};

function commentInPath(request: RepositoryRequest): Comment {
  const comment = request.world.state.comments.get(numberInPath(request, 'comment_id'));
  if (comment === undefined || comment.repositoryId !== request.repository.id) throw notFound();
  return comment;
}

// "Anyone with write permissions can edit comments": a person by role, an app by the permission it came in with.
function demandOwnOrWrite(request: RepositoryRequest, comment: Comment): void {
  const { actor, world, repository } = request;
  if (comment.authorId === actor.account.id || actor.app !== null) return;
  if (!atLeast(roleOf(world.state, actor.account, repository), 'write')) {
    throw forbid(403, 'Must have admin rights to Repository.', "another's comment");
  }
}
