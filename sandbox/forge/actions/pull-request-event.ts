import { pullRequestBody } from '../bodies/pull-request.ts';
import type { Body } from '../http/answer.ts';
import type { PullRequest } from '../state/repositories.ts';
import { emit } from '../webhooks/emit.ts';
import type { Actor, World } from '../world.ts';

/** https://docs.github.com/webhooks/webhook-events-and-payloads#pull_request */
export async function emitPullRequest(
  world: World,
  pull: PullRequest,
  action: string,
  actor: Actor,
  more: Body = {},
): Promise<void> {
  emit(world, {
    event: 'pull_request',
    action,
    repository: world.state.repositories.must(pull.repositoryId),
    actor,
    payload: { number: pull.number, pull_request: await pullRequestBody(world, pull), ...more },
  });
}
