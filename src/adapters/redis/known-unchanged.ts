import type { Redis } from 'ioredis';
import type { KnownUnchanged } from '../../ports/known-unchanged.ts';
import { answerWithinMs, keyPrefix, within } from './connection.ts';

const rememberedMs = 3_600_000;

/** Keys for each request: enough that thousands are a few round trips, too few to hold up others. */
const atOnce = 1_000;

export function redisKnownUnchanged(client: Redis): KnownUnchanged {
  const keyOf = (key: string): string => `${keyPrefix}:unchanged:${key}`;
  return {
    async among(keys) {
      const known = new Set<string>();
      for (const some of inBatches(keys)) {
        const found = await within(answerWithinMs, 'what is known unchanged', () => client.mget(some.map(keyOf)));
        some.forEach((key, index) => found[index] !== null && known.add(key));
      }
      return known;
    },
    async remember(keys) {
      for (const some of inBatches(keys)) {
        const pipeline = client.pipeline();
        for (const key of some) pipeline.set(keyOf(key), '1', 'PX', rememberedMs);
        await within(answerWithinMs, 'what is known unchanged', () => pipeline.exec());
      }
    },
  };
}

function inBatches(keys: readonly string[]): readonly (readonly string[])[] {
  return Array.from({ length: Math.ceil(keys.length / atOnce) }, (_, index) =>
    keys.slice(index * atOnce, (index + 1) * atOnce),
  );
}
