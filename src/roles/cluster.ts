import { type OpenClusterAccess, openClusterAccess } from '../adapters/kubernetes/open-cluster-access.ts';
import { type RunningWorker, startWorker } from '../adapters/redis/worker.ts';
import type { ClusterEntry } from '../domain/allowance.ts';
import { queueOf } from '../domain/job.ts';
import { convergeEnvironment } from '../jobs/converge-environment.ts';
import { observeEnvironment } from '../jobs/observe-environment.ts';
import { predictEnvironment } from '../jobs/predict-environment.ts';
import { sayClusterFailure } from '../jobs/say/say-cluster-failure.ts';
import type { Handler } from '../ports/handler.ts';
import type { Platform, RunningRole } from './platform.ts';

/** A plan keeps a connection to its cluster busy; more of them only take turns. */
const plansAtOnce = 4;
/** Most of these look on and wait. */
const releasesAtOnce = 32;

/** The queues of a cluster. */
export function clusterQueues(cluster: string): readonly [preview: string, release: string] {
  const of = { cluster, environment: '', repository: { id: 0, owner: '', name: '', installation: 0 } };
  return [queueOf({ kind: 'predict-environment', ...of, number: 1 }), queueOf({ kind: 'converge-environment', ...of })];
}

/** Predicts and releases on these clusters. Holds their credentials and Redis: nothing of GitHub, no Git. */
export async function startCluster(platform: Platform, entries: readonly ClusterEntry[]): Promise<RunningRole> {
  const served = await Promise.all(entries.map((entry) => serve(platform, entry)));
  return {
    programs: {},
    dependencies: served.map(({ access }) => ({
      name: `cluster ${access.entry.name}`,
      look: (signal) => access.ready(signal),
    })),
    routes: [],
    drain: async (graceMs) => {
      await Promise.all(served.flatMap(({ workers }) => workers.map((worker) => worker.drain(graceMs))));
      await Promise.all(served.map(({ access }) => access.close()));
    },
  };
}

interface ServedCluster {
  readonly access: OpenClusterAccess;
  readonly workers: readonly RunningWorker[];
}

async function serve(platform: Platform, entry: ClusterEntry): Promise<ServedCluster> {
  const { clock, log, metrics, version, connection } = platform;
  const access = await openClusterAccess(entry, { clock, log, metrics, userAgent: `fairlead/${version}` });
  const start = (queue: string, concurrency: number): RunningWorker =>
    startWorker({
      connection,
      queue,
      concurrency,
      handler: clusterHandler(platform, access),
      onFailed: (job, error) => sayClusterFailure(job, error, platform),
      log,
      metrics,
    });
  const [preview, release] = clusterQueues(entry.name);
  return { access, workers: [start(preview, plansAtOnce), start(release, releasesAtOnce)] };
}

function clusterHandler({ records, queue, clock, metrics }: Platform, access: OpenClusterAccess): Handler {
  const ports = { access, records, queue, clock, metrics };
  return async (job, context) => {
    switch (job.kind) {
      case 'predict-environment':
        return predictEnvironment(job, ports, context);
      case 'converge-environment':
        return convergeEnvironment(job, ports, context);
      case 'observe-environment':
        return observeEnvironment(job, ports, context);
      case 'inspect-pull-request':
      case 'present-pull-request':
      case 'fan-out-push':
      case 'render-environment':
      case 'run-command':
      case 'press-confirm':
      case 'report-release':
      case 'sweep':
        throw new Error(`a job of the forge in a queue of a cluster: ${job.kind}`);
    }
  };
}
