import type { JobOf } from '../domain/job.ts';
import type { ReleaseReport } from '../domain/release.ts';
import type { Repository } from '../domain/repository.ts';
import type {
  Comments,
  Deployments,
  Git,
  JobContext,
  PullRequests,
  Queue,
  Records,
  Repositories,
  Statuses,
} from '../ports.ts';
import { presentDeployment, presentStatus } from '../present/status.ts';
import { isUnsettled, ownStatus } from './own-status.ts';
import { readSettings, type SettingsPorts } from './read-settings.ts';
import { mergedAs, storyUrl } from './story-url.ts';

export interface ReportPorts {
  readonly forge: Repositories & PullRequests & Pick<Comments, 'comments'> & Statuses & Deployments;
  readonly git: SettingsPorts['git'] & Pick<Git, 'history'>;
  readonly records: Pick<Records, 'report'>;
  readonly queue: Queue;
}

/** Says on the commit, its deployment and its pull request where the latest release of an environment stands. */
export async function reportRelease(
  job: JobOf<'report-release'>,
  ports: ReportPorts,
  context: JobContext,
): Promise<void> {
  const { repository, environment } = job;
  const report = await ports.records.report(repository, environment);
  if (report === null) return;
  if (!(await concerns(report, ports))) return;
  const { commit } = report;
  const pulls = await ports.forge.pullRequestsOf(repository, commit);
  const url = await storyUrl({ repository, commit, pull: mergedAs(commit, pulls) }, ports.forge);
  await ports.forge.setStatus(repository, commit, presentStatus(report, url));
  await ports.forge.setDeployment(repository, commit, presentDeployment(report, url));
  for (const pull of pulls) {
    if (pull.state !== 'merged') continue;
    await ports.queue.ask({ kind: 'present-pull-request', repository, number: pull.number });
  }
  if (isVerdict(report)) {
    await settleOvertaken(report, ports);
    await openGates(repository, environment, ports);
    context.log.info('release ended', { environment, commit, state: report.state.kind });
  }
}

/** A commit that changed nothing for the environment has no status of it, unless somebody was promised one. */
async function concerns(report: ReleaseReport, { forge }: ReportPorts): Promise<boolean> {
  const { state } = report;
  const isQuiet = state.kind === 'unchanged' || (state.kind === 'waiting' && state.confirm === null);
  return !isQuiet || (await ownStatus(report, forge)) !== null;
}

function isVerdict({ state }: ReleaseReport): boolean {
  return state.kind === 'converged' || state.kind === 'diverged' || state.kind === 'unchanged';
}

/** Commits that were overtaken on the way get the verdict of the commit that carried them. */
async function settleOvertaken(report: ReleaseReport, ports: ReportPorts): Promise<void> {
  const { repository, environment } = report;
  const [, ...older] = await ports.git.history(repository, report.commit, 20);
  for (const commit of older) {
    const own = await ownStatus({ repository, commit, environment }, ports.forge);
    if (own === null) continue;
    if (!isUnsettled(own)) return;
    // Its own story is told where it was when it began to wait.
    await ports.forge.setStatus(repository, commit, presentStatus(report, own.targetUrl));
    await ports.forge.setDeployment(repository, commit, presentDeployment({ ...report, commit }, own.targetUrl));
  }
}

/** Environments that come `after` this one are judged again. */
async function openGates(repository: Repository, environment: string, ports: ReportPorts): Promise<void> {
  const reading = await readSettings(repository, ports);
  if (reading.kind !== 'read') return;
  const waiting = reading.settings.environments.filter(({ after }) => after.includes(environment));
  for (const branch of new Set(waiting.map(({ follow }) => follow.branch))) {
    await ports.queue.ask({ kind: 'fan-out-push', repository, branch, asked: 'sweep', before: null });
  }
}
