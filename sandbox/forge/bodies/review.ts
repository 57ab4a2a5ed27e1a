import type { Body } from '../http/answer.ts';
import type { Review } from '../state/repositories.ts';
import type { World } from '../world.ts';
import { accountBody } from './account.ts';
import { nodeId, pullPage, repositoryApi } from './address.ts';
import { associationOf } from './association.ts';

/** `pull-request-review` */
export function reviewBody(world: World, review: Review): Body {
  const pull = world.state.pullRequests.must(review.pullRequestId);
  const repository = world.state.repositories.must(pull.repositoryId);
  const author = world.state.accounts.must(review.authorId);
  const html = `${pullPage(world, pull)}#pullrequestreview-${review.id}`;
  const api = `${repositoryApi(world, repository)}/pulls/${pull.number}`;
  return {
    id: review.id,
    node_id: nodeId('PRR', review.id),
    user: accountBody(world, author),
    body: review.body,
    state: review.state,
    html_url: html,
    pull_request_url: api,
    _links: { html: { href: html }, pull_request: { href: api } },
    submitted_at: review.submittedAt,
    commit_id: review.commitId,
    author_association: associationOf(world, author, repository),
  };
}
