import type { CommitId, Repository } from '../../domain/repository.ts';
import type { PullRequests } from '../../ports/forge.ts';

/**
 * Whether the tip of a branch that is called like one of the merge queue is the head of an open pull request. The queue makes
 * a commit of its own, and leaves one that is as it wants it with the checks that it has; but whoever may push may push such
 * a branch by hand, into a base that no environment follows, and would answer there the check that their pull request failed.
 */
export async function headsPullRequest(
  repository: Repository,
  head: CommitId,
  forge: Pick<PullRequests, 'openPullRequests'>,
): Promise<boolean> {
  return (await forge.openPullRequests(repository, null)).some((pull) => pull.head.commit === head);
}
