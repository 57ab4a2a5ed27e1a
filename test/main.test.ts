import { type ChildProcess, spawn } from 'node:child_process';
import { createHmac, generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Redis } from 'ioredis';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { findFreePort } from '../sandbox/find-free-port.ts';
import { type SandboxRedis, startRedis } from '../sandbox/redis.ts';
import { type RunningFairlead, startFairlead } from '../src/main.ts';
import { StartProblems } from '../src/roles/start-problems.ts';
import { eventually } from './eventually.ts';

const secret = 'hush';
const folder = mkdtempSync(path.join(tmpdir(), 'fairlead-main-'));
const clustersFile = path.join(folder, 'clusters.yaml');

describe('the process', () => {
  let redis: SandboxRedis;
  let running: RunningFairlead | null = null;
  const children: ChildProcess[] = [];
  const lines: string[] = [];
  const web = () => ({
    FAIRLEAD_ROLES: 'web',
    WEBHOOK_SECRET: secret,
    REDIS_URL: redis.url,
    HOST: '127.0.0.1',
    PORT: '0',
  });
  beforeAll(async () => {
    redis = await startRedis({ persist: false });
    writeFileSync(clustersFile, 'clusters: {}\n');
  });
  afterAll(async () => {
    await redis.stop();
    rmSync(folder, { recursive: true, force: true });
  });
  afterEach(async () => {
    await running?.stop();
    running = null;
    for (const child of children.splice(0)) child.kill('SIGKILL');
    lines.length = 0;
  });

  const start = async (environment: Readonly<Record<string, string>>): Promise<string> => {
    running = await startFairlead(environment, (line) => lines.push(line));
    return running.url;
  };

  const problems = async (environment: Readonly<Record<string, string>>): Promise<readonly string[]> => {
    const error = await start(environment).then(
      () => null,
      (reason: unknown) => reason,
    );
    expect(error).toBeInstanceOf(StartProblems);
    return error instanceof StartProblems ? error.problems : [];
  };

  const spawned = (environment: Readonly<Record<string, string>>): ChildProcess => {
    const child = spawn(process.execPath, [path.join(import.meta.dirname, '../src/main.ts')], {
      env: environment,
      cwd: folder,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    children.push(child);
    return child;
  };

  it('says where it listens, in a line a program can read', async () => {
    const url = await start(web());
    expect(lines.map((line) => JSON.parse(line) as unknown)).toMatchObject([
      { level: 'info', msg: 'listening', url, roles: ['web'], clusters: [] },
    ]);
  });

  it('is alive and ready, and shows its metrics', async () => {
    const url = await start(web());
    expect((await fetch(`${url}/healthz`)).status).toBe(200);
    const ready = await fetch(`${url}/readyz`);
    expect(ready.status).toBe(200);
    expect(await ready.json()).toEqual({ ready: true, dependencies: [{ name: 'redis', ok: true, why: 'answers' }] });
    const metrics = await fetch(`${url}/metrics`);
    expect(metrics.headers.get('content-type')).toContain('version=0.0.4');
    expect(await metrics.text()).toContain('fairlead_queue_oldest_waiting_seconds{queue="forge"} 0');
    expect((await fetch(`${url}/`)).status).toBe(404);
  });

  it('takes a webhook in, once, and refuses one that is not signed', async () => {
    const url = await start(web());
    expect(await deliver(url)).toBe(202);
    expect(await deliver(url)).toBe(202);
    expect(await deliver(url, `sha256=${'0'.repeat(64)}`)).toBe(401);
    const metrics = await (await fetch(`${url}/metrics`)).text();
    expect(metrics).toContain('fairlead_queue_jobs{queue="forge",state="waiting"} 1');
    expect(metrics).toContain('fairlead_http_request_seconds_count{route="/api/github/webhooks",status="202"} 2');
  });

  it('refuses a webhook larger than GitHub sends', async () => {
    const url = await start(web());
    const answer = await fetch(`${url}/api/github/webhooks`, { method: 'POST', body: Buffer.alloc(26_300_000) });
    expect(answer.status).toBe(413);
  });

  it('is not ready, stays alive and asks GitHub to send again while Redis is away', async () => {
    const own = await startRedis({ persist: false });
    const url = await start({ ...web(), REDIS_URL: own.url });
    await own.kill();
    const ready = await eventually(async () => {
      const answer = await fetch(`${url}/readyz`);
      return answer.status === 503 && answer;
    });
    expect(await ready.json()).toMatchObject({ ready: false, dependencies: [{ name: 'redis', ok: false }] });
    expect((await fetch(`${url}/healthz`)).status).toBe(200);
    expect((await fetch(`${url}/metrics`)).status).toBe(200);
    expect(await deliver(url)).toBe(503);
    await own.start();
    await eventually(async () => (await fetch(`${url}/readyz`)).status === 200);
    expect(await deliver(url)).toBe(202);
    await running?.stop();
    running = null;
    await own.stop();
  });

  it('serves clusters without anything of GitHub', async () => {
    const url = await start({
      FAIRLEAD_ROLES: 'cluster',
      FAIRLEAD_CLUSTERS: clustersFile,
      REDIS_URL: redis.url,
      HOST: '127.0.0.1',
      PORT: '0',
    });
    expect((await fetch(`${url}/readyz`)).status).toBe(200);
    expect((await fetch(`${url}/api/github/webhooks`, { method: 'POST' })).status).toBe(404);
  });

  it('does not start with a configuration that is wrong, and says all of it', async () => {
    expect(await problems({ FAIRLEAD_ROLES: 'web,cluster', PORT: 'x' })).toHaveLength(4);
  });

  it('does not start with an operator’s file that is wrong, and says where', async () => {
    const file = path.join(folder, 'wrong.yaml');
    writeFileSync(file, 'clusters:\n  Staging:\n    colour: red\n');
    const said = await problems({ FAIRLEAD_ROLES: 'cluster', FAIRLEAD_CLUSTERS: file, REDIS_URL: redis.url });
    expect(said.length).toBeGreaterThanOrEqual(2);
    expect(said.join('\n')).toMatch(/wrong\.yaml:3: clusters\.Staging\.colour: /);
  });

  it('does not start to serve a cluster that nobody named', async () => {
    const environment = { FAIRLEAD_ROLES: 'cluster', FAIRLEAD_CLUSTERS: clustersFile, REDIS_URL: redis.url };
    expect(await problems({ ...environment, FAIRLEAD_SERVE: 'mars' })).toEqual([expect.stringContaining('mars')]);
  });

  it('does not start without Redis, nor on a port that is taken', async () => {
    const port = String(await findFreePort());
    expect(await problems({ ...web(), REDIS_URL: `redis://127.0.0.1:${port}` })).toEqual([
      expect.stringContaining(port),
    ]);
    const taken = createServer().listen(Number(port), '127.0.0.1');
    await once(taken, 'listening');
    expect(await problems({ ...web(), PORT: port })).toEqual([expect.stringContaining('HOST and PORT')]);
    taken.close();
  });

  it('where a cluster cannot be opened, takes no work for the others', async () => {
    const kubeconfig = path.join(folder, 'staging.kubeconfig');
    writeFileSync(kubeconfig, staging);
    const file = path.join(folder, 'two.yaml');
    const entries = { staging: kubeconfig, production: path.join(folder, 'nowhere') };
    writeFileSync(file, operatorFile(entries));
    expect(await problems({ FAIRLEAD_ROLES: 'cluster', FAIRLEAD_CLUSTERS: file, REDIS_URL: redis.url })).toEqual([
      expect.stringContaining('production'),
    ]);
    expect(await connections(redis.url)).toBe(0);
  });

  it('where it may not schedule the sweep, leaves no worker and no folder behind', async () => {
    const temporary = path.join(folder, 'data', 'temporary');
    mkdirSync(path.dirname(temporary));
    // A Redis that runs no scripts, which a schedule needs and opening a connection does not.
    const client = new Redis(redis.url);
    await client.call('ACL', 'SETUSER', 'limited', 'on', '>limited', '~*', '&*', '+@all', '-eval', '-evalsha');
    client.disconnect();
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const said = await problems({
      PATH: process.env['PATH'] ?? '',
      FAIRLEAD_ROLES: 'forge',
      FAIRLEAD_CLUSTERS: clustersFile,
      FAIRLEAD_DATA: path.dirname(temporary),
      REDIS_URL: redis.url.replace('//', '//limited:limited@'),
      APP_ID: '1',
      PRIVATE_KEY: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    });
    expect(said).toEqual([expect.stringContaining('sweep')]);
    expect(await connections(redis.url)).toBe(0);
    expect(readdirSync(path.dirname(temporary))).not.toContain('temporary');
  });

  it('run by itself, ends with 78 and plain words where it cannot start', async () => {
    const child = spawned({ FAIRLEAD_ROLES: 'web', REDIS_URL: redis.url });
    let said = '';
    child.stderr?.on('data', (chunk: Buffer) => {
      said += chunk.toString();
    });
    const [code] = (await once(child, 'exit')) as [number];
    expect(code).toBe(78);
    expect(said).toMatch(/^Fairlead does not start:\n {2}WEBHOOK_SECRET is missing: .*\n$/);
  });

  it('run by itself, drains and ends with 0 where SIGTERM comes while it starts', async () => {
    let child: ChildProcess | null = null;
    const door = createServer((socket) => {
      child?.kill('SIGTERM');
      const inner = connect(Number(new URL(redis.url).port), '127.0.0.1');
      for (const [from, to] of [[socket, inner] as const, [inner, socket] as const]) {
        from.pipe(to).on('error', () => from.destroy());
      }
    }).listen(0, '127.0.0.1');
    await once(door, 'listening');
    child = spawned({ ...web(), REDIS_URL: `redis://127.0.0.1:${(door.address() as AddressInfo).port}` });
    const said: string[] = [];
    child.stdout?.on('data', (chunk: Buffer) => said.push(chunk.toString()));
    const [code] = (await once(child, 'exit')) as [number];
    expect(code).toBe(0);
    expect(said.join('')).toContain('"stopped"');
    door.close();
  });

  it.each(['SIGTERM', 'SIGINT'] as const)('run by itself, drains and ends with 0 at %s', async (signal) => {
    const child = spawned(web());
    const said: string[] = [];
    child.stdout?.on('data', (chunk: Buffer) => said.push(chunk.toString()));
    await eventually(() => said.join('').includes('"listening"'));
    child.kill(signal);
    const [code] = (await once(child, 'exit')) as [number];
    expect(code).toBe(0);
    expect(said.join('')).toContain('"stopped"');
  });
});

const staging = JSON.stringify({
  apiVersion: 'v1',
  kind: 'Config',
  clusters: [{ name: 'staging', cluster: { server: 'https://127.0.0.1:1' } }],
  users: [{ name: 'fairlead', user: { token: 'none' } }],
  contexts: [{ name: 'staging', context: { cluster: 'staging', user: 'fairlead' } }],
  'current-context': 'staging',
});

function operatorFile(kubeconfigs: Readonly<Record<string, string>>): string {
  const entries = Object.entries(kubeconfigs).map(([name, kubeconfig]) => [name, { kubeconfig, allow: [] }]);
  return JSON.stringify({ clusters: Object.fromEntries(entries) });
}

/** How many still hold a connection to it, besides who asks; it takes a moment until those that were closed are gone. */
async function connections(url: string): Promise<number> {
  const client = new Redis(url);
  try {
    const others = async (): Promise<number> =>
      String(await client.client('LIST'))
        .trim()
        .split('\n').length - 1;
    await eventually(async () => (await others()) === 0, 5_000).catch(() => undefined);
    return await others();
  } finally {
    client.disconnect();
  }
}

const push = JSON.stringify({
  repository: { id: 7, name: 'shop', owner: { login: 'acme' } },
  installation: { id: 11 },
  ref: 'refs/heads/main',
  before: 'a'.repeat(40),
  deleted: false,
});
const signed = `sha256=${createHmac('sha256', secret).update(push).digest('hex')}`;

/** Delivers one and the same push; gives the status of the answer. */
async function deliver(url: string, signature = signed): Promise<number> {
  const headers = { 'x-github-event': 'push', 'x-github-delivery': 'guid-1', 'x-hub-signature-256': signature };
  return (await fetch(`${url}/api/github/webhooks`, { method: 'POST', headers, body: push })).status;
}
