import type { Redis } from 'ioredis';
import type { PendingAsk } from './pending-ask.ts';

/**
 * Whose turn it is in a queue: each lane stands in line behind itself, and beside all others. Somebody with a thousand jobs
 * delays who comes with one by one job and not by a thousand.
 */
export interface Turns {
  /**
   * The priority for BullMQ, which takes the smallest first. `isNew`: the job joins its lane; else it stands there already, and
   * asking again costs nothing.
   */
  take(
    queue: string,
    lane: string,
    job: { readonly priority: PendingAsk['priority']; readonly isNew: boolean },
  ): Promise<number>;
  /** The job of this turn has begun: who comes now stands behind it, however short their own line is. */
  begun(queue: string, turn: number): Promise<void>;
}

/** Both below BullMQ's largest priority, 2^21. */
const lastTurn = 999_999;
/** What lets everything else go first has turns of its own. */
const lowFrom = 1_000_000;
const keptMs = 24 * 3_600_000;

// Start-time fair queueing with jobs of one size: the turn after the lane's last one, and not before what is served now.
// After the last number the numbers begin anew: who waits then is overtaken, once in a million jobs.
const takeTurn = `
local served = tonumber(redis.call('HGET', KEYS[1], 'served') or '0')
local last = tonumber(redis.call('HGET', KEYS[1], ARGV[1]) or '0')
local turn = math.max(served + 1, last + tonumber(ARGV[4]))
if turn > tonumber(ARGV[2]) then
  redis.call('DEL', KEYS[1])
  turn = 1
end
redis.call('HSET', KEYS[1], ARGV[1], turn)
redis.call('PEXPIRE', KEYS[1], ARGV[3])
return turn`;

const serveTurn = `
local served = tonumber(redis.call('HGET', KEYS[1], 'served') or '0')
if tonumber(ARGV[1]) > served then redis.call('HSET', KEYS[1], 'served', ARGV[1]) end
redis.call('PEXPIRE', KEYS[1], ARGV[2])`;

export function redisTurns(client: Redis, prefix: string): Turns {
  const keyOf = (queue: string, priority: PendingAsk['priority']): string => `${prefix}:turns:${queue}:${priority}`;
  return {
    take: async (queue, lane, { priority, isNew }) => {
      const key = keyOf(queue, priority);
      const turn = Number(await client.eval(takeTurn, 1, key, `lane ${lane}`, lastTurn, keptMs, isNew ? 1 : 0));
      return priority === 'low' ? lowFrom + turn : turn;
    },
    begun: async (queue, turn) => {
      const priority = turn > lowFrom ? 'low' : 'normal';
      await client.eval(serveTurn, 1, keyOf(queue, priority), turn % lowFrom, keptMs);
    },
  };
}
