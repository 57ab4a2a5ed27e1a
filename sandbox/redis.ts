import { setTimeout } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { findFreePort } from './find-free-port.ts';
import { makeGuardedFolder } from './guarded-folder.ts';
import { type GuardedProcess, startGuardedProcess } from './guarded-process.ts';
import { provideRedis } from './provide-redis.ts';

export type RedisOptions = {
  /** Whether what is written survives a restart (append-only file). Default true, as in production. */
  readonly persist?: boolean;
  /** Told what is installed. Default: nobody. */
  readonly say?: (line: string) => void;
};

/** A private Redis on loopback. */
export type SandboxRedis = {
  /** `redis://127.0.0.1:PORT`, the same over restarts. */
  readonly url: string;
  /** Forgets everything, as after a lost disk. Connections stay. */
  wipe(): Promise<void>;
  /** Killed and started again; resolves when it answers. */
  restart(): Promise<void>;
  /** Connections are refused from now on. */
  kill(): Promise<void>;
  /** After `kill`; resolves when it answers. */
  start(): Promise<void>;
  /** Connections are accepted and never answered. */
  pause(): void;
  resume(): void;
  /** Ends and removes everything. May be called again. */
  stop(): Promise<void>;
};

const readyWithinMs = 60_000;

export async function startRedis({ persist = true, say = () => {} }: RedisOptions = {}): Promise<SandboxRedis> {
  const command = await provideRedis(say);
  const folder = await makeGuardedFolder('redis');
  const port = await findFreePort();
  const url = `redis://127.0.0.1:${port}`;
  let server: GuardedProcess | undefined;
  const start = async (): Promise<void> => {
    server = await startGuardedProcess({
      command,
      args: redisArguments({ port, folder: folder.path, persist }),
      env: { PATH: process.env['PATH'] },
      cwd: folder.path,
      log: `${folder.path}/log`,
    });
    await untilItAnswers(url);
  };
  const kill = async (): Promise<void> => server?.kill();
  await start();
  return {
    url,
    start,
    kill,
    wipe: () => withClient(url, async (client) => void (await client.flushall())),
    restart: async () => {
      await kill();
      await start();
    },
    pause: () => server?.signal('SIGSTOP'),
    resume: () => server?.signal('SIGCONT'),
    stop: async () => {
      await kill();
      await folder.remove();
    },
  };
}

function redisArguments({ port, folder, persist }: { port: number; folder: string; persist: boolean }): string[] {
  const settings = {
    port: String(port),
    bind: '127.0.0.1',
    dir: folder,
    'maxmemory-policy': 'noeviction',
    appendonly: persist ? 'yes' : 'no',
    appendfsync: 'everysec', // a killed process loses nothing by it, only a power failure would
    save: '', // the append-only file is enough
  };
  return Object.entries(settings).flatMap(([name, value]) => [`--${name}`, value]);
}

async function untilItAnswers(url: string): Promise<void> {
  const deadline = performance.now() + readyWithinMs;
  for (;;) {
    try {
      await withClient(url, (client) => client.ping());
      return;
    } catch (cause) {
      if (performance.now() > deadline) throw new Error(`Redis does not answer at ${url}`, { cause });
      await setTimeout(20);
    }
  }
}

async function withClient<T>(url: string, use: (client: Redis) => Promise<T>): Promise<T> {
  const client = new Redis(url, { lazyConnect: true, retryStrategy: () => null, maxRetriesPerRequest: 0 });
  client.on('error', () => {}); // the command that fails says so too
  try {
    await client.connect();
    return await use(client);
  } finally {
    client.disconnect();
  }
}
