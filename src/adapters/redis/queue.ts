import { Queue as BullQueue, type JobsOptions } from 'bullmq';
import { type Job, keyOf, laneOf, queueOf } from '../../domain/job.ts';
import type { Logger } from '../../ports/logger.ts';
import type { AskOptions, Queue } from '../../ports/queue.ts';
import { answerWithinMs, keyPrefix, type RedisConnection, within } from './connection.ts';
import { pendingAsks } from './pending-asks.ts';
import { redisTurns } from './turns.ts';

export interface RedisQueue extends Queue {
  /** BullMQ's own queue of that name; opened once. */
  opened(name: string): BullQueue;
  close(): Promise<void>;
}

/** The producer's side: `ask`, coalescing by key, in turn with other repositories, bounded in time. */
export function redisQueue(connection: RedisConnection, log: Logger): RedisQueue {
  const asks = pendingAsks(connection.client, keyPrefix);
  const turns = redisTurns(connection.client, keyPrefix);
  const queues = new Map<string, BullQueue>();

  const opened = (name: string): BullQueue => {
    const there = queues.get(name);
    if (there !== undefined) return there;
    const queue = new BullQueue(name, { connection: connection.client, prefix: keyPrefix });
    // Its connection is ours, and says itself when it goes away.
    queue.on('error', (error) => log.debug('queue error', { queue: name, error: error.message }));
    queues.set(name, queue);
    return queue;
  };

  const ask = async (job: Job, options: AskOptions): Promise<void> => {
    const name = queueOf(job);
    const key = keyOf(job);
    const { before, now } = await asks.join(name, key, {
      job,
      priority: options.priority ?? 'normal',
      startAt: Date.now() + (options.delayMs ?? 0),
      taken: false,
    });
    // BullMQ keeps a job that waits as it is: with the low priority of who asked first.
    const stands = before !== null && !before.taken;
    const raised = stands && before.priority === 'low' && now.priority === 'normal';
    const turn = await turns.take(name, laneOf(job), { priority: now.priority, isNew: !stands || raised });
    const added = await opened(name).add(job.kind, now.job, {
      ...jobOptions(key),
      delay: Math.max(0, now.startAt - Date.now()),
      priority: turn,
    });
    if (raised) await added.changePriority({ priority: turn });
  };

  return {
    ask: (job, options = {}) => within(answerWithinMs, keyOf(job), () => ask(job, options)),
    opened,
    close: async () => {
      await Promise.all([...queues.values()].map((queue) => queue.close()));
    },
  };
}

/**
 * One at a time for each key, the next one kept while one runs, and one in backoff replaced, so that news start at
 * once (measured with BullMQ 6.7). How often a job is tried is decided by the worker (`retry-policy.ts`).
 */
function jobOptions(key: string): JobsOptions {
  return {
    deduplication: { id: key, keepLastIfActive: true, replace: true },
    attempts: 1_000,
    backoff: { type: 'retry-policy' },
    removeOnComplete: { age: 3_600, count: 1_000 },
    removeOnFail: { age: 14 * 24 * 3_600, count: 1_000 },
    stackTraceLimit: 1,
  };
}
