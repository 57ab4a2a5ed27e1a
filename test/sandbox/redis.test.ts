import { Redis } from 'ioredis';
import { afterEach, describe, expect, it } from 'vitest';
import { type RedisOptions, type SandboxRedis, startRedis } from '../../sandbox/redis.ts';

const running: SandboxRedis[] = [];
const clients: Redis[] = [];
afterEach(async () => {
  for (const client of clients.splice(0)) client.disconnect();
  await Promise.all(running.splice(0).map((redis) => redis.stop()));
});

describe('a private Redis', () => {
  it('evicts nothing and writes what it is told to a file', async () => {
    const client = connect(await start());
    expect(await client.config('GET', 'maxmemory-policy')).toEqual(['maxmemory-policy', 'noeviction']);
    expect(await client.config('GET', 'appendonly')).toEqual(['appendonly', 'yes']);
  });

  it('runs beside others', async () => {
    const [one, two] = await Promise.all([start(), start()]);
    await connect(one).set('key', 'one');
    expect(await connect(two).get('key')).toBe(null);
  });

  it('keeps its address and its data over a restart', async () => {
    const redis = await start();
    await connect(redis).set('key', 'kept');
    await redis.restart();
    expect(await connect(redis).get('key')).toBe('kept');
  });

  it('forgets over a restart when it does not persist', async () => {
    const redis = await start({ persist: false });
    await connect(redis).set('key', 'lost');
    await redis.restart();
    expect(await connect(redis).get('key')).toBe(null);
  });

  it('can be wiped', async () => {
    const redis = await start();
    const client = connect(redis);
    await client.set('key', 'wiped');
    await redis.wipe();
    expect(await client.get('key')).toBe(null);
  });

  it('can be out of reach, refusing or silent, and come back', async () => {
    const redis = await start();
    await redis.kill();
    await expect(connect(redis).ping()).rejects.toThrow('Connection is closed');
    await redis.start();
    expect(await connect(redis).ping()).toBe('PONG');

    const client = connect(redis);
    await client.ping();
    redis.pause();
    const answer = client.ping();
    const silence = AbortSignal.timeout(200);
    const first = await Promise.race([answer, new Promise((resolve) => silence.addEventListener('abort', resolve))]);
    expect(first).toBeInstanceOf(Event);
    redis.resume();
    expect(await answer).toBe('PONG');
  });

  it('is gone when it is stopped', async () => {
    const redis = await start();
    await redis.stop();
    await redis.stop();
    await expect(connect(redis).ping()).rejects.toThrow('Connection is closed');
  });
});

async function start(options: RedisOptions = {}): Promise<SandboxRedis> {
  const redis = await startRedis(options);
  running.push(redis);
  return redis;
}

function connect({ url }: SandboxRedis): Redis {
  const client = new Redis(url, { retryStrategy: () => null, maxRetriesPerRequest: 0 });
  client.on('error', () => {});
  clients.push(client);
  return client;
}
