import type { Job as BullJob, Queue as BullQueue } from 'bullmq';
import { within } from './connection.ts';
import type { RedisQueue } from './queue.ts';

export interface QueueDepth {
  readonly queue: string;
  readonly waiting: number;
  readonly active: number;
  /** Waits for its time: asked for later, or in the pause after a failed try. */
  readonly delayed: number;
  readonly failed: number;
  /** Since when the job that waits longest could have started; 0 where none waits. The sign of life of the workers. */
  readonly oldestWaitingSeconds: number;
}

// Whoever scrapes the metrics does not wait long.
const answerWithinMs = 2_000;

/** How much waits in the given queues, and how long. */
export function readQueueDepths(queue: RedisQueue, names: readonly string[]): Promise<readonly QueueDepth[]> {
  return within(answerWithinMs, 'queue depths', () => Promise.all(names.map((name) => readDepth(queue.opened(name)))));
}

async function readDepth(queue: BullQueue): Promise<QueueDepth> {
  const counts = await queue.getJobCounts('waiting', 'prioritized', 'active', 'delayed', 'failed');
  const oldest = await Promise.all([
    queue.getJobs(['waiting'], 0, 0, true),
    queue.getJobs(['prioritized'], 0, 0, true),
  ]);
  const waits = oldest.flat().map((job: BullJob) => (Date.now() - job.timestamp - (job.delay ?? 0)) / 1_000);
  return {
    queue: queue.name,
    waiting: (counts['waiting'] ?? 0) + (counts['prioritized'] ?? 0),
    active: counts['active'] ?? 0,
    delayed: counts['delayed'] ?? 0,
    failed: counts['failed'] ?? 0,
    oldestWaitingSeconds: Math.max(0, ...waits),
  };
}
