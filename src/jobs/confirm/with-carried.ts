import type { Environment } from '../../domain/environment.ts';
import { saysOrphaned } from '../../domain/own-status.ts';
import type { AttributedCommit, PullRequest } from '../../domain/pull-request.ts';
import type { CommitId } from '../../domain/repository.ts';
import type { PullRequests, Statuses } from '../../ports/forge.ts';
import type { Git } from '../../ports/git.ts';
import type { Renderer } from '../../ports/renderer.ts';
import { changesEnvironment } from '../repository/changes-environment.ts';
import { historyLimit } from '../repository/history-limit.ts';
import { ownStatus } from '../said/own-status.ts';
import type { WhoWrote, Written, WrittenPullRequest } from './who-wrote.ts';

export interface Carried {
  readonly pull: PullRequest;
  readonly environment: Environment;
  readonly defaultBranch: string;
  /** First-parent history before the pull request, newest first, and one more than is looked at. */
  readonly older: readonly CommitId[];
  readonly writers: WhoWrote;
}

interface CarriedPorts {
  readonly forge: Pick<PullRequests, 'pullRequestsOf' | 'whoCommitted'> & Pick<Statuses, 'statuses'>;
  readonly git: Pick<Git, 'tree' | 'readFile'>;
  readonly renderer: Renderer;
}

/** A pull request, and all that is released with it because its own release has not converged. */
export async function withCarried(
  own: WrittenPullRequest,
  { pull, environment, defaultBranch, older, writers }: Carried,
  ports: CarriedPorts,
): Promise<Written> {
  const { repository } = pull;
  const { forge } = ports;
  const pulls = new Map([[own.number, own]]);
  const pushed: AttributedCommit[] = [];
  for (const [index, commit] of older.slice(0, historyLimit).entries()) {
    const status = await ownStatus({ repository, commit, environment: environment.name }, forge);
    // Also what failed is still to come: a blocked release applied nothing, and a diverged one pruned nothing. That an
    // environment was removed says nothing of what had converged before.
    if (status?.state === 'success' && !saysOrphaned(status)) break;
    // A commit that was followed at once by another never got a status, and is released with it all the same.
    const since = older[index + 1];
    const facts = { repository, defaultBranch };
    const isPart =
      status !== null ||
      (since !== undefined && (await changesEnvironment({ facts, environment, since, commit }, ports)));
    if (!isPart) continue;
    const found = await forge.pullRequestsOf(repository, commit);
    const merged = found.filter(({ state, base }) => state === 'merged' && base.ref === environment.follow.branch);
    if (merged.length === 0) pushed.push(await forge.whoCommitted(repository, commit));
    for (const other of merged) if (!pulls.has(other.number)) pulls.set(other.number, await writers(other));
  }
  return { pulls: [...pulls.values()], pushed };
}
