import { requiredApprovals, requiredChecks } from '../bodies/protection.ts';
import { isAncestor } from '../git/refs.ts';
import { refuse } from '../http/refusal.ts';
import { atLeast, roleOf } from '../state/find.ts';
import type { PullRequest } from '../state/repositories.ts';
import type { Actor, World } from '../world.ts';

/** Throws 405 with what a protected base branch still asks of a pull request. */
export async function demandProtection(world: World, pull: PullRequest, base: string, actor: Actor): Promise<void> {
  const repository = world.state.repositories.must(pull.repositoryId);
  const protection = repository.protectedBranches.get(pull.base.ref);
  if (protection === undefined) return;
  const isAdmin = actor.app === null && roleOf(world.state, actor.account, repository) === 'admin';
  if (isAdmin && protection['enforce_admins'] !== true) return;
  const checks = requiredChecks(protection);
  for (const context of checks?.contexts ?? []) {
    const state = contextState(world, { repositoryId: pull.repositoryId, sha: pull.head.sha }, context);
    if (state === 'passed') continue;
    throw refuse(405, `Required status check "${context}" is ${state === 'missing' ? 'expected' : state}.`);
  }
  if (checks?.strict === true && !(await isAncestor(repository.directory, base, pull.head.sha))) {
    throw refuse(405, 'Head branch is out of date. Review and try the merge again.');
  }
  const needed = requiredApprovals(protection);
  if (approvals(world, pull) < needed) {
    throw refuse(405, `At least ${needed} approving review is required by reviewers with write access.`);
  }
}

type ContextState = 'passed' | 'pending' | 'failing' | 'missing';

/** A required context is satisfied by a status or by a check run of that name. */
export function contextState(
  world: World,
  { repositoryId, sha }: { readonly repositoryId: number; readonly sha: string },
  context: string,
): ContextState {
  const onHead = (row: { readonly repositoryId: number }) => row.repositoryId === repositoryId;
  const status = world.state.statuses.where((row) => onHead(row) && row.sha === sha && row.context === context).at(-1);
  const run = world.state.checkRuns.where((row) => onHead(row) && row.headSha === sha && row.name === context).at(-1);
  if (status === undefined && run === undefined) return 'missing';
  if (status?.state === 'pending' || (run !== undefined && run.status !== 'completed')) return 'pending';
  // Neutral and skipped runs pass: https://docs.github.com/pull-requests/collaborating-with-pull-requests/collaborating-on-repositories-with-code-quality-features/about-status-checks
  const passed = (word: string | null) => word === 'success' || word === 'neutral' || word === 'skipped';
  const fails = (status !== undefined && !passed(status.state)) || (run !== undefined && !passed(run.conclusion));
  return fails ? 'failing' : 'passed';
}

function approvals(world: World, pull: PullRequest): number {
  const repository = world.state.repositories.must(pull.repositoryId);
  const latest = new Map<number, string>();
  for (const review of world.state.reviews.where((row) => row.pullRequestId === pull.id)) {
    if (review.state !== 'COMMENTED') latest.set(review.authorId, review.state);
  }
  return [...latest].filter(([authorId, state]) => {
    const author = world.state.accounts.must(authorId);
    return state === 'APPROVED' && atLeast(roleOf(world.state, author, repository), 'write');
  }).length;
}
