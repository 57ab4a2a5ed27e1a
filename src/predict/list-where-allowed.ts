import { Failure } from '../domain/failure.ts';
import type { KubernetesObject } from '../domain/manifest.ts';
import type { Cluster, ListQuery } from '../ports/cluster.ts';

/** The objects of a kind; null: the identity may not list them. Rejects where the cluster does not answer. */
export async function listWhereAllowed(
  query: ListQuery,
  cluster: Pick<Cluster, 'list'>,
  signal: AbortSignal,
): Promise<readonly KubernetesObject[] | null> {
  try {
    return await cluster.list(query, signal);
  } catch (error) {
    if (error instanceof Failure && error.code === 'cluster-forbidden') return null;
    throw error;
  }
}
