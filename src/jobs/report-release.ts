import type { JobOf } from '../domain/job.ts';
import { isPassing, type ReleaseReport } from '../domain/release.ts';
import type { Clock } from '../ports/clock.ts';
import type { JobContext } from '../ports/handler.ts';
import { oneByOne } from './desire/one-by-one.ts';
import { gatheringMs } from './report/gathering-ms.ts';
import { isSaidAlready, type ReportEnvironmentPorts, reportEnvironment } from './report/report-environment.ts';
import { settingsOfRelease } from './report/settings-of-release.ts';
import { kept, readingOnce } from './said/reading-once.ts';

export type ReportPorts = Omit<ReportEnvironmentPorts, 'settings' | 'presentInMs'> & {
  readonly git: Parameters<typeof settingsOfRelease>[2]['git'];
  readonly clock: Pick<Clock, 'now'>;
};

/**
 * Says on commits, their deployments and pull requests where the latest releases of environments stand: of all that were
 * asked for meanwhile together, since most of what is read for them is the same. What is lost without it comes first, the
 * deployments last; what GitHub does not take in time the sweep asks for again.
 */
export async function reportRelease(
  job: JobOf<'report-release'>,
  ports: ReportPorts,
  context: JobContext,
): Promise<void> {
  const { repository, environment } = job;
  const settings = await settingsOfRelease(repository, environment, ports);
  const reports: ReleaseReport[] = [];
  for (const name of [environment, ...(job.others ?? [])]) {
    const report = await ports.records.report(repository, name);
    if (report !== null) reports.push(report);
  }
  const waitMs = await gatheringMs(reports, { repository, settings }, ports);
  if (waitMs > 0) return ports.queue.ask(job, { delayMs: waitMs });

  const batch: ReportEnvironmentPorts = {
    ...ports,
    forge: {
      ...readingOnce(ports.forge),
      openPullRequests: kept((of, base: string | null) => ports.forge.openPullRequests(of, base)).read,
    },
    settings,
    presentInMs: reports.length > 1 ? presentInMs : 0,
  };
  const early: string[] = [];
  const rest: (() => Promise<void>)[] = [];
  const say = reports.map((report) => async () => {
    if (reports.length > 1 && isPassing(report) && ports.clock.now() - Date.parse(report.at) < passingMs) {
      early.push(report.environment);
    } else if (report.environment === environment || !(await isSaidAlready(report, batch))) {
      const left = await reportEnvironment(report, batch, context);
      if (left !== null) rest.push(left);
    }
  });
  await oneByOne([...say, async () => oneByOne(rest, context.signal)], context.signal);
  const [first, ...others] = early;
  if (first !== undefined) await ports.queue.ask({ ...job, environment: first, others }, { delayMs: passingMs });
}

/** The comment says all of them: one after another would be an edit for each. */
const presentInMs = 1_500;
/** As long as a report along the way is held back where it is asked for alone (`publish-report.ts`). */
const passingMs = 1_000;
