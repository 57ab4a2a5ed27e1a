import { createReview } from '../actions/reviews.ts';
import { reviewBody } from '../bodies/review.ts';
import { json, page } from '../http/answer.ts';
import { validationFailed } from '../http/refusal.ts';
import { type Routes, repositoryRoute } from '../http/route.ts';
import { pullInPath, textIn, wordIn } from './input.ts';

/** https://docs.github.com/rest/pulls/reviews */
export const reviewRoutes: Routes = {
  'GET /repos/{owner}/{repo}/pulls/{pull_number}/reviews': repositoryRoute(
    { app: ['pull_requests:read'], user: 'read' },
    (request) => {
      const pull = pullInPath(request, 'pull_number');
      const reviews = request.world.state.reviews.where((review) => review.pullRequestId === pull.id);
      return page(reviews, (review) => reviewBody(request.world, review));
    },
  ),
  'POST /repos/{owner}/{repo}/pulls/{pull_number}/reviews': repositoryRoute(
    { app: ['pull_requests:write'], user: 'read' },
    async (request) => {
      const { world, body, actor } = request;
      const pull = pullInPath(request, 'pull_number');
      const event = wordIn(body, 'event', ['APPROVE', 'REQUEST_CHANGES', 'COMMENT']);
      const text = textIn(body, 'body') ?? '';
      if (event === 'APPROVE' && pull.authorId === actor.account.id) {
        const message = 'Can not approve your own pull request';
        throw validationFailed({ resource: 'PullRequestReview', code: 'custom', message }, { violation: false });
      }
      const commitId = textIn(body, 'commit_id') ?? pull.head.sha;
      const review = await createReview(world, pull, { event: event ?? null, body: text, commitId }, actor);
      return json(reviewBody(world, review));
    },
  ),
};
