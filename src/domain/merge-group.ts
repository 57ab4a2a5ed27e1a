import type { JobOf } from './job.ts';
import type { Repository } from './repository.ts';

/**
 * A branch of GitHub's merge queue, such as `gh-readonly-queue/main/pr-12-77aa012…`: at its tip the base branch as it will
 * be, once the pull requests of the group are merged. GitHub moves the base branch there when the required checks passed.
 * https://docs.github.com/en/repositories/configuring-branches-and-merges-in-your-repository/configuring-pull-request-merges/managing-a-merge-queue
 */
export type QueueBranch = string;

/** What is planned: a pull request, by its number, or a merge group, by its branch. */
export type Previewed = number | QueueBranch;

export interface MergeGroup {
  readonly branch: QueueBranch;
  /** The branch that it is merged into. */
  readonly base: string;
  /** The last pull request in it. */
  readonly number: number;
}

/** null: it is no branch of a merge queue. */
export function readQueueBranch(branch: string): MergeGroup | null {
  const [, base, number] = /^gh-readonly-queue\/(.+)\/pr-(\d{1,15})-[0-9a-f]{40}$/.exec(branch) ?? [];
  return base === undefined || number === undefined ? null : { branch, base, number: Number(number) };
}

/** The job that finds out anew what a pull request or a merge group changes. */
export function inspectionOf(
  repository: Repository,
  of: Previewed,
): JobOf<'inspect-pull-request' | 'inspect-merge-group'> {
  return typeof of === 'number'
    ? { kind: 'inspect-pull-request', repository, number: of }
    : { kind: 'inspect-merge-group', repository, branch: of };
}

/** The job that shows what is known of it. */
export function presentationOf(
  repository: Repository,
  of: Previewed,
): JobOf<'present-pull-request' | 'present-merge-group'> {
  return typeof of === 'number'
    ? { kind: 'present-pull-request', repository, number: of }
    : { kind: 'present-merge-group', repository, branch: of };
}
