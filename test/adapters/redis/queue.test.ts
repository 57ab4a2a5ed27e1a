import { afterAll, beforeAll } from 'vitest';
import { type SandboxRedis, startRedis } from '../../../sandbox/redis.ts';
import { openRedis } from '../../../src/adapters/redis/connection.ts';
import { redisQueue } from '../../../src/adapters/redis/queue.ts';
import { type RunningWorker, startWorker } from '../../../src/adapters/redis/worker.ts';
import type { Job } from '../../../src/domain/job.ts';
import { queueContract } from '../../contracts/queue.ts';
import { silentLogger } from '../../fakes/logger.ts';
import { forgottenMetrics } from '../../fakes/metrics.ts';

let redis: SandboxRedis;
beforeAll(async () => {
  redis = await startRedis({ persist: false });
});
afterAll(() => redis.stop());

queueContract('the queue on Redis', async () => {
  await redis.wipe();
  const connection = await openRedis(redis.url, silentLogger);
  const queue = redisQueue(connection, silentLogger);
  const failed: { readonly job: Job; readonly error: unknown }[] = [];
  const workers: RunningWorker[] = [];
  return {
    queue,
    failed,
    serve: (handler) => {
      workers.push(
        startWorker({
          connection,
          queue: 'forge',
          concurrency: 4,
          handler,
          onFailed: (job, error) => {
            failed.push({ job, error });
            return Promise.resolve();
          },
          log: silentLogger,
          metrics: forgottenMetrics,
        }),
      );
    },
    close: async () => {
      for (const worker of workers) await worker.drain(1_000);
      await queue.close();
      connection.close();
    },
  };
});
