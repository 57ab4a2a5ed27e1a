import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { readAppManifest } from '../sandbox/app-manifest.ts';
import { provideTools } from '../sandbox/cluster/provide-tools.ts';
import { type Forge, startForge } from '../sandbox/forge/forge.ts';
import { forgeRecordFile } from '../sandbox/forge-record-file.ts';
import { type SandboxRedis, startRedis } from '../sandbox/redis.ts';
import { type RunningFairlead, startFairlead } from '../src/main.ts';
import { kernelCanJail } from './adapters/render/jail/jails.ts';
import { eventually } from './eventually.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'fairlead-main-forge-'));
const clustersFile = path.join(folder, 'clusters.yaml');
const settings = 'environments:\n  staging: { cluster: staging, path: deploy, namespace: shop }\n';

describe('a process of the roles web and forge', () => {
  let redis: SandboxRedis;
  let forge: Forge;
  let app: Awaited<ReturnType<Forge['registerApp']>>;
  let running: RunningFairlead | null = null;
  const lines: string[] = [];
  beforeAll(async () => {
    writeFileSync(clustersFile, 'clusters: {}\n');
    [redis, forge] = await Promise.all([startRedis({ persist: false }), startForge({ record: forgeRecordFile() })]);
    forge.createOrganization('acme');
    forge.createUser('ada');
    await forge.createRepository({ owner: 'acme', name: 'shop', files: { '.github/fairlead.yml': settings } });
    forge.setRole('acme/shop', 'ada', 'write');
    const { default_permissions: permissions, default_events: events } = readAppManifest();
    app = await forge.registerApp({ name: 'fairlead', permissions, events });
    forge.installApp(app.appId, { account: 'acme' });
  });
  afterAll(async () => {
    await Promise.all([forge.stop(), redis.stop()]);
    rmSync(folder, { recursive: true, force: true });
  });
  afterEach(async () => {
    await running?.stop();
    running = null;
    await redis.wipe();
    lines.length = 0;
  });

  const start = async (more: Readonly<Record<string, string>> = {}): Promise<string> => {
    const github = new URL(forge.url);
    running = await startFairlead(
      {
        PATH: process.env['PATH'],
        FAIRLEAD_ROLES: 'web,forge',
        WEBHOOK_SECRET: app.webhookSecret,
        REDIS_URL: redis.url,
        APP_ID: String(app.appId),
        PRIVATE_KEY: app.privateKey,
        GHE_HOST: github.host,
        GHE_PROTOCOL: 'http',
        FAIRLEAD_CLUSTERS: clustersFile,
        HOST: '127.0.0.1',
        PORT: '0',
        ...more,
      },
      (line) => lines.push(line),
    );
    return running.url;
  };

  const dependency = async (url: string, wanted: string): Promise<unknown> => {
    const { dependencies } = (await (await fetch(`${url}/readyz`)).json()) as {
      dependencies: { name: string; ok: boolean; why: string }[];
    };
    return dependencies.find(({ name }) => name === wanted);
  };

  it('names each thing it depends on, with what it found', async () => {
    const url = await start();
    const { dependencies } = (await (await fetch(`${url}/readyz`)).json()) as {
      dependencies: { name: string; ok: boolean; why: string }[];
    };
    expect(dependencies.map(({ name }) => name)).toEqual(['redis', 'forge', 'git', 'kustomize', 'jail']);
    expect(dependencies.find(({ name }) => name === 'forge')).toMatchObject({
      ok: true,
      why: expect.stringMatching(/^GitHub App /),
    });
    expect(dependencies.find(({ name }) => name === 'git')?.why).toMatch(/^2\.\d+/);
  });

  it('says which helm there is, where there is one', async () => {
    const { helm } = await provideTools(() => undefined);
    const url = await start({ PATH: [path.dirname(helm), process.env['PATH']].join(':') });
    const { dependencies } = (await (await fetch(`${url}/readyz`)).json()) as {
      dependencies: { name: string; ok: boolean; why: string }[];
    };
    const version: unknown = expect.stringMatching(/^v4\.\d+/);
    expect(dependencies.find(({ name }) => name === 'helm')).toMatchObject({ ok: true, why: version });
    const listening = lines.map((line) => JSON.parse(line) as { msg: string }).find(({ msg }) => msg === 'listening');
    expect(listening).toMatchObject({ programs: { helm: version } });
  });

  it('says once, and to whoever looks, where nothing jails the renderers, and is ready all the same', async () => {
    const forbids = path.join(folder, 'bin');
    mkdirSync(forbids);
    writeFileSync(path.join(forbids, 'unshare'), '#!/bin/sh\nexit 1\n', { mode: 0o755 });
    const noLandlock = '#!/bin/sh\necho "fairlead-jail: this kernel has no Landlock" >&2\nexit 125\n';
    writeFileSync(path.join(forbids, 'fairlead-jail'), noLandlock, { mode: 0o755 });
    const { kustomize } = await provideTools(() => undefined);
    const url = await start({ PATH: [forbids, path.dirname(kustomize), process.env['PATH']].join(':') });
    expect(await dependency(url, 'kustomize')).toMatchObject({ ok: true, why: expect.stringMatching(/^v5\.\S+$/) });
    expect(await dependency(url, 'jail')).toMatchObject({
      ok: true,
      why: expect.stringMatching(
        /^missing: .*no Landlock\. .*forks are refused.*network in reach: .*remote is refused/,
      ),
    });
    const warnings = lines.filter((line) => line.includes('"warn"') && line.includes('no Landlock'));
    expect(warnings).toHaveLength(1);
  });

  it('says that the jail holds, after it has tried it', async () => {
    if (!kernelCanJail) return console.warn('SKIPPED: this kernel has no Landlock');
    const tools = await provideTools(() => undefined);
    const programs = [tools.kustomize, tools['fairlead-jail']].map((program) => path.dirname(program));
    const url = await start({ PATH: [...programs, process.env['PATH']].join(':') });
    expect(await dependency(url, 'kustomize')).toMatchObject({ ok: true });
    expect(await dependency(url, 'jail')).toMatchObject({ ok: true, why: expect.stringMatching(/^holds: /) });
    expect(lines.filter((line) => line.includes('"warn"'))).toEqual([]);
  });

  it('is not ready with the key of another App, and says so', async () => {
    const other = await forge.registerApp({ name: 'other', permissions: {}, events: [] });
    const url = await start({ PRIVATE_KEY: other.privateKey });
    const answer = await fetch(`${url}/readyz`);
    expect(answer.status).toBe(503);
    expect(await answer.json()).toMatchObject({
      dependencies: [{ name: 'redis', ok: true }, { name: 'forge', ok: false }, { name: 'git', ok: true }, {}, {}],
    });
    await running?.stop();
    running = null;
    expect(new Set(forge.takeViolations().map(({ status }) => status))).toEqual(new Set([401]));
  });

  it('lives through a Redis that goes away and comes back empty, and works on', async () => {
    const own = await startRedis({ persist: false });
    const url = await start({ REDIS_URL: own.url, FAIRLEAD_SWEEP: '1s' });
    const swept = async (): Promise<number> => {
      const metrics = await (await fetch(`${url}/metrics`)).text();
      return Number(/fairlead_job_seconds_count\{kind="sweep",outcome="done"\} (\d+)/.exec(metrics)?.[1] ?? 0);
    };
    await eventually(async () => (await swept()) > 0);
    await own.kill();
    await eventually(async () => (await fetch(`${url}/readyz`)).status === 503);
    // Long enough for every timer to meet it.
    await eventually(() => lines.some((line) => line.includes('the sweep could not be scheduled')));
    await own.start();
    const before = await swept();
    await eventually(async () => (await swept()) > before);
    await running?.stop();
    running = null;
    await own.stop();
  });

  it('sweeps as soon as it starts: a pull request that no webhook told of gets its check run', async () => {
    const head = await forge.as('ada').pushFiles('acme/shop', { branch: 'change', files: { 'README.md': 'shop' } });
    await forge.as('ada').openPullRequest('acme/shop', { head: 'change' });
    await start();
    const runs = await eventually(() => {
      const found = forge.state.checkRuns.where((run) => run.headSha === head);
      return found.some((run) => run.name === 'fairlead/plan') && found;
    });
    expect(runs.map((run) => run.name)).toContain('fairlead/plan');
    expect(lines.join('')).not.toMatch(/ghs_|PRIVATE KEY/);
  });
});
