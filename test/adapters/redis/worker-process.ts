// A worker in a process of its own, for the tests that kill it: says `started NUMBER` and never finishes a job.

import { openRedis } from '../../../src/adapters/redis/connection.ts';
import { startWorker } from '../../../src/adapters/redis/worker.ts';
import { silentLogger } from '../../fakes/logger.ts';
import { forgottenMetrics } from '../../fakes/metrics.ts';

startWorker({
  connection: await openRedis(process.argv[2] ?? '', silentLogger),
  queue: 'forge',
  concurrency: 4,
  lockMs: 1_000,
  handler: (job) => {
    process.stdout.write(`started ${'number' in job ? job.number : job.kind}\n`);
    return new Promise(() => {});
  },
  onFailed: () => Promise.resolve(),
  log: silentLogger,
  metrics: forgottenMetrics,
});
