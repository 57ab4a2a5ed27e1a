import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Redis } from 'ioredis';
import { freePort } from '../../../sandbox/free-port.ts';
import { eventually } from '../../eventually.ts';

export interface TestRedis {
  readonly url: string;
  readonly port: number;
  wipe(): Promise<void>;
  /** It hangs: connections stay open and nothing is answered. */
  pause(): void;
  resume(): void;
  stop(): Promise<void>;
}

/** A private redis-server, without a file left behind. */
export async function startTestRedis({
  port,
  policy = 'noeviction',
}: {
  port?: number;
  policy?: string;
} = {}): Promise<TestRedis> {
  const at = port ?? (await freePort());
  const folder = await mkdtemp(path.join(tmpdir(), 'fairlead-redis-'));
  const args = [
    '--port',
    String(at),
    '--bind',
    '127.0.0.1',
    '--save',
    '',
    '--dir',
    folder,
    '--maxmemory-policy',
    policy,
  ];
  const server = spawn('redis-server', args, { stdio: 'ignore' });
  const url = `redis://127.0.0.1:${at}`;
  const client = new Redis(url, { lazyConnect: true, retryStrategy: () => 50 });
  client.on('error', () => {});
  await client.connect().catch(() => {});
  await eventually(async () => (await client.ping()) === 'PONG');
  return {
    url,
    port: at,
    wipe: async () => {
      await client.flushall();
    },
    pause: () => server.kill('SIGSTOP'),
    resume: () => server.kill('SIGCONT'),
    stop: async () => {
      client.disconnect();
      server.kill('SIGKILL');
      if (server.exitCode === null && server.signalCode === null) await once(server, 'exit');
      await rm(folder, { recursive: true, force: true });
    },
  };
}
