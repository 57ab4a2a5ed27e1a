import type { Inspection } from '../../domain/inspection.ts';
import type { Plan } from '../../domain/plan.ts';
import type { PullRequest } from '../../domain/pull-request.ts';
import type { CommitId } from '../../domain/repository.ts';
import type { PullRequests } from '../../ports/forge.ts';
import type { Git } from '../../ports/git.ts';
import type { Records } from '../../ports/records.ts';
import { kept } from '../many/reading-once.ts';
import { historyLimit } from '../repository/history-limit.ts';
import { type LandingGit, landedWith } from './landed-with.ts';

export interface GroupPorts {
  readonly forge: Pick<PullRequests, 'pullRequest' | 'pullRequestsOf' | 'openPullRequests'>;
  readonly git: Pick<Git, 'history'> & LandingGit;
  readonly records: Pick<Records, 'plan'>;
}

/** How many commits of the queue are looked through. */
const commitLimit = 100;

/**
 * The pull requests of a merge group, as far as Git and the forge tell: whoever is not found has confirmed nothing. `last`: the
 * one in the branch's name. A merge commit names the head that it merged; what the queue squashed or rebased names nothing
 * that nobody could write there, and is told by what is in it: just what merging an open pull request gives.
 */
export async function pullsInGroup(
  inspection: Inspection,
  last: number,
  plans: readonly Plan[],
  ports: GroupPorts,
): Promise<readonly PullRequest[]> {
  const { repository, base, head } = inspection;
  const named = await ports.forge.pullRequest(repository, last);
  const found = new Map(named === null ? [] : [[last, named]]);
  const history = await ports.git.history(repository, head, commitLimit);
  const commits = history.slice(0, history.includes(base) ? history.indexOf(base) : history.length);
  const git = mergingOnce(ports.git);
  let open: readonly PullRequest[] | null = null;
  for (let at = 0; at < commits.length; ) {
    const branch = commits.slice(at);
    const merged = await mergedBy(commits[at] ?? head, inspection, ports);
    for (const pull of merged ?? []) found.set(pull.number, pull);
    if (merged === null) open ??= [...found.values(), ...(await openWith(plans, inspection, found, ports))];
    const landed: Landing | null = merged === null ? await landing(branch, open ?? [], git) : null;
    if (landed !== null) {
      found.set(landed.pull.number, landed.pull);
      // It lands once.
      open = (open ?? []).filter(({ number }) => number !== landed.pull.number);
    }
    at += landed?.commits ?? 1;
  }
  return [...found.values()].toSorted((left, right) => left.number - right.number);
}

/** Each pull request is tried at each commit, and looks from there at the same ones again. */
function mergingOnce(git: LandingGit): LandingGit {
  return {
    fetchCommit: kept((repository, commit: CommitId) => git.fetchCommit(repository, commit)).read,
    tree: kept((repository, commit: CommitId) => git.tree(repository, commit)).read,
    parents: kept((repository, commit: CommitId) => git.parents(repository, commit)).read,
    merge: kept((repository, base: CommitId, head: CommitId) => git.merge(repository, base, head)).read,
  };
}

/** null: it is no merge commit. */
async function mergedBy(
  commit: CommitId,
  { repository }: Inspection,
  { forge, git }: GroupPorts,
): Promise<readonly PullRequest[] | null> {
  const [, merged] = await git.parents(repository, commit);
  if (merged === undefined) return null;
  return (await forge.pullRequestsOf(repository, merged)).filter((pull) => pull.head.commit === merged);
}

/**
 * Other pull requests into the same branch that, as they are planned, bring something of what the group does. What was merged
 * and waits stands in the plan of every one of them, and is no sign of any.
 */
async function openWith(
  plans: readonly Plan[],
  { repository, baseRef }: Inspection,
  found: ReadonlyMap<number, PullRequest>,
  { forge, records }: GroupPorts,
): Promise<readonly PullRequest[]> {
  const effects = new Set(plans.flatMap(({ changes }) => changes.map(({ effect }) => effect)));
  effects.delete('');
  if (effects.size === 0) return [];
  const sharing: PullRequest[] = [];
  for (const pull of await forge.openPullRequests(repository, baseRef)) {
    if (found.has(pull.number)) continue;
    // One after another: a plan may be large, and there may be hundreds.
    for (const { environment } of plans) {
      const record = await records.plan(repository, pull.number, environment);
      if (record?.head !== pull.head.commit || record.outcome.kind !== 'planned') continue;
      const { changes } = record.outcome.plan;
      if (!changes.some(({ effect, fromPullRequest }) => fromPullRequest && effects.has(effect))) continue;
      sharing.push(pull);
      break;
    }
  }
  return sharing;
}

interface Landing {
  readonly pull: PullRequest;
  readonly commits: number;
}

/** The pull request that the newest commits of the branch are, and how many; null: none of these. */
async function landing(
  branch: readonly CommitId[],
  pulls: readonly PullRequest[],
  git: LandingGit,
): Promise<Landing | null> {
  for (const pull of pulls) {
    const commits = (await landedWith(pull, branch, historyLimit, git)).length;
    if (commits > 0) return { pull, commits };
  }
  return null;
}
