import type { ClusterEntry } from '../../domain/allowance.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Cluster } from '../../ports/cluster.ts';
import type { ClusterAccess } from '../../ports/cluster-access.ts';
import type { Logger } from '../../ports/logger.ts';
import type { Metrics } from '../../ports/metrics.ts';
import { Api } from './api.ts';
import { ApiReadiness } from './api-readiness.ts';
import { Connection } from './connection.ts';
import { Discovery } from './discovery.ts';
import { InFlight } from './in-flight.ts';
import { KubernetesCluster } from './kubernetes-cluster.ts';
import { KubernetesLedgers } from './kubernetes-ledgers.ts';
import { defaultLeaseTimes, LeaseLock, type LeaseTimes } from './lease-lock.ts';
import { probeLedgerNamespace } from './ledger-namespace.ts';
import type { LiveReader } from './read-live.ts';
import { defaultPatience, type Patience } from './retry.ts';

export interface ClusterAccessOptions {
  readonly clock: Clock;
  readonly log: Logger;
  readonly metrics: Metrics;
  /** `fairlead/VERSION`, more words may follow. The first one is also the tooling of our ApplySets. */
  readonly userAgent: string;
  readonly patience?: Patience;
  readonly leaseTimes?: LeaseTimes;
}

export interface OpenClusterAccess extends ClusterAccess {
  /** The version of the API server, once it is sure that ledgers can be kept there; throws why not, for the operator. */
  ready(signal: AbortSignal): Promise<string>;
  /** Ends when the requests in flight have. */
  close(): Promise<void>;
}

/** Requests in flight for each cluster, whoever asks. Measured: more do not make two cores of a control plane faster. */
const limit = 16;

/**
 * A cluster of the operator's file. Reads the kubeconfig and asks nobody anything: a cluster that is down keeps no
 * process from starting. Rejects with `cluster-unreachable` where the kubeconfig cannot be read.
 *
 * Every `as` is a lane of its own in the cluster's queue: a job that asks once and keeps it shares fairly with others.
 */
export async function openClusterAccess(
  entry: ClusterEntry,
  options: ClusterAccessOptions,
): Promise<OpenClusterAccess> {
  const { clock, metrics, userAgent } = options;
  const log = options.log.child({ cluster: entry.name });
  const connection = new Connection(entry, { connections: limit, clock });
  const inFlight = new InFlight(limit);
  const patience = options.patience ?? defaultPatience;
  const readiness = new ApiReadiness(clock);
  const parts = { cluster: entry.name, connection, inFlight, readiness, clock, log, metrics, userAgent, patience };
  const laneOf = (impersonate: string | null): Api => new Api(parts, impersonate);
  const discovery = new Discovery(laneOf(null), clock);
  const namespaceIsMissing = namespaceQuestion(laneOf(null));
  const as = (impersonate: string | null): Cluster =>
    new KubernetesCluster({ api: laneOf(impersonate), discovery, namespaceIsMissing });
  const namespace = entry.ledgers;
  const times = options.leaseTimes ?? defaultLeaseTimes;
  // A lane of their own: a Lease is renewed in time, however much is being applied.
  const api = laneOf(null);
  const lock = new LeaseLock({ api, namespace, clock, log, times });
  const tooling = userAgent.split(' ', 1)[0] ?? userAgent;
  const ledgers = new KubernetesLedgers({ api, namespace, tooling, lock });
  const own = as(null);
  const ready = async (signal: AbortSignal): Promise<string> => {
    const version = await own.version(signal);
    await probeLedgerNamespace(api, namespace, signal);
    return version;
  };
  return { entry, own, as, ledgers, ready, close: () => connection.close() };
}

/**
 * Asked under Fairlead's own identity where an impersonated one was refused. Only a plain "not found" counts as missing.
 * Questions about one namespace that come together are one request.
 */
function namespaceQuestion(api: Api): LiveReader['namespaceIsMissing'] {
  const asked = new Map<string, Promise<boolean>>();
  const ask = async (namespace: string): Promise<boolean> => {
    const path = `/api/v1/namespaces/${encodeURIComponent(namespace)}`;
    const answer = await api.send({ method: 'GET', path, body: null }, new AbortController().signal);
    return !answer.ok && answer.status.code === 404;
  };
  return async (namespace) => {
    const pending = asked.get(namespace) ?? ask(namespace).finally(() => asked.delete(namespace));
    asked.set(namespace, pending);
    return await pending;
  };
}
