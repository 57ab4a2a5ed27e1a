import { apisOf, factsId } from '../domain/cluster-facts.ts';
import { Failure } from '../domain/failure.ts';
import { sameJson } from '../domain/json.ts';
import type { Rendering } from '../domain/rendering.ts';
import type { Cluster } from '../ports/cluster.ts';
import type { Records } from '../ports/records.ts';

export type FactsRecords = Pick<Records, 'clusterFacts' | 'saveClusterFacts'>;

type FactsCluster = Pick<Cluster, 'name' | 'version' | 'kinds'>;

/**
 * Whether the cluster is no longer what a rendering was made for, because a chart may ask what it is. What it is now is
 * written down: made again, the rendering is of that. `madeFor`: `factsId` of what it was made for, where that is known:
 * somebody else may have written down meanwhile what the cluster is.
 */
export async function isRenderedForAnother(
  { rendering, madeFor }: { readonly rendering: Rendering | null; readonly madeFor: string | null },
  ports: { readonly cluster: FactsCluster; readonly records: FactsRecords },
  signal: AbortSignal,
): Promise<boolean> {
  if (rendering?.renderer.kind !== 'helm') return false;
  if (await keepClusterFacts(ports, signal)) return true;
  const now = madeFor === null ? null : await ports.records.clusterFacts(ports.cluster.name);
  return now !== null && factsId(now) !== madeFor;
}

/** Writes down what a cluster is, where that is news: whether it was. */
export async function keepClusterFacts(
  { cluster, records }: { readonly cluster: FactsCluster; readonly records: FactsRecords },
  signal: AbortSignal,
): Promise<boolean> {
  const [version, kinds] = await Promise.all([cluster.version(signal), cluster.kinds(signal)]);
  // It did not tell; that it serves nothing would make a chart leave out what it needs.
  if (kinds.length === 0) {
    const message = 'aggregated discovery (Kubernetes v1.26 or newer) names no kinds';
    throw new Failure('cluster-protocol', {
      subject: `cluster ${cluster.name}`,
      message,
      retryable: true,
      cause: null,
    });
  }
  const facts = { cluster: cluster.name, version, apis: apisOf(kinds) };
  if (sameJson(facts, await records.clusterFacts(cluster.name))) return false;
  await records.saveClusterFacts(facts);
  return true;
}
