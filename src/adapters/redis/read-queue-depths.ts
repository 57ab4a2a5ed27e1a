import type { Job as BullJob, Queue as BullQueue } from 'bullmq';
import type { QueueDepth } from '../../ports/queue-depth.ts';
import { within } from './connection.ts';
import type { RedisQueue } from './queue.ts';

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
