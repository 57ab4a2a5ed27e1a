import type { Settings } from '../domain/environment.ts';
import type { JobOf } from '../domain/job.ts';
import { isPassing, type ReleaseReport } from '../domain/release.ts';
import type { Repository } from '../domain/repository.ts';
import type { Clock } from '../ports/clock.ts';
import type { JobContext } from '../ports/handler.ts';
import { oneByOne } from './many/one-by-one.ts';
import { kept, readingOnce } from './many/reading-once.ts';
import { gatheringMs } from './report/gathering-ms.ts';
import { isSaidAlready, type ReportEnvironmentPorts, reportEnvironment } from './report/report-environment.ts';
import { type ReleaseSettingsPorts, settingsOfRelease } from './report/settings-of-release.ts';
import { readSettings, type SettingsPorts } from './repository/read-settings.ts';

export type ReportPorts = Omit<ReportEnvironmentPorts, 'settings' | 'presentInMs'> & {
  readonly git: SettingsPorts['git'] & ReleaseSettingsPorts['git'];
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
  const settings = kept((of, name: string) => settingsOfRelease(of, name, ports)).read;
  const reports: ReleaseReport[] = [];
  for (const name of [environment, ...(job.others ?? [])]) {
    const report = await ports.records.report(repository, name);
    if (report !== null) reports.push(report);
  }
  const waitMs = await gatheringMs(reports, { repository, settings: await settings(repository, environment) }, ports);
  if (waitMs > 0) return ports.queue.ask(job, { delayMs: waitMs });

  const batch: ReportEnvironmentPorts = {
    ...ports,
    forge: {
      ...readingOnce(ports.forge),
      openPullRequests: kept((of, base: string | null) => ports.forge.openPullRequests(of, base)).read,
    },
    settings: async (name) => (await settings(repository, name)) ?? (await settingsNow(repository, ports)),
    presentInMs: reports.length < manyReports ? 0 : presentInMs,
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

async function settingsNow(repository: Repository, ports: SettingsPorts): Promise<Settings | null> {
  const reading = await readSettings(repository, ports);
  return reading.kind === 'read' ? reading.settings : null;
}

/** Of so many reports more follow soon. The comment says all of them: one after another would be an edit for each. */
const manyReports = 8;
const presentInMs = 1_500;
/** As long as a report along the way is held back where it is asked for alone (`publish-report.ts`). */
const passingMs = 1_000;
