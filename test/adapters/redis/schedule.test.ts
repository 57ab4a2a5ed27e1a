import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type SandboxRedis, startRedis } from '../../../sandbox/redis.ts';
import { openRedis, type RedisConnection } from '../../../src/adapters/redis/connection.ts';
import { redisDeliveries } from '../../../src/adapters/redis/deliveries.ts';
import { type RedisQueue, redisQueue } from '../../../src/adapters/redis/queue.ts';
import { readQueueDepths } from '../../../src/adapters/redis/read-queue-depths.ts';
import { scheduleSweep } from '../../../src/adapters/redis/sweep-schedule.ts';
import { acmeShop as repository } from '../../acme-shop.ts';
import { eventually } from '../../eventually.ts';
import { silentLogger } from '../../fakes/logger.ts';
import { FakeQueue } from '../../fakes/queue.ts';

describe('beside the jobs, Redis holds', () => {
  let redis: SandboxRedis;
  let connection: RedisConnection;
  let queue: RedisQueue;
  const cleanups: (() => Promise<void>)[] = [];
  beforeAll(async () => {
    redis = await startRedis({ persist: false });
    connection = await openRedis(redis.url, silentLogger);
    queue = redisQueue(connection, silentLogger);
  });
  afterAll(async () => {
    await queue.close();
    connection.close();
    await redis.stop();
  });
  beforeEach(() => redis.wipe());
  afterEach(async () => {
    for (const cleanup of cleanups.splice(0)) await cleanup();
  });

  const schedule = async (everyMs: number): Promise<FakeQueue> => {
    const asked = new FakeQueue();
    const running = await scheduleSweep({ connection, queue: asked, everyMs, log: silentLogger });
    cleanups.push(() => running.stop());
    return asked;
  };

  it('the schedule of the sweep: asked at once and then again and again, at low priority', async () => {
    const asked = await schedule(300);
    await eventually(() => asked.asks.length >= 3);
    expect(asked.asks[0]).toEqual({ job: { kind: 'sweep-installations' }, options: { priority: 'low' } });
  });

  it('one schedule for all processes', async () => {
    const began = performance.now();
    const asked = [await schedule(500), await schedule(500), await schedule(500)];
    const count = (): number => asked.reduce((sum, { asks }) => sum + asks.length, 0);
    await eventually(() => count() >= 4);
    const intervals = (performance.now() - began) / 500;
    // One at once and one for each interval; two more for the processes that come while it is being made.
    expect(count()).toBeLessThanOrEqual(Math.ceil(intervals) + 3);
  });

  it('the schedule again, after it was wiped', async () => {
    const asked = await schedule(300);
    await eventually(() => asked.asks.length >= 1);
    await redis.wipe();
    const before = asked.asks.length;
    await eventually(() => asked.asks.length >= before + 2);
  });

  it('the deliveries that were taken in, for some days', async () => {
    const deliveries = redisDeliveries(connection.client);
    expect(await deliveries.seen('guid-1')).toBe(false);
    await deliveries.remember('guid-1');
    expect(await deliveries.seen('guid-1')).toBe(true);
    expect(await deliveries.seen('guid-2')).toBe(false);
    expect(await connection.client.pttl('{fairlead}:delivery:guid-1')).toBeGreaterThan(86_400_000);
  });

  it('how much waits in each queue, and how long', async () => {
    await queue.ask({ kind: 'inspect-pull-request', repository, number: 1 });
    await queue.ask({ kind: 'inspect-pull-request', repository, number: 2 }, { priority: 'low' });
    await queue.ask({ kind: 'inspect-pull-request', repository, number: 3 }, { delayMs: 60_000 });
    const depth = await eventually(async () => {
      const [forge] = await readQueueDepths(queue, ['forge', 'preview-staging']);
      return forge !== undefined && forge.oldestWaitingSeconds > 0.2 && forge;
    });
    expect(depth).toMatchObject({ queue: 'forge', waiting: 2, active: 0, delayed: 1, failed: 0 });
    expect(await readQueueDepths(queue, ['preview-staging'])).toMatchObject([{ waiting: 0, oldestWaitingSeconds: 0 }]);
  });
});
