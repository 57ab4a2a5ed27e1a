import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { type SandboxRedis, startRedis } from '../../../sandbox/redis.ts';
import { openRedis, type RedisConnection } from '../../../src/adapters/redis/connection.ts';
import { redisKnownUnchanged } from '../../../src/adapters/redis/known-unchanged.ts';
import { knownUnchangedContract } from '../../contracts/known-unchanged.ts';
import { silentLogger } from '../../fakes/logger.ts';

let redis: SandboxRedis;
let connection: RedisConnection;
beforeAll(async () => {
  redis = await startRedis({ persist: false });
  connection = await openRedis(redis.url, silentLogger);
});
afterAll(async () => {
  connection.close();
  await redis.stop();
});
beforeEach(() => redis.wipe());

knownUnchangedContract('what is known unchanged in Redis', () => redisKnownUnchanged(connection.client));

it('is forgotten within the hour, and with Redis', async () => {
  const known = redisKnownUnchanged(connection.client);
  await known.remember(['a']);
  const left = await connection.client.pttl('{fairlead}:unchanged:a');
  expect(left).toBeGreaterThan(3_500_000);
  expect(left).toBeLessThanOrEqual(3_600_000);
  await redis.wipe();
  expect(await known.among(['a'])).toEqual(new Set());
});
