import { expect, it } from 'vitest';
import { redisKnownUnchanged } from '../../../src/adapters/redis/known-unchanged.ts';
import { knownUnchangedContract } from '../../contracts/known-unchanged.ts';
import { ownRedis } from './own-redis.ts';

const redis = ownRedis();

knownUnchangedContract('what is known unchanged in Redis', () => redisKnownUnchanged(redis.client));

it('is forgotten within the hour, and with Redis', async () => {
  const known = redisKnownUnchanged(redis.client);
  await known.remember(['a']);
  const left = await redis.client.pttl('{fairlead}:unchanged:a');
  expect(left).toBeGreaterThan(3_500_000);
  expect(left).toBeLessThanOrEqual(3_600_000);
  await redis.wipe();
  expect(await known.among(['a'])).toEqual(new Set());
});
