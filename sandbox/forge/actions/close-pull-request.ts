import { readBranch } from '../git/refs.ts';
import { git } from '../git/run.ts';
import { refuse, validationFailed } from '../http/refusal.ts';
import type { PullRequest } from '../state/repositories.ts';
import { type Actor, timestamp, type World } from '../world.ts';
import { pointPullRef } from './pull-ref.ts';
import { emitPullRequest } from './pull-request-event.ts';
import { startTestMerge } from './test-merge.ts';

export async function closePullRequest(world: World, pull: PullRequest, actor: Actor): Promise<PullRequest> {
  const at = timestamp(world.now());
  const closed = world.state.pullRequests.change(pull.id, { state: 'closed', closedAt: at, updatedAt: at });
  await forgetTestMerge(world, pull);
  await emitPullRequest(world, closed, 'closed', actor);
  return closed;
}

export async function markMerged(
  world: World,
  pull: PullRequest,
  merge: { readonly sha: string; readonly actor: Actor },
): Promise<PullRequest> {
  const at = timestamp(world.now());
  const merged = world.state.pullRequests.change(pull.id, {
    state: 'closed',
    closedAt: at,
    updatedAt: at,
    merged: { at, byId: merge.actor.account.id, sha: merge.sha },
  });
  await forgetTestMerge(world, pull);
  await emitPullRequest(world, merged, 'closed', merge.actor);
  return merged;
}

/** A merged pull request, and one whose branch is gone, cannot be opened again. */
export async function reopenPullRequest(world: World, pull: PullRequest, actor: Actor): Promise<PullRequest> {
  const error = { resource: 'PullRequest', code: 'invalid', field: 'state' } as const;
  if (pull.merged !== null) throw validationFailed(error, { violation: false });
  const head = world.state.repositories.must(pull.head.repositoryId);
  const tip = await readBranch(head.directory, pull.head.ref);
  if (tip === undefined) throw refuse(422, 'state cannot be changed. The branch has been deleted.');
  await pointPullRef(world, pull, tip);
  const opened = world.state.pullRequests.change(pull.id, {
    state: 'open',
    closedAt: null,
    updatedAt: timestamp(world.now()),
    head: { ...pull.head, sha: tip },
    testMerge: { kind: 'unknown' },
    testMergeAsked: false,
  });
  startTestMerge(world, opened);
  await emitPullRequest(world, opened, 'reopened', actor);
  return opened;
}

// GitHub drops the test merge of a closed pull request; refs/pull/N/head stays.
async function forgetTestMerge(world: World, pull: PullRequest): Promise<void> {
  const { directory } = world.state.repositories.must(pull.repositoryId);
  await git(directory, ['update-ref', '-d', `refs/pull/${pull.number}/merge`]);
}
