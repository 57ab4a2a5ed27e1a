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
import { type LandingGit, landedWith } from './landed-with.ts';
import type { MergedByHand, WhoWrote, Written, WrittenPullRequest } from './who-wrote.ts';

export interface Carried {
  readonly pull: PullRequest;
  readonly environment: Environment;
  readonly defaultBranch: string;
  /** The commit that is released; null: the pull request is not merged. */
  readonly tip: CommitId | null;
  /** First-parent history before it, newest first, and one more than is looked at. */
  readonly older: readonly CommitId[];
  readonly writers: WhoWrote;
}

interface CarriedPorts {
  readonly forge: Pick<PullRequests, 'pullRequestsOf' | 'whoCommitted'> & Pick<Statuses, 'statuses'>;
  readonly git: LandingGit & Pick<Git, 'readFile'>;
  readonly renderer: Renderer;
}

/**
 * A pull request, and all that is released with it because its own release has not converged. Whoever made a commit of
 * the branch wrote it, unless the commit is just what Git makes of merging a pull request.
 */
export async function withCarried(own: WrittenPullRequest, carried: Carried, ports: CarriedPorts): Promise<Written> {
  const { pull, tip, older, writers } = carried;
  const { repository } = pull;
  const branch = tip === null ? older : [tip, ...older];
  const pulls = new Map([[own.number, own]]);
  const pushed: AttributedCommit[] = [];
  const merged: MergedByHand[] = [];
  const landed = new Set<CommitId>();
  for (const commit of await releasedCommits(carried, ports)) {
    if (landed.has(commit)) continue;
    const brought = await broughtBy(commit, carried, ports);
    for (const other of brought) {
      const written = await writers(other);
      pulls.set(other.number, written);
      // Of a rebased pull request that one is the last, and what came after it may change nothing here.
      const last = branch.indexOf(other.mergeCommit ?? commit);
      const from = branch.slice(last === -1 ? branch.indexOf(commit) : last);
      for (const one of await landedWith(other, from, written.commits.length, ports.git)) landed.add(one);
      // A branch that was pushed as it is, instead of merged.
      for (const one of written.commits) landed.add(one.commit);
    }
    if (landed.has(commit)) continue;
    const by = await ports.forge.whoCommitted(repository, commit);
    const [first] = brought;
    if (first === undefined) pushed.push(by);
    else merged.push({ ...by, number: first.number });
  }
  return { pulls: [...pulls.values()], pushed, merged };
}

/** What a release is made of, as commits of the branch, newest first. */
async function releasedCommits(
  { pull: { repository }, environment, defaultBranch, tip, older }: Carried,
  ports: CarriedPorts,
): Promise<readonly CommitId[]> {
  const commits = tip === null ? [] : [tip];
  for (const [index, commit] of older.slice(0, historyLimit).entries()) {
    const status = await ownStatus({ repository, commit, environment: environment.name }, ports.forge);
    // Also what failed is still to come: a blocked release applied nothing, and a diverged one pruned nothing. That an
    // environment was removed says nothing of what had converged before.
    if (status?.state === 'success' && !saysOrphaned(status)) break;
    // A commit that was followed at once by another never got a status, and is released with it all the same.
    const since = older[index + 1];
    const facts = { repository, defaultBranch };
    const isPart =
      status !== null ||
      (since !== undefined && (await changesEnvironment({ facts, environment, since, commit }, ports)));
    if (isPart) commits.push(commit);
  }
  return commits;
}

/** The pull requests that were merged by this commit, or hold it. */
async function broughtBy(
  commit: CommitId,
  { pull, environment, tip }: Carried,
  { forge }: CarriedPorts,
): Promise<readonly PullRequest[]> {
  const found = await forge.pullRequestsOf(pull.repository, commit);
  const merged = found.filter(({ state, base }) => state === 'merged' && base.ref === environment.follow.branch);
  // The release was asked for as this one's, whatever the forge lists now.
  const isListed = commit !== tip || merged.some(({ number }) => number === pull.number);
  return isListed ? merged : [pull, ...merged];
}
