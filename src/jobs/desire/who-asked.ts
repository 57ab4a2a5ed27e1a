import { aggregateName } from '../../domain/check-run.ts';
import type { CommitStatus } from '../../domain/commit-status.ts';
import { saysNotBegun } from '../../domain/own-status.ts';
import type { PullRequest } from '../../domain/pull-request.ts';
import type { Asked, Desired } from '../../domain/release.ts';
import type { CommitId, Repository } from '../../domain/repository.ts';
import type { CheckRuns } from '../../ports/forge.ts';

export interface AskedQuestion {
  readonly repository: Repository;
  readonly commit: CommitId;
  /** Why this job runs. */
  readonly asked: Asked;
  /** What is desired already; null: nothing is known of it. */
  readonly previous: Desired | null;
  /** Whether the commit changed anything for the environment. */
  readonly changed: boolean;
  /** What Fairlead said last on the commit. */
  readonly standing: CommitStatus | null;
  /** The merged pull request that brought it. */
  readonly pull: PullRequest | null;
}

/**
 * By whom a release is asked for. The sweep never takes the place of a person: what a push, a plan that was published, or
 * a status that stands on the commit asked for, stays asked for by a person.
 */
export async function whoAsked(question: AskedQuestion, forge: Pick<CheckRuns, 'checkRuns'>): Promise<Asked> {
  const { repository, commit, asked, previous, changed, standing, pull } = question;
  if (asked.kind === 'sync') return asked;
  const wanted = previous?.kind === 'wanted' ? previous : null;
  if (wanted?.commit === commit && wanted.asked.kind !== 'sweep') return wanted.asked;
  if (standing !== null && !saysNotBegun(standing)) return { kind: 'push' };
  if (!changed) return { kind: 'sweep' };
  if (asked.kind === 'push') return asked;
  if (pull === null) return { kind: 'sweep' };
  const runs = await forge.checkRuns(repository, pull.head.commit);
  return { kind: runs.some((run) => run.name === aggregateName) ? 'push' : 'sweep' };
}
