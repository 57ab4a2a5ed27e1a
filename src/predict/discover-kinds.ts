import { needsGroup } from '../domain/cluster-scoped.ts';
import { type Kind, kindKey, knownKinds, occurringKinds } from '../plan/manifests/kinds.ts';
import type { ListedKind } from '../plan/manifests/meant-kind.ts';
import type { Scope } from '../plan/manifests/settle-manifest.ts';
import type { Cluster } from '../ports/cluster.ts';
import type { PredictionInput } from './predicted-plan.ts';

export interface DiscoveredKinds {
  /** What discovery says of every kind that occurs; kinds that the merged rendering itself defines are known as such. */
  readonly kinds: ReadonlyMap<string, Kind>;
  /**
   * All that the cluster serves: read only where something is of a kind that nobody knows, for what it may have meant, or that is
   * allowed by its name without its group.
   */
  readonly listed: readonly ListedKind[];
}

/** Which kinds a plan is about, and what else there is where one is not known. */
export async function discoverKinds(
  {
    released,
    base,
    merged,
    ledger,
    allowance,
  }: Pick<PredictionInput, 'released' | 'base' | 'merged' | 'ledger' | 'allowance'>,
  cluster: Pick<Cluster, 'served' | 'kinds'>,
  signal: AbortSignal,
): Promise<DiscoveredKinds> {
  const renderings = [released === 'unrenderable' ? null : released, base, merged];
  const asked = occurringKinds(renderings, ledger).map(async ({ apiVersion, kind }) => {
    const served = await cluster.served(apiVersion, kind, signal);
    if (served === null) return [];
    const scope: Scope = served.namespaced ? 'namespaced' : 'cluster';
    return [[kindKey(apiVersion, kind), scope] as const];
  });
  const kinds = knownKinds(new Map((await Promise.all(asked)).flat()), merged);
  const manifests = merged?.manifests ?? [];
  const isKnown = manifests.every(({ object }) => kinds.has(kindKey(object.apiVersion, object.kind)));
  // A kind that is allowed by its name alone may be of one group only.
  const named = allowance.clusterScoped.filter(needsGroup);
  const isClear = [...kinds].every(
    ([key, { scope }]) => scope !== 'cluster' || !named.includes(key.split(' ')[1] ?? ''),
  );
  return { kinds, listed: isKnown && isClear ? [] : await cluster.kinds(signal) };
}
