import type { Redis } from 'ioredis';
import { z } from 'zod';
import type { Job } from '../../domain/job.ts';
import { parseJob } from './parse-job.ts';
import { joinAsks, type PendingAsk } from './pending-ask.ts';

/**
 * What is asked of each key, kept beside BullMQ's job. BullMQ drops the payload of an ask that meets a waiting job, lets
 * a later ask replace one that is kept for after the running job, and never raises a priority; so its jobs only say
 * *when*, and this says *what*: the newest ask joined with those before it (`joinAsks`).
 */
export interface PendingAsks {
  /** Joins an ask with what is there; gives both. */
  join(queue: string, key: string, asked: PendingAsk): Promise<Joined>;
  /** For the run that begins: what is asked, or `otherwise` (Redis was wiped). From here on it is taken. */
  take(queue: string, key: string, otherwise: Job): Promise<Taken>;
  /** The run is over for good: forgets what it took, if nothing new was asked since. */
  drop(taken: Taken): Promise<void>;
  /**
   * The run failed and comes again at `startAt`: what it took is asked again, if nothing new was asked since. Gives
   * when the next run may start at last.
   */
  putBack(taken: Taken, startAt: number): Promise<number>;
}

export interface Joined {
  readonly before: PendingAsk | null;
  readonly now: PendingAsk;
}

export interface Taken {
  readonly job: Job;
  readonly priority: PendingAsk['priority'];
  readonly redisKey: string;
  /** The text that was written at taking: the record is still ours while it is the same. */
  readonly text: string;
}

// Longer than anything waits; what is left over by a crash goes away some day.
const keptMs = 14 * 24 * 3_600_000;

// Sets (or deletes, on an empty text) a key whose value is still the expected one (empty: absent).
const exchange = `
local now = redis.call('GET', KEYS[1]) or ''
if now ~= ARGV[1] then return 0 end
if ARGV[2] == '' then redis.call('DEL', KEYS[1]) else redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[3]) end
return 1`;

/** What is asked of each key while its job waits or runs, changed by compare-and-set: two askers lose nothing of each other. */
export function pendingAsks(client: Redis, prefix: string): PendingAsks {
  const swap = async (key: string, expected: string, text: string): Promise<boolean> =>
    (await client.eval(exchange, 1, key, expected, text, keptMs)) === 1;

  /** Changes a record as often as another writer was faster. */
  const change = async (key: string, next: (pending: PendingAsk | null) => PendingAsk): Promise<Joined> => {
    for (;;) {
      const text = (await client.get(key)) ?? '';
      const before = parseAsk(text);
      const now = next(before);
      const changed = JSON.stringify(now);
      if (changed === text || (await swap(key, text, changed))) return { before, now };
    }
  };

  const redisKey = (queue: string, key: string): string => `${prefix}:asked:${queue}:${key}`;

  return {
    join: (queue, key, asked) => change(redisKey(queue, key), (pending) => joinAsks(pending, asked)),
    take: async (queue, key, otherwise) => {
      const { now } = await change(redisKey(queue, key), (pending) => ({
        ...(pending ?? { job: otherwise, priority: 'normal', startAt: 0 }),
        taken: true,
      }));
      return { job: now.job, priority: now.priority, redisKey: redisKey(queue, key), text: JSON.stringify(now) };
    },
    drop: async ({ redisKey, text }) => {
      await swap(redisKey, text, '');
    },
    putBack: async ({ redisKey, text, job, priority }, startAt) => {
      const { now } = await change(redisKey, (pending) =>
        pending !== null && (!pending.taken || JSON.stringify(pending) !== text)
          ? pending
          : { job, priority, startAt, taken: false },
      );
      return Math.min(startAt, now.startAt);
    },
  };
}

const pendingAsk = z.strictObject({
  job: z.unknown(),
  priority: z.enum(['normal', 'low']),
  startAt: z.number(),
  taken: z.boolean(),
});

// What another version wrote and we cannot read is as good as absent: the job itself carries its payload, too.
function parseAsk(text: string): PendingAsk | null {
  if (text === '') return null;
  const parsed = pendingAsk.safeParse(JSON.parse(text));
  const job = parsed.success ? parseJob(parsed.data.job) : null;
  if (!parsed.success || job === null) return null;
  return { job, priority: parsed.data.priority, startAt: parsed.data.startAt, taken: parsed.data.taken };
}
