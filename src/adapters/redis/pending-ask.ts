import { coalesceJobs } from '../../domain/coalesce-jobs.ts';
import type { Job } from '../../domain/job.ts';

/** What is asked of one key: at most one of these stands for all who asked. */
export interface PendingAsk {
  readonly job: Job;
  readonly priority: 'normal' | 'low';
  /** Milliseconds since the epoch: not before this. */
  readonly startAt: number;
  /** A run has begun with it and is not finished: what comes now is a further run. */
  readonly taken: boolean;
}

/**
 * An ask joins what is there already. It never makes it weaker: not later, not of lower priority. What a run has
 * taken keeps its word for what a person did (the run may die), but its time and priority are spent.
 */
export function joinAsks(pending: PendingAsk | null, asked: PendingAsk): PendingAsk {
  if (pending === null) return asked;
  const job = coalesceJobs(pending.job, asked.job);
  if (pending.taken) return { ...asked, job };
  return {
    job,
    priority: pending.priority === 'normal' ? 'normal' : asked.priority,
    startAt: Math.min(pending.startAt, asked.startAt),
    taken: false,
  };
}
