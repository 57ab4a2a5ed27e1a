import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type SandboxRedis, startRedis } from '../../../sandbox/redis.ts';
import { openRedis, type RedisConnection } from '../../../src/adapters/redis/connection.ts';
import { type RedisQueue, redisQueue } from '../../../src/adapters/redis/queue.ts';
import { type RunningWorker, startWorker, type WorkerOptions } from '../../../src/adapters/redis/worker.ts';
import { Failure } from '../../../src/domain/failure.ts';
import type { Job } from '../../../src/domain/job.ts';
import { acmeShop as repository } from '../../acme-shop.ts';
import { eventually } from '../../eventually.ts';
import { keepingLogger, silentLogger } from '../../fakes/logger.ts';

const inspect = (number: number): Job => ({ kind: 'inspect-pull-request', repository, number });

describe('a worker', () => {
  let redis: SandboxRedis;
  let connection: RedisConnection;
  let queue: RedisQueue;
  let workers: RunningWorker[] = [];
  let finished: string[] = [];
  let failed: { readonly job: Job; readonly error: unknown }[] = [];
  const children: ChildProcess[] = [];

  beforeAll(async () => {
    redis = await startRedis({ persist: false });
  });
  afterAll(() => redis.stop());
  beforeEach(async () => {
    await redis.wipe();
    connection = await openRedis(redis.url, silentLogger);
    queue = redisQueue(connection, silentLogger);
    workers = [];
    finished = [];
    failed = [];
  });
  afterEach(async () => {
    for (const child of children.splice(0)) child.kill('SIGKILL');
    await Promise.all(workers.map((worker) => worker.drain(0)));
    await queue.close();
    connection.close();
  });

  const serve = (options: Partial<WorkerOptions> & Pick<WorkerOptions, 'handler'>): RunningWorker => {
    const worker = startWorker({
      connection,
      queue: 'forge',
      concurrency: 4,
      lockMs: 1_000,
      stopWithinMs: 500,
      onFailed: (job, error) => {
        failed.push({ job, error });
        return Promise.resolve();
      },
      log: silentLogger,
      metrics: { jobFinished: (kind, outcome) => finished.push(`${kind} ${outcome}`) },
      ...options,
    });
    workers.push(worker);
    return worker;
  };

  const serveInProcess = async (): Promise<ChildProcess> => {
    const child = spawn(process.execPath, [fileURLToPath(new URL('./worker-process.ts', import.meta.url)), redis.url], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    children.push(child);
    await once(child.stdout, 'data');
    return child;
  };

  it('takes over what a killed process left undone, with the newest word', async () => {
    await queue.ask(inspect(1));
    const child = await serveInProcess();
    await queue.ask({ ...inspect(1), repository: { ...repository, name: 'renamed' } } as Job);
    child.kill('SIGKILL');
    const runs: Job[] = [];
    serve({
      handler: (job) => {
        runs.push(job);
        return Promise.resolve();
      },
    });
    await eventually(() => runs.length > 0);
    expect(runs[0]).toMatchObject({ number: 1, repository: { name: 'renamed' } });
    expect(failed).toEqual([]);
  });

  it('gives up on a job that kills its process again and again, and says so', async () => {
    await queue.ask(inspect(1));
    for (let deaths = 0; deaths < 4; deaths += 1) {
      const child = await serveInProcess();
      child.kill('SIGKILL');
      await once(child, 'exit');
    }
    let runs = 0;
    serve({
      handler: () => {
        runs += 1;
        return Promise.resolve();
      },
    });
    await eventually(() => failed.length === 1);
    expect(failed[0]?.job).toEqual(inspect(1));
    expect(runs).toBe(0);
  });

  it('aborts a job at its deadline, and does not wait for one that does not listen', async () => {
    const reasons: unknown[] = [];
    const tries: number[] = [];
    serve({
      deadlineMs: () => 50,
      handler: (job, { signal }) => {
        tries.push(numberOf(job));
        signal.addEventListener('abort', () => reasons.push(signal.reason));
        return new Promise((_resolve, reject) => {
          // Job 2 hangs on.
          if ('number' in job && job.number === 1) signal.addEventListener('abort', () => reject(new Error('stopped')));
        });
      },
    });
    await queue.ask(inspect(1));
    await eventually(() => tries.filter((number) => number === 1).length === 2);
    await queue.ask(inspect(2));
    await eventually(() => tries.filter((number) => number === 2).length === 2);
    expect(reasons[0]).toBeInstanceOf(Failure);
    expect(reasons[0]).toMatchObject({ code: 'deadline', retryable: true });
  });

  it('aborts a job that another worker has taken over', async () => {
    const reasons: unknown[] = [];
    serve({ handler: untilAborted(reasons) });
    await queue.ask(inspect(1));
    await eventually(async () => (await queue.opened('forge').getActiveCount()) === 1);
    const [key] = await connection.client.keys('{fairlead}:forge:*:lock');
    await connection.client.set(key ?? '', 'somebody else', 'PX', 60_000);
    await eventually(() => reasons.length > 0);
    expect(reasons[0]).toMatchObject({ code: 'lock-lost' });
  });

  it('logs what finally failed with its whole cause, and stores only its code', async () => {
    const log = keepingLogger();
    const error = new Failure('forge-refused', {
      subject: 'acme/shop#1',
      message: 'it said: password hunter2',
      retryable: false,
      cause: new Error('deep'),
    });
    serve({ log, handler: () => Promise.reject(error) });
    await queue.ask(inspect(1));
    await eventually(() => failed.length === 1);
    const line = log.lines.find(({ level }) => level === 'error');
    expect(line?.fields).toMatchObject({ job: 'inspect-pull-request', repository: 'acme/shop', pull: 1, error });
    await eventually(async () => (await queue.opened('forge').getFailedCount()) === 1);
    const stored = await everything();
    expect(stored).toContain('forge-refused');
    expect(stored).not.toContain('hunter2');
    expect(finished).toEqual(['inspect-pull-request failed']);
  });

  it('tries what may pass eight times', async () => {
    let tries = 0;
    const error = new Failure('forge-unreachable', { subject: 'x', message: 'x', retryable: true, cause: null });
    serve({
      handler: () => {
        tries += 1;
        return Promise.reject(error);
      },
    });
    await queue.ask(inspect(1));
    // The pauses between the tries are minutes in all: they are cut short.
    await eventually(async () => {
      for (const job of await queue.opened('forge').getDelayed()) await job.promote();
      return failed.length === 1;
    });
    expect(tries).toBe(8);
  });

  it('takes repositories in turn, however much one of them asks for at once', async () => {
    await Promise.all(Array.from({ length: 30 }, (_, index) => queue.ask(inspect(index + 1))));
    const order: string[] = [];
    serve({
      concurrency: 1,
      handler: async (job) => {
        order.push(nameOf(job));
        if (order.length === 10) for (const number of [1, 2]) await queue.ask(ofOther(number));
      },
    });
    await eventually(() => order.length === 32);
    expect(order.indexOf('other#1')).toBeLessThan(13);
    expect(order.indexOf('other#2')).toBeLessThan(15);
  });

  it.each<[string, (number: number) => Job]>([
    [
      'what people write in comments',
      (comment) => ({ kind: 'run-command', repository, number: 1, comment, written: '' }),
    ],
    ['the pull requests that anybody may open', inspect],
  ])('lets no release stand behind %s', async (_what, askedFor) => {
    const push: Job = { kind: 'fan-out-push', repository, branch: 'main', asked: 'push', before: null };
    for (let number = 1; number <= 30; number += 1) await queue.ask(askedFor(number));
    await queue.ask(push);
    const order: string[] = [];
    serve({
      concurrency: 1,
      handler: (job) => {
        order.push(job.kind);
        return Promise.resolve();
      },
    });
    await eventually(() => order.length === 31);
    expect(order.indexOf('fan-out-push')).toBeLessThan(3);
  });

  it('takes first who came first within a repository, and asking again neither helps nor costs', async () => {
    for (let number = 1; number <= 8; number += 1) await queue.ask(inspect(number));
    for (let again = 0; again < 20; again += 1) await queue.ask(inspect(8));
    await queue.ask(inspect(9));
    for (let number = 1; number <= 9; number += 1) await queue.ask(ofOther(number));
    const order: string[] = [];
    serve({
      concurrency: 1,
      handler: (job) => {
        order.push(nameOf(job));
        return Promise.resolve();
      },
    });
    await eventually(() => order.length === 18);
    expect(order.filter((name) => name.startsWith('shop'))).toEqual(
      Array.from({ length: 9 }, (_, index) => `shop#${index + 1}`),
    );
    expect(order.indexOf('shop#9')).toBeGreaterThan(order.indexOf('other#8'));
    expect(order.indexOf('shop#9')).toBeLessThan(order.indexOf('other#9'));
  });

  it('lets nobody who comes again and again push back who waits', async () => {
    for (let number = 1; number <= 5; number += 1) await queue.ask(inspect(number));
    const order: string[] = [];
    serve({
      concurrency: 1,
      handler: async (job) => {
        order.push(nameOf(job));
        if (order.length < 20) await queue.ask(ofOther(order.length));
      },
    });
    await eventually(() => order.length >= 20);
    expect(order.indexOf('shop#5')).toBeLessThan(10);
  });

  it('takes a job again that was asked for when it was given up', async () => {
    const error = new Failure('forge-refused', { subject: 'x', message: 'x', retryable: false, cause: null });
    let [tries, given] = [0, 0];
    serve({
      handler: () => {
        tries += 1;
        return tries === 1 ? Promise.reject(error) : Promise.resolve();
      },
      onFailed: (job) => {
        given += 1;
        return queue.ask(job, { delayMs: 100 });
      },
    });
    await queue.ask(inspect(1));
    await eventually(() => tries === 2);
    expect(given).toBe(1);
  });

  it('tries what nobody foresaw three times', async () => {
    let tries = 0;
    serve({
      handler: () => {
        tries += 1;
        return Promise.reject(new TypeError('oops'));
      },
    });
    await queue.ask(inspect(1));
    await eventually(async () => {
      for (const job of await queue.opened('forge').getDelayed()) await job.promote();
      return failed.length === 1;
    });
    expect(tries).toBe(3);
  });

  it('lets a running job finish when it drains, and takes no other', async () => {
    const runs: number[] = [];
    let finish: () => void = () => {};
    const held = new Promise<void>((resolve) => {
      finish = resolve;
    });
    const worker = serve({
      concurrency: 1,
      handler: async (job) => {
        await held;
        runs.push(numberOf(job));
      },
    });
    await queue.ask(inspect(1));
    await eventually(async () => (await queue.opened('forge').getActiveCount()) === 1);
    const drained = worker.drain(10_000);
    await queue.ask(inspect(2));
    finish();
    await drained;
    expect(runs).toEqual([1]);
    expect(await queue.opened('forge').getPrioritizedCount()).toBe(1);
  });

  it('stops a job that does not finish in time when it drains, and leaves it to the next process', async () => {
    const reasons: unknown[] = [];
    const worker = serve({ handler: untilAborted(reasons) });
    await queue.ask(inspect(1));
    await eventually(async () => (await queue.opened('forge').getActiveCount()) === 1);
    await worker.drain(50);
    expect(reasons).toMatchObject([{ code: 'stopped' }]);
    let runs = 0;
    serve({
      handler: () => {
        runs += 1;
        return Promise.resolve();
      },
    });
    await eventually(() => runs === 1);
    expect(failed).toEqual([]);
  });

  it('drains within bounds although a job hangs', async () => {
    const worker = serve({ handler: () => new Promise(() => {}) });
    await queue.ask(inspect(1));
    await eventually(async () => (await queue.opened('forge').getActiveCount()) === 1);
    const began = performance.now();
    await worker.drain(100);
    expect(performance.now() - began).toBeLessThan(4_000);
  });

  it('refuses a job it cannot read, and goes on', async () => {
    const log = keepingLogger();
    const runs: Job[] = [];
    serve({
      log,
      handler: (job) => {
        runs.push(job);
        return Promise.resolve();
      },
    });
    await queue.opened('forge').add('future', { kind: 'future', repository });
    await queue.ask(inspect(1));
    await eventually(() => runs.length === 1);
    await eventually(() => log.lines.some(({ level }) => level === 'error'));
    expect(runs).toEqual([inspect(1)]);
  });

  // Everything Redis holds, as text.
  async function everything(): Promise<string> {
    const keys = await connection.client.keys('*');
    const texts = await Promise.all(
      keys.map(async (key) => {
        const type = await connection.client.type(key);
        if (type === 'hash') return JSON.stringify(await connection.client.hgetall(key));
        if (type === 'string') return connection.client.get(key);
        if (type === 'stream') return JSON.stringify(await connection.client.xrange(key, '-', '+'));
        return '';
      }),
    );
    return texts.join('\n');
  }
});

/** A job that goes on until it is told to stop, and keeps why. */
function untilAborted(reasons: unknown[]): WorkerOptions['handler'] {
  return (_job, { signal }) =>
    new Promise((_resolve, reject) => {
      signal.addEventListener('abort', () => {
        reasons.push(signal.reason);
        reject(new Error('stopped'));
      });
    });
}

/** The same of another repository. */
function ofOther(number: number): Job {
  return { kind: 'inspect-pull-request', repository: { ...repository, id: repository.id + 1, name: 'other' }, number };
}

function nameOf(job: Job): string {
  return 'repository' in job && 'number' in job ? `${job.repository.name}#${job.number}` : job.kind;
}

function numberOf(job: Job): number {
  return 'number' in job && typeof job.number === 'number' ? job.number : 0;
}
