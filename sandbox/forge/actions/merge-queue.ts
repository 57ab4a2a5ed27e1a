import { simpleCommitBody } from '../bodies/commit.ts';
import { readCommits } from '../git/commits.ts';
import { moveRef, readBranch, zeroSha } from '../git/refs.ts';
import { refuse } from '../http/refusal.ts';
import type { PullRequest } from '../state/repositories.ts';
import { emit } from '../webhooks/emit.ts';
import type { Actor, World } from '../world.ts';
import { markMerged } from './close-pull-request.ts';
import { mergeBy, signatureOf } from './merge-pull-request.ts';
import { contextState } from './protection.ts';
import { announcePush } from './push.ts';

/** A pull request in the merge queue, alone in its group. */
export interface QueuedGroup {
  readonly branch: string;
  /** The commit that the base branch will be at. */
  readonly head: string;
}

/**
 * Puts a pull request into the merge queue: makes the commit that it would be merged as, on a branch of the queue, and asks
 * for its checks. Call it while holding the repository.
 * https://docs.github.com/webhooks/webhook-events-and-payloads#merge_group
 */
export async function enqueue(world: World, pull: PullRequest, actor: Actor): Promise<QueuedGroup> {
  const repository = world.state.repositories.must(pull.repositoryId);
  const { directory } = repository;
  const base = await readBranch(directory, pull.base.ref);
  if (base === undefined || pull.state !== 'open' || pull.draft) throw refuse(405, 'Pull Request is not mergeable');
  const input = { method: 'merge', sha: null, title: null, message: null } as const;
  const result = await mergeBy(world, pull, base, input, signatureOf(actor.account));
  if (result.kind === 'conflict') throw refuse(405, 'Pull Request is not mergeable');
  const branch = `gh-readonly-queue/${pull.base.ref}/pr-${pull.number}-${base}`;
  const ref = `refs/heads/${branch}`;
  await moveRef(directory, ref, result.sha, zeroSha);
  await announcePush(world, repository.id, { ref, before: zeroSha, after: result.sha }, actor);
  await announceGroup(
    world,
    pull,
    { group: { branch, head: result.sha }, base, actor },
    { action: 'checks_requested' },
  );
  return { branch, head: result.sha };
}

/** What GitHub does with a group whose checks nobody answers, after an hour or whatever the rule says: it is out of the queue. */
export async function dequeue(world: World, pull: PullRequest, group: QueuedGroup, actor: Actor): Promise<void> {
  const repository = world.state.repositories.must(pull.repositoryId);
  const base = await readBranch(repository.directory, pull.base.ref);
  if (base === undefined) throw refuse(422, 'The base branch is gone');
  await announceGroup(world, pull, { group, base, actor }, { action: 'destroyed', reason: 'dequeued' });
  const ref = `refs/heads/${group.branch}`;
  await moveRef(repository.directory, ref, zeroSha, group.head);
  await announcePush(world, repository.id, { ref, before: group.head, after: zeroSha }, actor);
}

type GroupEvent =
  | { readonly action: 'checks_requested' }
  | { readonly action: 'destroyed'; readonly reason: 'dequeued' };

async function announceGroup(
  world: World,
  pull: PullRequest,
  { group, base, actor }: { readonly group: QueuedGroup; readonly base: string; readonly actor: Actor },
  { action, ...more }: GroupEvent,
): Promise<void> {
  const repository = world.state.repositories.must(pull.repositoryId);
  const [commit] = await readCommits(repository.directory, ['-1', group.head]);
  if (commit === undefined) throw new Error(`no commit ${group.head}`);
  emit(world, {
    event: 'merge_group',
    action,
    repository,
    actor,
    payload: {
      ...more,
      merge_group: {
        head_sha: group.head,
        head_ref: `refs/heads/${group.branch}`,
        base_sha: base,
        base_ref: `refs/heads/${pull.base.ref}`,
        head_commit: simpleCommitBody(commit),
      },
    },
  });
}

/** What GitHub does once these required checks have passed on the group's head: the base branch moves there. */
export async function mergeQueued(
  world: World,
  pull: PullRequest,
  { branch, head }: QueuedGroup,
  required: readonly string[],
  actor: Actor,
): Promise<void> {
  const repository = world.state.repositories.must(pull.repositoryId);
  for (const context of required) {
    const state = contextState(world, { repositoryId: repository.id, sha: head }, context);
    if (state !== 'passed') throw refuse(405, `Required status check "${context}" is ${state}.`);
  }
  const base = await readBranch(repository.directory, pull.base.ref);
  if (base === undefined) throw refuse(405, 'Pull Request is not mergeable');
  const ref = `refs/heads/${pull.base.ref}`;
  await moveRef(repository.directory, ref, head, base);
  await markMerged(world, pull, { sha: head, actor });
  await announcePush(world, repository.id, { ref, before: base, after: head }, actor);
  const queued = `refs/heads/${branch}`;
  await moveRef(repository.directory, queued, zeroSha, head);
  await announcePush(world, repository.id, { ref: queued, before: head, after: zeroSha }, actor);
}
