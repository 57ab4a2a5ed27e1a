import { Failure } from '../domain/failure.ts';
import type { ClusterJob } from '../domain/job.ts';
import type { Desired } from '../domain/release.ts';
import type { CommitId } from '../domain/repository.ts';
import type { JobContext } from '../ports/handler.ts';
import { publishReport, type ReportingPorts } from './publish-report.ts';

// What nobody foresaw, and what takes its process down.
const unforeseen = 'Fairlead failed here; its operator finds the reason in the log';

/** What a job says to people when it is given up, in words that hold nothing of the error's own. */
export function finalFailureSentence(error: unknown, cluster: string): string {
  const isHeld = error instanceof Failure && (error.code === 'lock-lost' || error.code === 'ledger-changed');
  return isHeld ? 'another worker holds this environment' : (failureSentence(error, cluster) ?? unforeseen);
}

/** The same of a job that is tried again; null: nothing is said of it before it is given up. */
export function failureSentence(error: unknown, cluster: string): string | null {
  if (!(error instanceof Failure)) return unforeseen;
  switch (error.code) {
    case 'cluster-unreachable':
      return `cluster ${cluster} is out of reach`;
    case 'cluster-forbidden':
      return `cluster ${cluster} does not let Fairlead do this`;
    case 'cluster-protocol':
      return `cluster ${cluster} answered what Fairlead cannot read`;
    case 'deadline':
      return `cluster ${cluster} answers too slowly`;
    case 'lock-lost':
    case 'ledger-changed':
    case 'records-unreachable':
    case 'forge-unreachable':
    case 'forge-refused':
    case 'git-failed':
    case 'render-failed':
    case 'stopped':
      return null;
  }
}

/**
 * Why work failed: of work that was aborted the reason for that (a deadline, a process that stops), whatever it threw
 * then.
 */
export function failureOf(error: unknown, { signal }: Pick<JobContext, 'signal'>): unknown {
  return signal.aborted ? signal.reason : error;
}

/**
 * Runs a job of a release; where it fails, the commit says so at once, and the failure goes on to whoever tries again.
 * Which failure is the last is known only there: see `jobs/say-cluster-failure.ts`.
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
  const since = new Date(ports.clock.now()).toISOString();
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
