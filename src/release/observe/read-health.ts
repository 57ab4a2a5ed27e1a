import type { Health, ObjectHealth } from '../../domain/health.ts';
import type { InventoryEntry } from '../../domain/ledger.ts';
import { identityKey, type KubernetesObject } from '../../domain/manifest.ts';
import type { Live } from '../../domain/prediction.ts';
import { relatedPods } from '../../observe/related-pods.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Cluster } from '../../ports/cluster.ts';
import { listWhereAllowed } from '../../predict/list-where-allowed.ts';
import type { HealthWords } from '../health-words.ts';

export interface SeenObject extends ObjectHealth {
  readonly entry: InventoryEntry;
  /** null: it is not there, cannot be read, or is another object now. */
  readonly object: KubernetesObject | null;
  /** Pods of a workload that is not healthy, as far as they were asked for. */
  readonly pods: readonly KubernetesObject[];
}

export interface HealthPorts {
  readonly cluster: Cluster;
  readonly clock: Clock;
  readonly health: HealthWords;
}

/** How each of these objects is doing now. */
export async function readHealth(
  entries: readonly InventoryEntry[],
  ports: HealthPorts,
  signal: AbortSignal,
): Promise<readonly SeenObject[]> {
  const live = await ports.cluster.live(entries, signal);
  return entries.map((entry) => see(entry, live.get(identityKey(entry)), ports));
}

function see(entry: InventoryEntry, live: Live | undefined, { clock, health }: HealthPorts): SeenObject {
  const unseen = (state: Health): SeenObject => ({ identity: entry, entry, health: state, object: null, pods: [] });
  if (live === undefined || live.kind === 'absent') return unseen({ kind: 'missing' });
  // Unreadable is not absent, and not healthy either.
  if (live.kind === 'unreadable') return unseen({ kind: 'progressing', reason: `cannot be read: ${live.reason}` });
  const { object } = live;
  if (entry.uid !== null && object.metadata.uid !== entry.uid) {
    return unseen({ kind: 'failed', reason: 'was deleted and made again by somebody else' });
  }
  return { identity: entry, entry, health: health(object, { pods: [], now: clock.now() }), object, pods: [] };
}

/** The same, with what the pods say of workloads that are not well: it costs a request for each of them. */
export async function withPods(
  seen: readonly SeenObject[],
  { cluster, clock, health }: HealthPorts,
  signal: AbortSignal,
): Promise<readonly SeenObject[]> {
  return await Promise.all(
    seen.map(async (one) => {
      const query = one.object === null || one.health.kind === 'healthy' ? null : relatedPods(one.object);
      if (one.object === null || query === null) return one;
      // Pods only make a reason better: an identity that may not list them still has a verdict.
      const pods = (await listWhereAllowed({ apiVersion: 'v1', kind: 'Pod', ...query }, cluster, signal)) ?? [];
      return { ...one, pods, health: health(one.object, { pods, now: clock.now() }) };
    }),
  );
}
