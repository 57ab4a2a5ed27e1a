import { isAncestor, readBranch, zeroSha } from '../git/refs.ts';
import type { PullRequest, Repository } from '../state/repositories.ts';
import type { Actor, World } from '../world.ts';
import { timestamp } from '../world.ts';
import { closePullRequest, markMerged } from './close-pull-request.ts';
import { pointPullRef } from './pull-ref.ts';
import { emitPullRequest } from './pull-request-event.ts';
import type { RefChange } from './ref-change.ts';
import { startTestMerge } from './test-merge.ts';

/** Open pull requests from this branch get its new head, or are closed when it is deleted. */
export async function followHead(
  world: World,
  repository: Repository,
  branch: string,
  change: RefChange,
  actor: Actor,
): Promise<void> {
  const pulls = world.state.pullRequests.where(
    (pull) => pull.state === 'open' && pull.head.repositoryId === repository.id && pull.head.ref === branch,
  );
  for (const pull of pulls) {
    if (change.after === zeroSha) await closePullRequest(world, pull, actor);
    else await synchronize(world, pull, change, actor);
  }
}

/** Open pull requests to this branch: merged where their head has arrived in it, closed when it is deleted. */
export async function followBase(
  world: World,
  repository: Repository,
  branch: string,
  change: RefChange,
  actor: Actor,
): Promise<void> {
  const pulls = world.state.pullRequests.where(
    (pull) => pull.state === 'open' && pull.repositoryId === repository.id && pull.base.ref === branch,
  );
  for (const pull of pulls) {
    if (change.after === zeroSha) await closePullRequest(world, pull, actor);
    else if (await isAncestor(repository.directory, pull.head.sha, change.after)) {
      await markMerged(world, pull, { sha: change.after, actor });
    }
  }
}

async function synchronize(world: World, pull: PullRequest, change: RefChange, actor: Actor): Promise<void> {
  const repository = world.state.repositories.must(pull.repositoryId);
  await pointPullRef(world, pull, change.after);
  const base = (await readBranch(repository.directory, pull.base.ref)) ?? pull.base.sha;
  const changed = world.state.pullRequests.change(pull.id, {
    head: { ...pull.head, sha: change.after },
    base: { ...pull.base, sha: base },
    testMerge: { kind: 'unknown' },
    testMergeAsked: false,
    updatedAt: timestamp(world.now()),
  });
  startTestMerge(world, changed);
  await emitPullRequest(world, changed, 'synchronize', actor, { before: change.before, after: change.after });
}
