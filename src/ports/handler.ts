import type { Job } from '../domain/job.ts';
import type { Logger } from './logger.ts';

/**
 * Runs a use case for each job of the queues it serves; see `jobs/`. How often a failure is tried again depends on what it
 * is, so no run knows that it is the last: what is final is said by who gives the job up (`jobs/say/say-*-failure.ts`).
 */
export type Handler = (job: Job, context: JobContext) => Promise<void>;

export interface JobContext {
  /** Aborts at the job's deadline, when its lock is lost, and when the process drains. */
  readonly signal: AbortSignal;
  readonly log: Logger;
}
