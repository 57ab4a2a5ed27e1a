import { type JobOf, sweepOf } from '../domain/job.ts';
import type { Orphaned } from '../domain/orphaned.ts';
import type { PullRequest } from '../domain/pull-request.ts';
import type { ReleaseReport } from '../domain/release.ts';
import type { CommitId, Repository } from '../domain/repository.ts';
import type { Comments, Deployments, PullRequests, Repositories, Statuses } from '../ports/forge.ts';
import type { Git } from '../ports/git.ts';
import type { JobContext } from '../ports/handler.ts';
import type { Queue } from '../ports/queue.ts';
import type { Records } from '../ports/records.ts';
import { presentDeployment, presentOrphaned, presentStatus, saysOrphaned } from '../present/release/status.ts';
import { historyLimit } from './repository/history-limit.ts';
import { readSettings, type SettingsPorts } from './repository/read-settings.ts';
import { isUnsettled, ownStatus } from './said/own-status.ts';
import { findStoryUrl } from './said/story-url.ts';

export interface ReportPorts {
  readonly forge: Repositories & PullRequests & Pick<Comments, 'comments'> & Statuses & Deployments;
  readonly git: SettingsPorts['git'] & Pick<Git, 'history'>;
  readonly records: Pick<Records, 'report' | 'desired' | 'leaving'>;
  readonly queue: Queue;
}

/** Says on the commit, its deployment and its pull request where the latest release of an environment stands. */
export async function reportRelease(
  job: JobOf<'report-release'>,
  ports: ReportPorts,
  context: JobContext,
): Promise<void> {
  const { repository, environment } = job;
  const last = await ports.records.report(repository, environment);
  if (last === null) return;
  const standing = await ownStatus(last, ports.forge);
  if (standing === null && isQuiet(last)) return;
  const { commit } = last;
  const left = await leftBehind(last, ports);
  const report = withLeft(last, left);
  // The verdict first: nobody waits for the rest. It is told where the commit began to wait for it.
  const url = standing?.targetUrl ?? (await findStoryUrl({ repository, commit }, ports.forge));
  await ports.forge.setStatus(repository, commit, presentStatus(report, url));
  // What stays is no deployment of the commit that removed it.
  if (report.state.kind !== 'orphaned') {
    await ports.forge.setDeployment(repository, commit, presentDeployment(report, url));
  }
  await askToPresent(await ports.forge.pullRequestsOf(repository, commit), ports);
  if (isVerdict(report)) {
    await settleOvertaken(last, left, ports);
    await sayLeft(last, left, ports);
    await openGates(repository, environment, ports);
    context.log.info('release ended', { environment, commit, state: report.state.kind });
  }
}

/** A commit that changed nothing for the environment has no status of it, unless somebody was promised one. */
function isQuiet({ state }: ReleaseReport): boolean {
  return state.kind === 'unchanged' || (state.kind === 'waiting' && state.confirm === null);
}

function isVerdict({ state }: ReleaseReport): boolean {
  return ['converged', 'diverged', 'unchanged', 'orphaned'].includes(state.kind);
}

/** What stays in the cluster that the settings moved the environment away from, and the commit that did. */
interface Left {
  readonly commit: CommitId;
  readonly orphaned: Orphaned;
}

/** null: it did not move lately, or nothing stays. */
async function leftBehind({ repository, environment }: ReleaseReport, { records }: ReportPorts): Promise<Left | null> {
  const leaves = (await records.desired(repository, environment))?.leaves;
  if (leaves === undefined || leaves.removed) return null;
  const { cluster, commit } = leaves;
  const counted = await records.leaving(repository, environment, cluster);
  if (counted?.commit !== commit || counted.state.kind !== 'orphaned') {
    return { commit, orphaned: { cluster, namespace: null, objects: null } };
  }
  const { orphaned } = counted.state;
  return orphaned === null ? null : { commit, orphaned };
}

/** The verdict of the commit that moved it says what it left behind, too. */
function withLeft(report: ReleaseReport, left: Left | null): ReleaseReport {
  const { state } = report;
  if (left?.commit !== report.commit || (state.kind !== 'converged' && state.kind !== 'diverged')) return report;
  return { ...report, state: { ...state, orphaned: left.orphaned } };
}

/** A commit that moved it and was never a release of its own: what is said there is what it left behind. */
async function sayLeft({ repository, environment, commit }: ReleaseReport, left: Left | null, ports: ReportPorts) {
  if (left === null || left.commit === commit) return;
  const standing = await ownStatus({ repository, commit: left.commit, environment }, ports.forge);
  if (standing !== null && !saysOrphaned(standing)) return;
  const url = await findStoryUrl({ repository, commit: left.commit }, ports.forge);
  await ports.forge.setStatus(repository, left.commit, presentOrphaned(environment, left.orphaned, url));
}

/** Commits that were overtaken on the way get the verdict of the commit that carried them. */
async function settleOvertaken(last: ReleaseReport, left: Left | null, ports: ReportPorts): Promise<void> {
  const { repository, environment } = last;
  const [, ...older] = await ports.git.history(repository, last.commit, historyLimit);
  for (const commit of older) {
    const own = await ownStatus({ repository, commit, environment }, ports.forge);
    if (own === null) continue;
    if (!isUnsettled(own)) return;
    const report = withLeft({ ...last, commit }, left);
    // Its comment says the verdict, too. Asked for first: settled, this commit is not looked at again.
    await askToPresent(await ports.forge.pullRequestsOf(repository, commit), ports);
    // Its own story is told where it was when it began to wait.
    await ports.forge.setStatus(repository, commit, presentStatus(report, own.targetUrl));
    if (report.state.kind === 'orphaned') continue;
    await ports.forge.setDeployment(repository, commit, presentDeployment(report, own.targetUrl));
  }
}

async function askToPresent(pulls: readonly PullRequest[], { queue }: ReportPorts): Promise<void> {
  for (const { repository, number, state } of pulls) {
    if (state === 'merged') await queue.ask({ kind: 'present-pull-request', repository, number });
  }
}

/** Environments that come `after` this one have their gate decided again. */
async function openGates(repository: Repository, environment: string, ports: ReportPorts): Promise<void> {
  const reading = await readSettings(repository, ports);
  if (reading.kind !== 'read') return;
  const waiting = reading.settings.environments.filter(({ after }) => after.includes(environment));
  for (const branch of new Set(waiting.map(({ follow }) => follow.branch))) {
    await ports.queue.ask(sweepOf(repository, branch));
  }
}
