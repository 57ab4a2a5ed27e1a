import { Failure } from '../../domain/failure.ts';
import { affectedEnvironment } from '../../domain/inspection.ts';
import { isoTime } from '../../domain/iso-time.ts';
import type { ClusterJob, JobOf } from '../../domain/job.ts';
import { inspectionOf, presentationOf } from '../../domain/merge-group.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Queue } from '../../ports/queue.ts';
import type { Records } from '../../ports/records.ts';
import { finalFailureSentence } from '../../predict/failure-sentence.ts';
import { publishReport } from '../../release/publish-report.ts';
import { failedCommit } from '../../release/saying-failures.ts';

export interface ClusterFailurePorts {
  readonly records: Pick<Records, 'inspection' | 'savePlan' | 'desired' | 'report' | 'saveReport'>;
  readonly queue: Queue;
  readonly clock: Clock;
}

const againMs = 60_000;
/** A plan is made again by forge and the cluster together, and many may have failed at once. */
const planAgainMs = 5 * 60_000;
/** What took too long holds a worker as long again, while others wait for it. */
const slowPlanAgainMs = 60 * 60_000;

/** Hands forge what to say about a job of the cluster role that finally failed. */
export async function sayClusterFailure(job: ClusterJob, error: unknown, ports: ClusterFailurePorts): Promise<void> {
  switch (job.kind) {
    case 'predict-environment':
      return sayUnpredicted(job, error, ports);
    case 'converge-environment':
    case 'observe-environment':
      await sayUnreleased(job, finalFailureSentence(error, job.cluster), ports);
      // A cluster that comes back finds its release waiting. What nobody foresaw, or takes its process down, waits for
      // the sweep.
      if (error instanceof Failure) await ports.queue.ask(job, { delayMs: againMs });
      return;
    case 'tell-cluster-facts':
      // Whoever waits for them says so where people look. As above.
      if (error instanceof Failure) await ports.queue.ask(job, { delayMs: againMs });
      return;
  }
}

/**
 * A required check that failed because a cluster was away stands in everybody's way until somebody presses a button. So the
 * cluster is asked now and then, and when it answers, forge looks again; until then nothing is written anywhere.
 */
async function sayUnpredicted(
  job: JobOf<'predict-environment'>,
  error: unknown,
  { records, queue, clock }: ClusterFailurePorts,
): Promise<void> {
  const { repository, number, environment, cluster } = job;
  const passes = error instanceof Failure;
  const isSlow = passes && error.code === 'deadline';
  const again = passes ? `; tried again ${isSlow ? 'every hour' : 'every few minutes'}` : '';
  const reason = `${finalFailureSentence(error, cluster)}${again}`;
  const inspection = await records.inspection(repository, number);
  // The environment has moved on: its plan is made by the cluster that it is in now.
  if (inspection === null || affectedEnvironment(inspection, job) === null) return;
  const { head, base } = inspection;
  const at = isoTime(clock.now());
  await records.savePlan(repository, number, environment, { head, base, outcome: { kind: 'failed', reason, at } });
  await queue.ask(presentationOf(repository, number));
  if (!passes) return;
  const afterwards = inspectionOf(repository, number);
  const delayMs = isSlow ? slowPlanAgainMs : planAgainMs;
  await queue.ask({ kind: 'tell-cluster-facts', cluster, afterwards }, { delayMs, priority: 'low' });
}

async function sayUnreleased(
  job: JobOf<'converge-environment' | 'observe-environment'>,
  reason: string,
  ports: ClusterFailurePorts,
): Promise<void> {
  const desired = await ports.records.desired(job.repository, job.environment);
  // The environment has moved on: its report speaks of the cluster that it is in now.
  if (desired?.environment.cluster !== job.cluster) return;
  // Nothing of it is to be released any more, and the commit says why.
  if (desired.kind === 'withheld') return;
  const since = isoTime(ports.clock.now());
  await publishReport(desired, await failedCommit(job, desired, ports), { kind: 'error', reason, since }, ports);
}
