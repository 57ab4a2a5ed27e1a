import { Queue as BullQueue, Worker as BullWorker } from 'bullmq';
import type { Logger } from '../../ports/logger.ts';
import type { Queue } from '../../ports/queue.ts';
import { answerWithinMs, keyPrefix, type RedisConnection, within } from './connection.ts';

export interface SweepScheduleOptions {
  readonly connection: RedisConnection;
  readonly queue: Queue;
  readonly everyMs: number;
  readonly log: Logger;
}

export interface SweepSchedule {
  stop(): Promise<void>;
}

const name = 'schedule';

/**
 * Asks for the sweep at once and then every `everyMs`, however many processes schedule it. The schedule has a queue of
 * its own, because jobs that BullMQ's scheduler makes are not coalesced: what it makes only asks, and that is.
 */
export async function scheduleSweep({ connection, queue, everyMs, log }: SweepScheduleOptions): Promise<SweepSchedule> {
  const schedule = new BullQueue(name, { connection: connection.client, prefix: keyPrefix });
  schedule.on('error', (error) => log.debug('queue error', { queue: name, error: error.message }));

  const write = () =>
    within(answerWithinMs, 'the schedule of the sweep', () =>
      schedule.upsertJobScheduler(
        'sweep',
        { every: everyMs },
        { name: 'sweep', opts: { removeOnComplete: true, removeOnFail: true } },
      ),
    );
  try {
    await write();
  } catch (error) {
    await schedule.close().catch(() => {});
    throw error;
  }
  // Written again all the time: if Redis was wiped, the schedule is back before long.
  const rewriting = setInterval(() => {
    write().catch((error: unknown) => log.warn('the sweep could not be scheduled', { error }));
  }, everyMs);

  const redis = connection.openForWorker();
  const worker = new BullWorker(
    name,
    async () => {
      await queue.ask({ kind: 'sweep-installations' }, { priority: 'low' });
    },
    { connection: redis, prefix: keyPrefix },
  );
  worker.on('failed', (_job, error) => log.warn('the sweep could not be asked for', { error }));
  worker.on('error', (error) => {
    if (redis.status === 'ready') log.warn('worker error', { queue: name, error: error.message });
  });

  return {
    stop: async () => {
      clearInterval(rewriting);
      // What it runs is one ask, which is bounded; a forced close leaves it to the next process.
      await within(answerWithinMs, name, () => worker.close(true)).catch(() => {});
      redis.disconnect();
      await schedule.close().catch(() => {});
    },
  };
}
