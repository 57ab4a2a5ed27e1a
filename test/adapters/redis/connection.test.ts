import { Redis } from 'ioredis';
import { afterEach, describe, expect, it } from 'vitest';
import { findFreePort } from '../../../sandbox/find-free-port.ts';
import { type SandboxRedis, startRedis } from '../../../sandbox/redis.ts';
import { openRedis } from '../../../src/adapters/redis/connection.ts';
import { redisQueue } from '../../../src/adapters/redis/queue.ts';
import { startWorker } from '../../../src/adapters/redis/worker.ts';
import type { Job } from '../../../src/domain/job.ts';
import { acmeShop } from '../../acme-shop.ts';
import { eventually } from '../../eventually.ts';
import { keepingLogger, silentLogger } from '../../fakes/logger.ts';
import { forgottenMetrics } from '../../fakes/metrics.ts';

const job: Job = {
  kind: 'inspect-pull-request',
  repository: acmeShop,
  number: 1,
};

describe('the connection to Redis', () => {
  let redis: SandboxRedis | null = null;
  const cleanups: (() => Promise<void> | void)[] = [];
  afterEach(async () => {
    for (const cleanup of cleanups.splice(0).toReversed()) await cleanup();
    await redis?.stop();
    redis = null;
  });

  it('refuses a Redis that evicts keys, and says what to do', async () => {
    redis = await startRedis({ persist: false });
    const client = new Redis(redis.url);
    await client.config('SET', 'maxmemory-policy', 'allkeys-lru');
    client.disconnect();
    await expect(openRedis(redis.url, silentLogger)).rejects.toThrow(
      /allkeys-lru.*CONFIG SET maxmemory-policy noeviction/,
    );
  });

  it('is not ready where Redis is full, or begins to evict, and is again when that is mended', async () => {
    redis = await startRedis({ persist: false });
    const connection = await openRedis(redis.url, silentLogger);
    const client = new Redis(redis.url);
    cleanups.push(() => connection.close());
    cleanups.push(() => client.disconnect());
    await connection.check(1_000);
    await client.config('SET', 'maxmemory', '1mb');
    await expect(connection.check(1_000)).rejects.toThrow('is full (maxmemory 1048576 bytes)');
    await client.config('SET', 'maxmemory', '0');
    await connection.check(1_000);
    await client.config('SET', 'maxmemory-policy', 'allkeys-lru');
    await expect(connection.check(1_000)).rejects.toThrow('evicts keys');
    await client.config('SET', 'maxmemory-policy', 'noeviction');
    await connection.check(1_000);
  });

  it('refuses to open where nobody listens, and says where that is', async () => {
    const port = await findFreePort();
    await expect(openRedis(`redis://127.0.0.1:${port}`, silentLogger)).rejects.toThrow(
      new RegExp(`127\\.0\\.0\\.1:${port}.*REDIS_URL`),
    );
  });

  it('an ask fails within 5 s while Redis is away, and works again when it is back', async () => {
    redis = await startRedis({ persist: false });
    const log = keepingLogger();
    const connection = await openRedis(redis.url, log);
    const queue = redisQueue(connection, log);
    cleanups.push(() => connection.close());
    await queue.ask(job);
    await redis.kill();
    const began = performance.now();
    await expect(queue.ask(job)).rejects.toMatchObject({ code: 'records-unreachable', retryable: true });
    expect(performance.now() - began).toBeLessThan(6_000);
    await expect(connection.check(1_000)).rejects.toMatchObject({ code: 'records-unreachable' });
    await redis.start();
    await eventually(() => queue.ask(job).then(() => true));
    // Each connection finds its own way back, and what is said of it comes a moment later.
    await eventually(() => connection.check(1_000).then(() => true));
    // The queue may say its own word of the break in between.
    const ofRedis = (): readonly string[] =>
      log.lines.map(({ message }) => message).filter((message) => message.startsWith('redis is'));
    await eventually(() => ofRedis().length === 2);
    expect(ofRedis()).toEqual(['redis is away', 'redis is back']);
  });

  it('an ask of a queue that was never spoken to fails within 5 s, too, while Redis hangs', async () => {
    redis = await startRedis({ persist: false });
    const connection = await openRedis(redis.url, silentLogger);
    cleanups.push(() => connection.close());
    redis.pause();
    const began = performance.now();
    await expect(redisQueue(connection, silentLogger).ask(job)).rejects.toMatchObject({ code: 'records-unreachable' });
    expect(performance.now() - began).toBeLessThan(6_000);
    redis.resume();
  });

  it('a worker goes on after Redis was away, also when it came back empty', async () => {
    redis = await startRedis({ persist: false });
    const connection = await openRedis(redis.url, silentLogger);
    const queue = redisQueue(connection, silentLogger);
    const runs: Job[] = [];
    const worker = startWorker({
      connection,
      queue: 'forge',
      concurrency: 2,
      handler: (run) => {
        runs.push(run);
        return Promise.resolve();
      },
      onFailed: () => Promise.resolve(),
      log: silentLogger,
      metrics: forgottenMetrics,
    });
    cleanups.push(() => connection.close());
    cleanups.push(() => worker.drain(0));
    await queue.ask(job);
    await eventually(() => runs.length === 1);
    await redis.kill();
    await redis.start();
    await eventually(() => queue.ask(job).then(() => true));
    await eventually(() => runs.length === 2);
  });

  it('a worker goes on after a job that ended while Redis was away', async () => {
    redis = await startRedis({ persist: false });
    const connection = await openRedis(redis.url, silentLogger);
    const queue = redisQueue(connection, silentLogger);
    let runs = 0;
    let finish: () => void = () => {};
    const held = new Promise<void>((resolve) => {
      finish = resolve;
    });
    const worker = startWorker({
      connection,
      queue: 'forge',
      concurrency: 1,
      handler: async () => {
        runs += 1;
        if (runs === 1) await held;
      },
      onFailed: () => Promise.resolve(),
      log: silentLogger,
      metrics: forgottenMetrics,
    });
    cleanups.push(() => connection.close());
    cleanups.push(() => worker.drain(0));
    await queue.ask(job);
    await eventually(() => runs === 1);
    await redis.kill();
    finish();
    await expect(queue.ask(job)).rejects.toMatchObject({ code: 'records-unreachable' });
    await redis.start();
    await eventually(() => queue.ask(job).then(() => true));
    await eventually(() => runs >= 2);
  });

  it('a worker drains within bounds while Redis is away', async () => {
    redis = await startRedis({ persist: false });
    const connection = await openRedis(redis.url, silentLogger);
    cleanups.push(() => connection.close());
    const worker = startWorker({
      connection,
      queue: 'forge',
      concurrency: 2,
      handler: () => Promise.resolve(),
      onFailed: () => Promise.resolve(),
      log: silentLogger,
      metrics: forgottenMetrics,
    });
    await redis.kill();
    const began = performance.now();
    await worker.drain(500);
    expect(performance.now() - began).toBeLessThan(3_000);
  });
});
