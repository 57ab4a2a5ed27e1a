import { type Job as BullJob, Worker as BullWorker, UnrecoverableError } from 'bullmq';
import { Failure } from '../../domain/failure.ts';
import { type Job, keyOf } from '../../domain/job.ts';
import { repositoryName } from '../../domain/repository.ts';
import type { Handler } from '../../ports/handler.ts';
import type { Logger } from '../../ports/logger.ts';
import type { Metrics } from '../../ports/metrics.ts';
import { keyPrefix, type RedisConnection } from './connection.ts';
import { deadlineMs } from './deadline.ts';
import { parseJob } from './parse-job.ts';
import { pendingAsks, type Taken } from './pending-asks.ts';
import { decideRetry } from './retry-policy.ts';
import { runWithDeadline } from './run-with-deadline.ts';
import { redisTurns } from './turns.ts';

export interface WorkerOptions {
  readonly connection: RedisConnection;
  /** A name of `queueOf`. */
  readonly queue: string;
  /** How many jobs at once. */
  readonly concurrency: number;
  readonly handler: Handler;
  /** Called once for what finally failed, to say so where people look. What it throws is logged. */
  readonly onFailed: (job: Job, error: unknown) => Promise<void>;
  readonly log: Logger;
  readonly metrics: Pick<Metrics, 'jobFinished'>;
  /** After this long without a sign of life a job is taken from a dead process. Default 15 s. */
  readonly lockMs?: number;
  /** How long one run may take; default `deadlineMs` of its kind. */
  readonly deadlineMs?: (job: Job) => number;
  /** How long an aborted handler may take to stop before it is left behind. Default 5 s. */
  readonly stopWithinMs?: number;
}

export interface RunningWorker {
  /**
   * Takes nothing more; what runs may finish within `graceMs`, then its signal aborts and it has `stopWithinMs` to
   * stop. What was stopped waits for the next process. Never hangs.
   */
  drain(graceMs: number): Promise<void>;
}

const defaultLockMs = 15_000;
const defaultStopWithinMs = 5_000;
const sayFailureWithinMs = 60_000;
// A job that takes its process down with it is given up after this many.
const deadlyRuns = 4;

/** Starts to take jobs of a queue, at once. */
export function startWorker(options: WorkerOptions): RunningWorker {
  const { connection, queue, log, lockMs = defaultLockMs, stopWithinMs = defaultStopWithinMs } = options;
  const redis = connection.openForWorker();
  const asks = pendingAsks(connection.client, keyPrefix);
  const turns = redisTurns(connection.client, keyPrefix);
  const running = new Map<string, AbortController>();
  let draining = false;

  const run = async (bullJob: BullJob<unknown>): Promise<void> => {
    const parsed = parseJob(bullJob.data);
    if (parsed === null) {
      log.error('job cannot be read, another version may have written it', { queue, name: bullJob.name });
      throw new GivenUp('unreadable');
    }
    const controller = new AbortController();
    const id = bullJob.id ?? '';
    running.set(id, controller);
    try {
      await turns.begun(queue, bullJob.priority);
      const taken = await asks.take(queue, keyOf(parsed), parsed);
      await tryOnce({ taken, madeTries: bullJob.attemptsMade + 1, controller });
    } finally {
      running.delete(id);
    }
  };

  const tryOnce = async ({ taken, madeTries, controller }: TakenTry): Promise<void> => {
    const { job } = taken;
    const jobLog = log.child(fieldsOf(job, madeTries));
    const started = performance.now();
    const finished = (outcome: 'done' | 'retried' | 'failed'): void =>
      options.metrics.jobFinished(job.kind, outcome, (performance.now() - started) / 1_000);
    try {
      await runWithDeadline({
        work: (signal) => options.handler(job, { signal, log: jobLog }),
        controller,
        deadlineMs: options.deadlineMs?.(job) ?? deadlineMs[job.kind],
        stopWithinMs,
        subject: keyOf(job),
      });
    } catch (error) {
      const decision = draining ? { kind: 'retry' as const, inMs: 0 } : decideRetry(error, madeTries);
      finished(decision.kind === 'retry' ? 'retried' : 'failed');
      if (decision.kind === 'give-up') {
        await giveUp(job, error, jobLog);
        await asks.drop(taken);
        throw new GivenUp(codeOf(error));
      }
      jobLog.warn('job will be tried again', { inMs: decision.inMs, error });
      const startAt = await asks.putBack(taken, Date.now() + decision.inMs);
      throw new TryAgain(codeOf(error), Math.max(0, startAt - Date.now()));
    }
    await asks.drop(taken);
    finished('done');
    jobLog.debug('job done', { ms: Math.round(performance.now() - started) });
  };

  const giveUp = async (job: Job, error: unknown, jobLog: Logger): Promise<void> => {
    jobLog.error('job failed', { error });
    try {
      await runWithDeadline({
        work: () => options.onFailed(job, error),
        controller: new AbortController(),
        deadlineMs: sayFailureWithinMs,
        stopWithinMs: 0,
        subject: keyOf(job),
      });
    } catch (unsaid) {
      jobLog.error('the failure of a job could not be said', { error: unsaid });
    }
  };

  const worker = new BullWorker<unknown>(queue, run, {
    connection: redis,
    prefix: keyPrefix,
    concurrency: options.concurrency,
    lockDuration: lockMs,
    stalledInterval: lockMs / 2,
    maxStalledCount: deadlyRuns - 1,
    settings: {
      // Anything but our own verdict is trouble with Redis on the way to it.
      backoffStrategy: (_tries, _type, error) => (error instanceof TryAgain ? error.inMs : 1_000),
    },
  });
  worker.on('lockRenewalFailed', (ids) => {
    for (const id of ids) running.get(id)?.abort(lockLost(id));
  });
  worker.on('failed', (bullJob, error) => {
    if (error instanceof TryAgain || error instanceof GivenUp || bullJob === undefined) return;
    // BullMQ's own verdict: the job took its process down too often.
    const job = error instanceof UnrecoverableError ? parseJob(bullJob.data) : null;
    if (job !== null) void giveUp(job, error, log.child(fieldsOf(job, bullJob.attemptsMade)));
  });
  worker.on('error', (error) => {
    // While Redis is away the connection says so itself, once.
    if (redis.status === 'ready') log.warn('worker error', { queue, error: error.message });
  });

  return {
    drain: async (graceMs) => {
      draining = true;
      const closed = worker.close().catch(() => {});
      if (!(await endsWithin(closed, graceMs)) && running.size > 0) {
        for (const controller of running.values()) controller.abort(drained(queue));
        await endsWithin(closed, stopWithinMs + 1_000);
      }
      redis.disconnect();
    },
  };
}

interface TakenTry {
  readonly taken: Taken;
  readonly madeTries: number;
  readonly controller: AbortController;
}

/**
 * What BullMQ stores of a failure is its code alone: messages may quote what a cluster said, and stay in the log of
 * the worker.
 */
class TryAgain extends Error {
  readonly inMs: number;

  constructor(code: string, inMs: number) {
    super(code);
    this.inMs = inMs;
  }
}

class GivenUp extends UnrecoverableError {}

function codeOf(error: unknown): string {
  return error instanceof Failure ? error.code : 'unexpected';
}

function lockLost(id: string): Failure {
  return new Failure('lock-lost', {
    subject: `job ${id}`,
    message: 'another worker has taken it over',
    retryable: true,
    cause: null,
  });
}

function drained(queue: string): Failure {
  return new Failure('stopped', {
    subject: queue,
    message: 'the process stops and the job did not finish in time',
    retryable: true,
    cause: null,
  });
}

function fieldsOf(job: Job, madeTries: number): Readonly<Record<string, unknown>> {
  return {
    job: job.kind,
    ...('installation' in job ? { installation: job.installation } : {}),
    ...('repository' in job ? { repository: repositoryName(job.repository) } : {}),
    ...('number' in job ? { pull: job.number } : {}),
    ...('environment' in job ? { environment: job.environment } : {}),
    ...('cluster' in job ? { cluster: job.cluster } : {}),
    ...('branch' in job ? { branch: job.branch } : {}),
    ...('commit' in job ? { commit: job.commit } : {}),
    ...('comment' in job ? { comment: job.comment } : {}),
    try: madeTries,
  };
}

async function endsWithin(work: Promise<void>, ms: number): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<false>((resolve) => {
    timer = setTimeout(() => resolve(false), ms);
  });
  try {
    return await Promise.race([work.then(() => true as const), late]);
  } finally {
    clearTimeout(timer);
  }
}
