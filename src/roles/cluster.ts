import { type OpenClusterAccess, openClusterAccess } from '../adapters/kubernetes/open-cluster-access.ts';
import { redisKnownUnchanged } from '../adapters/redis/known-unchanged.ts';
import { type RunningWorker, startWorker } from '../adapters/redis/worker.ts';
import type { ClusterEntry } from '../domain/allowance.ts';
import { type ClusterJob, clusterQueues, isClusterJob, type Job } from '../domain/job.ts';
import { convergeEnvironment } from '../jobs/converge-environment.ts';
import { observeEnvironment } from '../jobs/observe-environment.ts';
import { predictEnvironment } from '../jobs/predict-environment.ts';
import { sayClusterFailure } from '../jobs/say/say-cluster-failure.ts';
import { tellClusterFacts } from '../jobs/tell-cluster-facts.ts';
import type { Handler } from '../ports/handler.ts';
import { keepClusterFacts } from '../predict/keep-cluster-facts.ts';
import type { OpenRole, Platform } from './platform.ts';

/** A plan keeps a connection to its cluster busy; more of them only take turns. */
const plansAtOnce = 4;
/** Most of these look on and wait. */
const releasesAtOnce = 32;

const patienceMs = 30_000;

/** Predicts and releases on these clusters. Holds their credentials and Redis: nothing of GitHub, no Git. */
export async function openCluster(platform: Platform, entries: readonly ClusterEntry[]): Promise<OpenRole> {
  const { clock, log, metrics, version, closers } = platform;
  const accesses: OpenClusterAccess[] = [];
  for (const entry of entries) {
    const access = await openClusterAccess(entry, { clock, log, metrics, userAgent: `fairlead/${version}` });
    closers.add(`cluster ${entry.name}`, () => access.close());
    accesses.push(access);
  }
  const workers: RunningWorker[] = [];
  const stopping = new AbortController();
  let telling: Promise<unknown> = Promise.resolve();
  return {
    programs: {},
    dependencies: accesses.map((access) => ({
      name: `cluster ${access.entry.name}`,
      look: (signal) => access.ready(signal),
    })),
    routes: [],
    start: async () => {
      for (const access of accesses) workers.push(...startWorkers(platform, access));
      // Before anybody asks: a chart's first plan need not wait for it.
      telling = Promise.all(accesses.map((access) => tellAtStart(access, platform, stopping.signal)));
    },
    drain: async (graceMs) => {
      stopping.abort();
      await Promise.all([telling, ...workers.map((worker) => worker.drain(graceMs))]);
    },
  };
}

/** A cluster that is out of reach by now tells when it is asked. */
async function tellAtStart(
  { own }: OpenClusterAccess,
  { records, log }: Platform,
  stopping: AbortSignal,
): Promise<void> {
  try {
    await keepClusterFacts({ cluster: own, records }, AbortSignal.any([stopping, AbortSignal.timeout(patienceMs)]));
  } catch (error) {
    if (!stopping.aborted) log.warn('cluster does not tell what it is yet', { cluster: own.name, error });
  }
}

function startWorkers(platform: Platform, access: OpenClusterAccess): readonly RunningWorker[] {
  const { connection, log, metrics } = platform;
  const start = (queue: string, concurrency: number): RunningWorker =>
    startWorker({
      connection,
      queue,
      concurrency,
      handler: clusterHandler(platform, access),
      onFailed: (job, error) => sayClusterFailure(ofCluster(job), error, platform),
      log,
      metrics,
    });
  const { preview, release } = clusterQueues(access.entry.name);
  return [start(preview, plansAtOnce), start(release, releasesAtOnce)];
}

function clusterHandler({ records, queue, clock, metrics, connection }: Platform, access: OpenClusterAccess): Handler {
  const known = redisKnownUnchanged(connection.client);
  const ports = { access, records, queue, clock, metrics, known };
  return async (asked, context) => {
    const job = ofCluster(asked);
    switch (job.kind) {
      case 'predict-environment':
        return predictEnvironment(job, ports, context);
      case 'converge-environment':
        return convergeEnvironment(job, ports, context);
      case 'observe-environment':
        return observeEnvironment(job, ports, context);
      case 'tell-cluster-facts':
        return tellClusterFacts(job, ports, context);
    }
  };
}

/** Nothing else is asked for in the queues of a cluster. */
function ofCluster(job: Job): ClusterJob {
  if (isClusterJob(job)) return job;
  throw new Error(`a job of the forge in a queue of a cluster: ${job.kind}`);
}
