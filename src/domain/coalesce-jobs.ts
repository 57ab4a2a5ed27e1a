import type { Job } from './job.ts';

/**
 * One job that stands for two of the same key: the one that waits (or was interrupted) and the one asked for now.
 * The newest word counts, except where it would forget what a person did: a push stays a push when the sweep asks for
 * the same branch, and two pushes reach back to the older tip.
 */
export function coalesceJobs(waiting: Job, asked: Job): Job {
  if (waiting.kind !== 'fan-out-push' || asked.kind !== 'fan-out-push' || waiting.asked !== 'push') return asked;
  return { ...asked, asked: 'push', before: waiting.before ?? asked.before };
}
