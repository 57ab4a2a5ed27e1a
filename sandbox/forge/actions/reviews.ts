import { simplePullRequestBody } from '../bodies/pull-request.ts';
import { reviewBody } from '../bodies/review.ts';
import type { PullRequest, Review } from '../state/repositories.ts';
import { emit } from '../webhooks/emit.ts';
import { type Actor, timestamp, type World } from '../world.ts';

export interface ReviewInput {
  /** null: the review is not submitted yet. */
  readonly event: 'APPROVE' | 'REQUEST_CHANGES' | 'COMMENT' | null;
  readonly body: string;
  readonly commitId: string;
}

const states = { APPROVE: 'APPROVED', REQUEST_CHANGES: 'CHANGES_REQUESTED', COMMENT: 'COMMENTED' } as const;

export async function createReview(world: World, pull: PullRequest, input: ReviewInput, actor: Actor): Promise<Review> {
  const review = world.state.reviews.insert({
    id: world.state.nextId(),
    pullRequestId: pull.id,
    authorId: actor.account.id,
    state: input.event === null ? 'PENDING' : states[input.event],
    body: input.body,
    commitId: input.commitId,
    submittedAt: timestamp(world.now()),
  });
  if (review.state !== 'PENDING') emitReview(world, pull, review, 'submitted', actor);
  return review;
}

/** A maintainer takes an approval back, on the website. */
export function dismissReview(world: World, review: Review, actor: Actor): void {
  const dismissed = world.state.reviews.change(review.id, { state: 'DISMISSED' });
  emitReview(world, world.state.pullRequests.must(review.pullRequestId), dismissed, 'dismissed', actor);
}

function emitReview(world: World, pull: PullRequest, review: Review, action: string, actor: Actor): void {
  const body = reviewBody(world, review);
  emit(world, {
    event: 'pull_request_review',
    action,
    repository: world.state.repositories.must(pull.repositoryId),
    actor,
    // Webhooks write the state in small letters.
    payload: {
      pull_request: simplePullRequestBody(world, pull),
      review: { ...body, state: review.state.toLowerCase() },
    },
  });
}
