import { isoTime } from '../domain/iso-time.ts';
import type { ClusterJob } from '../domain/job.ts';
import type { Desired } from '../domain/release.ts';
import type { CommitId } from '../domain/repository.ts';
import type { JobContext } from '../ports/handler.ts';
import { failureOf, failureSentence } from '../predict/failure-sentence.ts';
import { publishReport, type ReportingPorts } from './publish-report.ts';

/**
 * Runs a job of a release; where it fails, the commit says so at once, and the failure goes on to whoever tries again.
 * Which failure is the last is known only there: see `jobs/say/say-cluster-failure.ts`.
 */
export async function sayingFailures(
  job: ClusterJob,
  desired: Desired,
  ports: ReportingPorts,
  context: JobContext,
  work: () => Promise<void>,
): Promise<void> {
  try {
    await work();
  } catch (error) {
    const reason = failureSentence(failureOf(error, context), desired.environment.cluster);
    if (reason !== null) {
      await say(reason, job, desired, ports).catch((unsaid: unknown) => {
        context.log.warn('a failure could not be said', { error: unsaid });
      });
    }
    throw error;
  }
}

async function say(reason: string, job: ClusterJob, desired: Desired, ports: ReportingPorts): Promise<void> {
  const since = isoTime(ports.clock.now());
  await publishReport(desired, await failedCommit(job, desired, ports), { kind: 'error', reason, since }, ports);
}

/**
 * The commit that a failure is said on. An observer's is the one that it observes: a newer commit that renders the same
 * is desired then, and was never applied.
 */
export async function failedCommit(
  job: ClusterJob,
  desired: Desired,
  { records }: Pick<ReportingPorts, 'records'>,
): Promise<CommitId> {
  if (job.kind !== 'observe-environment') return desired.commit;
  const report = await records.report(desired.repository, desired.environment.name);
  return report?.commit ?? desired.commit;
}
