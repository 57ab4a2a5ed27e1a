import { type Kind, kindKey, knownKinds, occurringKinds } from '../plan/manifests/kinds.ts';
import type { Scope } from '../plan/manifests/settle-manifest.ts';
import type { Cluster } from '../ports/cluster.ts';
import type { PredictionInput } from './predicted-plan.ts';

/** What discovery says of every kind that occurs; kinds that the merged rendering itself defines are known as such. */
export async function discoverKinds(
  { released, base, merged, ledger }: Pick<PredictionInput, 'released' | 'base' | 'merged' | 'ledger'>,
  cluster: Pick<Cluster, 'served'>,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, Kind>> {
  const renderings = [released === 'unrenderable' ? null : released, base, merged];
  const asked = occurringKinds(renderings, ledger).map(async ({ apiVersion, kind }) => {
    const served = await cluster.served(apiVersion, kind, signal);
    if (served === null) return [];
    const scope: Scope = served.namespaced ? 'namespaced' : 'cluster';
    return [[kindKey(apiVersion, kind), scope] as const];
  });
  return knownKinds(new Map((await Promise.all(asked)).flat()), merged);
}
