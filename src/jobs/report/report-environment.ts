import type { Settings } from '../../domain/environment.ts';
import { Failure } from '../../domain/failure.ts';
import { sweepOf } from '../../domain/job.ts';
import { sameJson } from '../../domain/json.ts';
import type { OrphanedByMove } from '../../domain/orphaned.ts';
import { endOfRelease } from '../../domain/outlived-plan.ts';
import { saysOrphaned } from '../../domain/own-status.ts';
import type { PullRequest } from '../../domain/pull-request.ts';
import { isPassing, isVerdict, type ReleaseReport } from '../../domain/release.ts';
import type { CommitId } from '../../domain/repository.ts';
import type { Comments, Deployments, PullRequests, Repositories, Statuses } from '../../ports/forge.ts';
import type { Git } from '../../ports/git.ts';
import type { JobContext } from '../../ports/handler.ts';
import type { Queue } from '../../ports/queue.ts';
import type { Records } from '../../ports/records.ts';
import { presentDeployment, presentOrphaned, presentStatus } from '../../present/release/status.ts';
import { askForOutlived, type OutlivedPorts } from '../inspect/ask-for-outlived.ts';
import { historyLimit } from '../repository/history-limit.ts';
import { isTold } from '../said/is-told.ts';
import { orphanedByMove } from '../said/orphaned-by-move.ts';
import { isUnsettled, ownStatus } from '../said/own-status.ts';
import { findStoryUrl } from '../said/story-url.ts';
import { endSyncReply } from '../say/end-sync-reply.ts';

/** `forge` may read once for all environments that are reported together. */
export interface ReportEnvironmentPorts {
  readonly forge: Pick<Repositories, 'facts'> &
    Pick<PullRequests, 'pullRequestsOf' | 'openPullRequests'> &
    Pick<Comments, 'comments' | 'keepComment'> &
    Statuses &
    Deployments;
  readonly git: Pick<Git, 'history'>;
  readonly records: Pick<Records, 'report' | 'desired' | 'orphanCount' | 'told' | 'saveTold'> &
    OutlivedPorts['records'];
  readonly queue: Queue;
  /** Those that an environment is released with: others in a batch may be at other commits. null: they cannot be read. */
  readonly settings: (environment: string) => Promise<Settings | null>;
  /** How long the comment is held back, in which more may come to be said. Milliseconds. */
  readonly presentInMs: number;
}

/**
 * Says on the commit and its pull request where the latest release of an environment stands. Returns what is left to do:
 * the least, which waits until that was said of all.
 */
export async function reportEnvironment(
  { repository, environment }: Pick<ReleaseReport, 'repository' | 'environment'>,
  ports: ReportEnvironmentPorts,
  context: JobContext,
): Promise<(() => Promise<void>) | null> {
  const last = await ports.records.report(repository, environment);
  if (last === null) return null;
  const { commit } = last;
  const standing = await ownStatus(last, ports.forge);
  const isSilent = standing === null && isQuiet(last);
  if (isSilent && !isVerdict(last)) return null;
  const moved = await orphanedByMove(last, ports.records);
  const report = withOrphaned(last, commit, moved);
  // It is told where the commit began to wait for it.
  const url = standing?.targetUrl ?? (isSilent ? null : await findStoryUrl({ repository, commit }, ports.forge));
  if (!isSilent) {
    // The verdict first: nobody waits for the rest.
    await ports.forge.setStatus(repository, commit, presentStatus(report, url));
    await askToPresent(await ports.forge.pullRequestsOf(repository, commit), ports);
  }
  await endSyncReply(repository, environment, ports);
  if (isVerdict(last)) {
    // Also where there is nothing to say of this commit: it may stand where an earlier one's verdict was lost.
    await openGates(last, ports);
    await sayOrphaned(last, moved, ports);
    const settled = await settleOvertaken(last, moved, ports, context);
    await replanOutlived(last, settled, ports);
  }
  return async () => {
    if (!isSilent) await sayDeployment({ report, on: commit, url }, ports, context);
    if (!isVerdict(last)) return;
    await ports.records.saveTold({ report: last, orphaned: moved });
    context.log.info('release ended', { environment, commit, state: report.state.kind });
  };
}

/** Whether all that a report says was said, as far as a reading of the commit that is shared by several tells. */
export async function isSaidAlready(last: ReleaseReport, ports: ReportEnvironmentPorts): Promise<boolean> {
  if (isVerdict(last)) return isTold(last, ports);
  // The status comes first of what is said of it, and nobody notes the rest.
  if (!isPassing(last) && !isQuiet(last)) return false;
  const standing = await ownStatus(last, ports.forge);
  if (standing === null) return isQuiet(last);
  const { state, description } = presentStatus(last, null);
  return sameJson({ state, description }, { state: standing.state, description: standing.description });
}

/**
 * A commit that changed nothing for the environment has no status of it, unless somebody was promised one, or what it
 * would do waits for a person.
 */
function isQuiet({ state }: ReleaseReport): boolean {
  return (
    state.kind === 'unchanged' || (state.kind === 'waiting' && state.confirmDigest === null && state.plan === null)
  );
}

/**
 * Open pull requests show what merging them does to what was released before. A commit that changes nothing may stand
 * where the verdict of a release was lost: then that is what ended.
 */
async function replanOutlived(last: ReleaseReport, settled: boolean, ports: ReportEnvironmentPorts): Promise<void> {
  const ended = endOfRelease(last) ?? (settled ? last.at : null);
  if (ended === null) return;
  const open = await ports.forge.openPullRequests(last.repository, null);
  await askForOutlived(open, new Map([[last.environment, ended]]), ports);
}

/** The verdict of the commit that moved it says what it orphaned, too. */
function withOrphaned(report: ReleaseReport, on: CommitId, moved: OrphanedByMove | null): ReleaseReport {
  const { state } = report;
  if (moved?.commit !== on) return report;
  if (state.kind !== 'converged' && state.kind !== 'diverged' && state.kind !== 'unchanged') return report;
  return { ...report, state: { ...state, orphaned: moved.orphaned } };
}

/** A commit that moved it and was never a release of its own: what is said there is what it orphaned. */
async function sayOrphaned(
  { repository, environment, commit }: ReleaseReport,
  moved: OrphanedByMove | null,
  ports: ReportEnvironmentPorts,
): Promise<void> {
  if (moved === null || moved.commit === commit) return;
  const standing = await ownStatus({ repository, commit: moved.commit, environment }, ports.forge);
  if (standing !== null && !saysOrphaned(standing)) return;
  const url = await findStoryUrl({ repository, commit: moved.commit }, ports.forge);
  await ports.forge.setStatus(repository, moved.commit, presentOrphaned(environment, moved.orphaned, url));
}

/**
 * Commits that were overtaken on the way get the verdict of the commit that carried them: as far back as nobody saw to
 * that before. Returns whether there was any.
 */
async function settleOvertaken(
  last: ReleaseReport,
  moved: OrphanedByMove | null,
  ports: ReportEnvironmentPorts,
  context: JobContext,
): Promise<boolean> {
  const { repository, environment } = last;
  let settled = false;
  const told = await ports.records.told(repository, environment);
  const [, ...older] = await ports.git.history(repository, last.commit, historyLimit);
  for (const commit of older) {
    const own = await ownStatus({ repository, commit, environment }, ports.forge);
    if (own !== null && isUnsettled(own)) {
      const report = withOrphaned(last, commit, moved);
      // Its comment says the verdict, too. All else first: settled, this commit is not looked at again.
      await askToPresent(await ports.forge.pullRequestsOf(repository, commit), ports);
      // Its own story is told where it was when it began to wait.
      await sayDeployment({ report, on: commit, url: own.targetUrl }, ports, context);
      await ports.forge.setStatus(repository, commit, presentStatus(report, own.targetUrl, commit));
      settled = true;
    }
    if (commit === told?.report.commit) break;
  }
  return settled;
}

/**
 * The least of what is said: where GitHub refuses it (the App may not write deployments) it would refuse it each time,
 * and nothing else waits for it.
 */
async function sayDeployment(
  { report, on, url }: { readonly report: ReleaseReport; readonly on: CommitId; readonly url: string | null },
  { forge }: ReportEnvironmentPorts,
  { log }: JobContext,
): Promise<void> {
  const { repository, environment, state } = report;
  // What stays is no deployment of the commit that removed it.
  if (state.kind === 'orphaned') return;
  try {
    await forge.setDeployment(repository, on, presentDeployment(report, url, on));
  } catch (error) {
    if (!(error instanceof Failure) || error.retryable) throw error;
    log.error('deployment refused', { environment, commit: on, error });
  }
}

async function askToPresent(
  pulls: readonly PullRequest[],
  { queue, presentInMs }: ReportEnvironmentPorts,
): Promise<void> {
  for (const { repository, number, state } of pulls) {
    const present = { kind: 'present-pull-request', repository, number } as const;
    if (state === 'merged') await queue.ask(present, { delayMs: presentInMs });
  }
}

/**
 * Environments that come `after` this one have their gate decided again, and open pull requests are shown again, which say
 * that it diverged, or do not.
 */
async function openGates(last: ReleaseReport, ports: ReportEnvironmentPorts): Promise<void> {
  const { repository, environment } = last;
  const waiting = ((await ports.settings(environment))?.environments ?? []).filter(({ after }) =>
    after.includes(environment),
  );
  for (const branch of new Set(waiting.map(({ follow }) => follow.branch))) {
    await ports.queue.ask(sweepOf(repository, branch));
  }
  const told = await ports.records.told(repository, environment);
  const isNews = (told?.report.state.kind === 'diverged') !== (last.state.kind === 'diverged');
  if (waiting.length === 0 || !isNews) return;
  for (const { number } of await ports.forge.openPullRequests(repository, null)) {
    await ports.queue.ask({ kind: 'present-pull-request', repository, number });
  }
}
