import type { Redis } from 'ioredis';
import { afterAll, beforeAll, beforeEach } from 'vitest';
import { type SandboxRedis, startRedis } from '../../../sandbox/redis.ts';
import { openRedis, type RedisConnection } from '../../../src/adapters/redis/connection.ts';
import { silentLogger } from '../../fakes/logger.ts';

export interface OwnRedis {
  /** Not before the tests run. */
  readonly client: Redis;
  wipe(): Promise<void>;
}

/** A real Redis for the tests of a file, empty before each of them. */
export function ownRedis(): OwnRedis {
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
  return {
    get client() {
      return connection.client;
    },
    wipe: () => redis.wipe(),
  };
}
