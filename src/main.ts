import { readFileSync } from 'node:fs';
import process from 'node:process';
import { systemClock } from './adapters/clock/system-clock.ts';
import { readiness } from './adapters/http/readiness.ts';
import { type HttpAnswer, type Route, type RunningHttpServer, startHttpServer } from './adapters/http/server.ts';
import { pinoLogger } from './adapters/log/pino-logger.ts';
import { scrub } from './adapters/log/scrub.ts';
import { prometheusMetrics } from './adapters/metrics/prometheus.ts';
import { openRedis } from './adapters/redis/connection.ts';
import { redisMadeRenderings } from './adapters/redis/made-renderings.ts';
import { redisPlanLinks } from './adapters/redis/plan-links.ts';
import { redisQueue } from './adapters/redis/queue.ts';
import { readQueueDepths } from './adapters/redis/read-queue-depths.ts';
import { redisRecords } from './adapters/redis/records.ts';
import { redisRenderings } from './adapters/redis/renderings.ts';
import { type Config, processEnvironment, readConfig } from './config.ts';
import type { ClusterEntry } from './domain/allowance.ts';
import { clusterQueues, forgeQueue } from './domain/job.ts';
import type { Logger } from './ports/logger.ts';
import { type Closers, createClosers } from './roles/closers.ts';
import { openCluster } from './roles/cluster.ts';
import { openForge } from './roles/forge.ts';
import type { OpenRole, Platform } from './roles/platform.ts';
import { readClusters, servedClusters } from './roles/read-clusters.ts';
import { StartProblems } from './roles/start-problems.ts';
import { openWeb } from './roles/web.ts';

/** A process of Fairlead that has started. */
export interface RunningFairlead {
  /** Where it listens, as it can be opened from this machine. */
  readonly url: string;
  /** Takes nothing more, lets what runs finish within bounds, leaves the rest to the next process. Never hangs. */
  stop(): Promise<void>;
}

/** GitHub's own limit of a webhook's payload (docs.github.com/en/webhooks/webhook-events-and-payloads). */
const maxBodyBytes = 25 * 1024 * 1024;
/** Nobody has shown a signature before the body is whole, so anybody can send as many as they like. */
const maxBodiesBytes = 4 * maxBodyBytes;
/** About thirty large pages of plans. */
const maxUnreadBytes = 64 * 1024 * 1024;
/** Together less than the 30 s that Kubernetes leaves a pod. */
const requestGraceMs = 3_000;
const jobGraceMs = 15_000;

/** Builds everything from the environment and starts the roles. Throws `StartProblems`. `write` takes lines of the log. */
export async function startFairlead(
  environment: Readonly<Record<string, string | undefined>>,
  write: (line: string) => void,
): Promise<RunningFairlead> {
  const read = readConfig(environment);
  if (read.kind === 'problems') throw new StartProblems(read.problems);
  const { config } = read;
  const clusters = readClusters(config);
  const version = readVersion();
  const log = pinoLogger({ ...config.log, write });
  const closers = createClosers(log);
  try {
    const connection = await openRedis(config.redisUrl, log);
    closers.add('connection to Redis', () => connection.close());
    const queue = redisQueue(connection, log);
    closers.add('queues', () => queue.close());
    const queues = queuesOf(config, clusters);
    const metrics = prometheusMetrics({ version, waitingJobs: () => readQueueDepths(queue, queues), log });
    const renderings = redisRenderings(connection.client, log);
    const records = redisRecords(connection.client, log, renderings);
    const platform: Platform = {
      version,
      connection,
      queue,
      records,
      made: redisMadeRenderings(connection.client, renderings, version),
      planLinks: redisPlanLinks(connection.client, config.url, systemClock),
      clock: systemClock,
      log,
      metrics,
      closers,
    };

    // All is open before anything runs: what is wrong with one role is found while none of them holds a job or a Lease.
    const roles = await openRoles(platform, config, clusters);
    closers.add('jobs', () => drain(roles));
    const redis = { name: 'redis', look: () => connection.check(2_000).then(() => 'answers') };
    const ready = readiness([redis, ...roles.flatMap(({ dependencies }) => dependencies)], () =>
      systemClock.monotonic(),
    );
    const server = await listen(config, log, {
      routes: [...roles.flatMap(({ routes }) => routes), ...ownRoutes(ready, () => metrics.text())],
      onFinished: (route, status, seconds) => metrics.httpFinished(route, status, seconds),
    });
    closers.add('HTTP server', () => server.close(requestGraceMs));
    for (const role of roles) await role.start();
    log.info('listening', {
      url: server.url,
      version,
      node: process.version,
      roles: config.roles,
      clusters: servedClusters(config, clusters).map(({ name }) => name),
      programs: Object.fromEntries(roles.flatMap(({ programs }) => Object.entries(programs))),
    });
    return { url: server.url, stop: () => stopping(log, closers) };
  } catch (error) {
    await closers.close();
    if (error instanceof StartProblems) throw error;
    throw new StartProblems([error instanceof Error ? error.message : String(error)]);
  }
}

async function openRoles(
  platform: Platform,
  config: Config,
  clusters: readonly ClusterEntry[],
): Promise<readonly OpenRole[]> {
  const roles: OpenRole[] = [];
  if (config.web !== null) roles.push(await openWeb(platform, config.web.webhookSecret));
  if (config.forge !== null) {
    roles.push(await openForge(platform, { ...config.forge, clusters, programs: config.programs }));
  }
  if (config.cluster !== null) roles.push(await openCluster(platform, servedClusters(config, clusters)));
  return roles;
}

/** All at once, and to the end: what one of them throws is thrown when none runs any more. */
async function drain(roles: readonly OpenRole[]): Promise<void> {
  const drained = await Promise.allSettled(roles.map((role) => role.drain(jobGraceMs)));
  for (const end of drained) if (end.status === 'rejected') throw end.reason;
}

function ownRoutes(ready: () => Promise<HttpAnswer>, metrics: () => Promise<string>): readonly Route[] {
  const alive: HttpAnswer = { status: 200, type: 'text/plain', text: 'ok\n' };
  return [
    { method: 'GET', path: '/healthz', answer: () => Promise.resolve(alive) },
    { method: 'GET', path: '/readyz', answer: ready },
    {
      method: 'GET',
      path: '/metrics',
      answer: async () => ({ status: 200, type: 'text/plain; version=0.0.4', text: await metrics() }),
    },
  ];
}

async function listen(
  { listen: { host, port } }: Config,
  log: Logger,
  rest: Pick<Parameters<typeof startHttpServer>[0], 'routes' | 'onFinished'>,
): Promise<RunningHttpServer> {
  try {
    return await startHttpServer({ host, port, maxBodyBytes, maxBodiesBytes, maxUnreadBytes, log, ...rest });
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new StartProblems([`HOST and PORT (${host}, ${port}) cannot be listened on: ${why}`]);
  }
}

function queuesOf(config: Config, clusters: readonly ClusterEntry[]): readonly string[] {
  const forge = config.cluster === null || config.forge !== null ? [forgeQueue] : [];
  return [...forge, ...servedClusters(config, clusters).flatMap(({ name }) => Object.values(clusterQueues(name)))];
}

function readVersion(): string {
  const manifest: unknown = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
  const version = typeof manifest === 'object' && manifest !== null && 'version' in manifest ? manifest.version : null;
  return typeof version === 'string' ? version : 'unknown';
}

async function stopping(log: Logger, closers: Closers): Promise<void> {
  log.info('stopping');
  await closers.close();
  log.info('stopped');
}

/** sysexits.h: EX_CONFIG. Restarting alone does not help. */
const misconfigured = 78;

async function run(): Promise<void> {
  const write = (line: string): void => {
    process.stdout.write(line);
  };
  const crash = (error: unknown): void => {
    const told = error instanceof Error ? error.stack : String(error);
    write(`${scrub(JSON.stringify({ level: 'error', msg: 'crashed', error: told }))}\n`);
    process.exit(1);
  };
  process.on('uncaughtException', crash);
  process.on('unhandledRejection', crash);
  const running = startFairlead(processEnvironment(), write).catch((error: unknown) => {
    const problems = error instanceof StartProblems ? error.problems : [String(error)];
    process.stderr.write(`Fairlead does not start:\n${problems.map((problem) => `  ${problem}\n`).join('')}`);
    return process.exit(misconfigured);
  });
  let stopped = false;
  const end = (): void => {
    // Asked a second time: at once. Jobs that ran are run again by the next process.
    if (stopped) process.exit(1);
    stopped = true;
    // Asked while it starts: it may hold a Lease or a job by then, so it drains like any other.
    void running.then((product) => product.stop()).then(() => process.exit(0));
  };
  process.on('SIGTERM', end);
  process.on('SIGINT', end);
  await running;
}

if (import.meta.main) await run();
