import { type SandboxCluster, startCluster } from '../../sandbox/cluster/cluster.ts';
import { systemClock } from '../../src/adapters/clock/system-clock.ts';
import type { OpenClusterAccess } from '../../src/adapters/kubernetes/open-cluster-access.ts';
import type { Environment } from '../../src/domain/environment.ts';
import type { InventoryEntry, Ledger } from '../../src/domain/ledger.ts';
import { identityName, type KubernetesObject, referenceOf } from '../../src/domain/manifest.ts';
import { type BlockedReason, type Change, isKeptBack } from '../../src/domain/plan.ts';
import { settleManifest } from '../../src/plan/manifests/settle-manifest.ts';
import type { Cluster } from '../../src/ports/cluster.ts';
import { type PlanMemory, predictPlan } from '../../src/predict/predict-plan.ts';
import type { PredictedPlan, PredictionInput } from '../../src/predict/predicted-plan.ts';
import { acmeShop, anEnvironment } from '../acme-shop.ts';
import { openAccess, patient } from '../adapters/kubernetes/open-access.ts';
import { forgottenMetrics } from '../fakes/metrics.ts';
import { rendering } from '../rendering.ts';

export const applySet = 'applyset-test-v1';
const key = new Uint8Array(32).fill(7);

/** A real API server, and the two things that tests of predictions do with it: release, and plan. */
export interface PredictionWorld {
  readonly cluster: SandboxCluster;
  readonly access: OpenClusterAccess;
  /** A new namespace of its own for a test. */
  namespace(name: string): Promise<Stage>;
  close(): Promise<void>;
}

/** One namespace with one environment in it. */
export interface Stage {
  readonly name: string;
  /** Applies these for real, as a release does; what stands in the ledger afterwards. */
  release(...objects: readonly KubernetesObject[]): Promise<Ledger>;
  /** Plans `merged` over `base` over what the ledger says was released. */
  plan(input: StagePlan): Promise<PredictedPlan>;
  /** Changes a living object as somebody else would: a merge patch under another field manager. */
  edit(path: string, patch: unknown, manager?: string): Promise<void>;
}

export interface StagePlan {
  readonly ledger?: Ledger | null;
  readonly released?: readonly KubernetesObject[] | 'unrenderable' | null;
  /** Default: what is released. */
  readonly base?: readonly KubernetesObject[] | null;
  readonly merged: readonly KubernetesObject[] | null;
  readonly environment?: Partial<Environment>;
  readonly change?: Partial<PredictionInput>;
  /** Stands between the prediction and the cluster. */
  readonly through?: (cluster: Cluster) => Cluster;
  /** Default: the administrator's. */
  readonly own?: Cluster;
  /** Default: nothing is remembered. */
  readonly memory?: PlanMemory;
}

export async function predictionWorld(name: string, components: 'api' | 'full' = 'api'): Promise<PredictionWorld> {
  const cluster = await startCluster({ name, components });
  const access = await openAccess(cluster);
  return {
    cluster,
    access,
    namespace: async (namespace) => {
      await cluster.admin.request('POST', '/api/v1/namespaces', { metadata: { name: namespace } });
      return stage(namespace, cluster, access.own);
    },
    close: async () => {
      await access.close();
      await cluster.stop();
    },
  };
}

function stage(name: string, cluster: SandboxCluster, own: Cluster): Stage {
  return {
    name,
    release: async (...objects) => {
      const inventory: InventoryEntry[] = [];
      for (const object of objects) {
        const served = await own.served(object.apiVersion, object.kind, patient);
        const scope = served?.namespaced === false ? 'cluster' : 'namespaced';
        const settled = settleManifest(object, { scope, namespace: name, applySet });
        const outcome = await own.apply({ object: settled, dryRun: false, force: true, uid: null }, patient);
        if (outcome.kind !== 'accepted')
          throw new Error(`${identityName(referenceOf(settled))}: ${JSON.stringify(outcome)}`);
        inventory.push({ ...referenceOf(settled), uid: outcome.object.metadata.uid ?? null });
      }
      return ledgerOf(name, inventory);
    },
    plan: async ({ ledger = null, released = null, base = released === 'unrenderable' ? null : released, ...rest }) => {
      const input: PredictionInput = {
        repository: acmeShop,
        visibility: 'private',
        environment: anEnvironment(name, { cluster: 'test', path: 'deploy', namespace: name, ...rest.environment }),
        allowance: { kind: 'allowed', cluster: cluster.name, namespaces: [name], clusterScoped: [], impersonate: null },
        compared: { released: null, base: 'b'.repeat(40), head: 'c'.repeat(40), pullRequest: 1 },
        ledger,
        applySet,
        released: Array.isArray(released) ? rendering(...released) : released === 'unrenderable' ? released : null,
        base: base === null ? null : rendering(...base),
        merged: rest.merged === null ? null : rendering(...rest.merged),
        ...rest.change,
      };
      const memory = rest.memory ?? null;
      const asked = (rest.through ?? ((one: Cluster) => one))(own);
      const ports = {
        cluster: asked,
        own: rest.own ?? own,
        digestKey: key,
        clock: systemClock,
        metrics: forgottenMetrics,
        memory,
      };
      return await predictPlan(input, ports, patient);
    },
    edit: async (path, patch, manager = 'kubectl-edit') => {
      const answer = await cluster.admin.request('PATCH', `${path}?fieldManager=${manager}`, patch);
      if (answer.status >= 300) throw new Error(JSON.stringify(answer.body));
    },
  };
}

export function ledgerOf(environment: string, inventory: readonly InventoryEntry[]): Ledger {
  return {
    environment: { repository: 1, environment },
    resourceVersion: '1',
    applySet,
    inventory,
    orphaned: [],
    released: null,
    attempt: null,
  };
}

/** What the operator allows, as a part of the input. */
export function allow(namespaces: readonly string[], clusterScoped: readonly string[] = []): Partial<PredictionInput> {
  return { allowance: { kind: 'allowed', cluster: 'c', namespaces, clusterScoped, impersonate: null } };
}

/** A cluster some of whose answers are others. */
export function around(cluster: Cluster, changes: Partial<Cluster>): Cluster {
  return {
    name: cluster.name,
    version: (signal) => cluster.version(signal),
    served: (apiVersion, kind, signal) => cluster.served(apiVersion, kind, signal),
    kinds: (signal) => cluster.kinds(signal),
    live: (references, signal) => cluster.live(references, signal),
    read: (reference, signal) => cluster.read(reference, signal),
    apply: (request, signal) => cluster.apply(request, signal),
    patch: (request, signal) => cluster.patch(request, signal),
    remove: (request, signal) => cluster.remove(request, signal),
    list: (query, signal) => cluster.list(query, signal),
    surroundings: (signal) => cluster.surroundings(signal),
    admission: (signal) => cluster.admission(signal),
    warningEvents: (reference, uid, signal) => cluster.warningEvents(reference, uid, signal),
    ...changes,
  };
}

/** The change of an object, or what there is instead. */
export function changeOf({ plan }: PredictedPlan, kind: string, name: string): Change {
  const change = plan.changes.find(({ identity }) => identity.kind === kind && identity.name === name);
  if (change === undefined) throw new Error(`no change of ${kind} ${name} in ${JSON.stringify(plan.changes, null, 1)}`);
  return change;
}

/** `path: causes`, as the tests write them. */
/** Why it is kept back; undefined: it is not. */
export function reasonOf(change: Change | undefined): BlockedReason | undefined {
  return change !== undefined && isKeptBack(change) ? change.reason : undefined;
}

export function causesOf(change: Change): Readonly<Record<string, string>> {
  return Object.fromEntries(change.paths.map(({ path, causes }) => [path, causes.join(' ')]));
}
