import { readBranch } from '../git/refs.ts';
import type { Body } from '../http/answer.ts';
import { validationFailed } from '../http/refusal.ts';
import type { PullRequest } from '../state/repositories.ts';
import { type Actor, timestamp, type World } from '../world.ts';
import { closePullRequest, reopenPullRequest } from './close-pull-request.ts';
import { emitPullRequest } from './pull-request-event.ts';
import { startTestMerge } from './test-merge.ts';

export interface PullRequestChange {
  readonly title?: string | undefined;
  readonly body?: string | undefined;
  readonly state?: 'open' | 'closed' | undefined;
  readonly base?: string | undefined;
}

/** Edits, retargets, closes and reopens. Call it while holding the repository. */
export async function changePullRequest(
  world: World,
  pull: PullRequest,
  change: PullRequestChange,
  actor: Actor,
): Promise<PullRequest> {
  let changed = await edit(world, pull, change, actor);
  if (change.state === 'closed' && changed.state === 'open') changed = await closePullRequest(world, changed, actor);
  if (change.state === 'open' && changed.state === 'closed') changed = await reopenPullRequest(world, changed, actor);
  return changed;
}

/** Draft and ready: the website's, REST has neither. */
export async function changeDraft(world: World, pull: PullRequest, draft: boolean, actor: Actor): Promise<PullRequest> {
  if (pull.draft === draft) return pull;
  const changed = world.state.pullRequests.change(pull.id, { draft, updatedAt: timestamp(world.now()) });
  await emitPullRequest(world, changed, draft ? 'converted_to_draft' : 'ready_for_review', actor);
  return changed;
}

async function edit(world: World, pull: PullRequest, change: PullRequestChange, actor: Actor): Promise<PullRequest> {
  const changes: Record<string, Body> = {};
  let patch: Partial<PullRequest> = {};
  if (change.title !== undefined && change.title !== pull.title) {
    changes['title'] = { from: pull.title };
    patch = { ...patch, title: change.title };
  }
  if (change.body !== undefined && change.body !== pull.body) {
    changes['body'] = { from: pull.body ?? '' };
    patch = { ...patch, body: change.body };
  }
  if (change.base !== undefined && change.base !== pull.base.ref) {
    const { directory } = world.state.repositories.must(pull.repositoryId);
    const sha = await readBranch(directory, change.base);
    if (sha === undefined) {
      throw validationFailed({ resource: 'PullRequest', code: 'invalid', field: 'base' }, { violation: false });
    }
    changes['base'] = { ref: { from: pull.base.ref }, sha: { from: pull.base.sha } };
    patch = {
      ...patch,
      base: { ref: change.base, sha },
      testMerge: { kind: 'unknown' },
      testMergeAsked: false,
    };
  }
  if (Object.keys(changes).length === 0) return pull;
  const edited = world.state.pullRequests.change(pull.id, { ...patch, updatedAt: timestamp(world.now()) });
  if (changes['base'] !== undefined) startTestMerge(world, edited);
  await emitPullRequest(world, edited, 'edited', actor, { changes });
  return edited;
}
