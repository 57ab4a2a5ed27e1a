import { Redis } from 'ioredis';
import { Failure } from '../../domain/failure.ts';
import type { Logger } from '../../ports/logger.ts';

/**
 * Every key of Fairlead begins with this. The braces keep all of them in one slot of a Redis Cluster, which the
 * scripts of BullMQ need (docs.bullmq.io/bull/patterns/redis-cluster).
 */
export const keyPrefix = '{fairlead}';

/** How long an answer of Redis is waited for. */
export const answerWithinMs = 5_000;

export interface RedisConnection {
  /** For short commands: fails at once while Redis is away, instead of hoarding commands. */
  readonly client: Redis;
  /** A further connection as a worker needs it: it waits for ever, through every reconnect. The caller disconnects it. */
  openForWorker(): Redis;
  /** Whether Redis answers within `ms`, and can hold more work; throws why not, in plain words where it answers. */
  check(ms: number): Promise<void>;
  close(): void;
}

/**
 * Connects and checks that this Redis may hold work: one that evicts keys when memory runs short would lose jobs
 * without a word. Throws an Error in plain words for who starts the process.
 */
export async function openRedis(url: string, log: Logger): Promise<RedisConnection> {
  const client = new Redis(url, {
    lazyConnect: true,
    enableOfflineQueue: false,
    maxRetriesPerRequest: 1,
    commandTimeout: answerWithinMs,
    connectTimeout: answerWithinMs,
    retryStrategy,
  });
  const address = `${client.options.host ?? 'localhost'}:${client.options.port ?? 6379}`;
  listen(client, address, log);
  try {
    await client.connect().catch((cause: unknown) => {
      throw new Error(
        `Redis at ${address} does not answer: ${messageOf(cause)}. Is REDIS_URL right, and Redis running?`,
        {
          cause,
        },
      );
    });
    checkEviction(await client.info('memory'), address);
  } catch (error) {
    client.disconnect();
    throw error;
  }
  return {
    client,
    openForWorker: () => {
      const worker = new Redis(url, { maxRetriesPerRequest: null, connectTimeout: answerWithinMs, retryStrategy });
      listen(worker, address, log);
      return worker;
    },
    check: async (ms) => {
      const memory = await within(ms, address, () => client.info('memory'));
      checkEviction(memory, address);
      checkRoom(memory, address);
    },
    close: () => client.disconnect(),
  };
}

/** Runs work that asks Redis, at most `ms`; whatever goes wrong is `records-unreachable`, and may pass. */
export async function within<T>(ms: number, subject: string, work: () => Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${ms} ms`)), ms);
  });
  try {
    return await Promise.race([work(), late]);
  } catch (cause) {
    if (cause instanceof Failure) throw cause;
    throw new Failure('records-unreachable', {
      subject,
      message: messageOf(cause),
      retryable: true,
      cause,
    });
  } finally {
    clearTimeout(timer);
  }
}

function checkEviction(memory: string, address: string): void {
  const policy = /^maxmemory_policy:(\S+)/m.exec(memory)?.[1];
  if (policy === undefined || policy === 'noeviction') return;
  throw new Error(
    `Redis at ${address} evicts keys when its memory runs short (maxmemory-policy ${policy}), so jobs would vanish. ` +
      'Set it to noeviction, for example with: redis-cli CONFIG SET maxmemory-policy noeviction',
  );
}

/** A Redis that is full answers, and takes nothing in. */
function checkRoom(memory: string, address: string): void {
  const [used, limit] = ['used_memory', 'maxmemory'].map((name) =>
    Number(new RegExp(`^${name}:(\\d+)`, 'm').exec(memory)?.[1] ?? 0),
  );
  if (limit === undefined || limit === 0 || used === undefined || used < limit) return;
  throw new Error(`Redis at ${address} is full (maxmemory ${limit} bytes): nothing can be asked for until it has room`);
}

// ioredis reports every failed attempt to connect again: said once when it goes and once when it is back.
function listen(client: Redis, address: string, log: Logger): void {
  let state: 'opening' | 'there' | 'away' = 'opening';
  let last = 'connection closed';
  client.on('error', (error: Error) => {
    last = error.message;
  });
  client.on('reconnecting', () => {
    if (state === 'there') log.warn('redis is away', { redis: address, error: last });
    if (state === 'there') state = 'away';
  });
  client.on('ready', () => {
    if (state === 'away') log.info('redis is back', { redis: address });
    state = 'there';
  });
}

function retryStrategy(times: number): number {
  return Math.min(times * 100, 2_000);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
