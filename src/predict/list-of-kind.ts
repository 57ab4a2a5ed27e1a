import { Failure, type FailureCode } from '../domain/failure.ts';
import type { KubernetesObject } from '../domain/manifest.ts';
import type { Cluster, ListQuery } from '../ports/cluster.ts';

/** With whom a plan finds out what else there is. */
export interface Asking {
  readonly cluster: Pick<Cluster, 'kinds' | 'list' | 'read'>;
  /** The namespaces that the operator allows the environment. */
  readonly namespaces: readonly string[];
  readonly signal: AbortSignal;
}

/** `known` false: it may not be read, or was not told. */
export interface Listed {
  readonly known: boolean;
  readonly objects: readonly KubernetesObject[];
}

/** All objects of a kind; where these may not be read (`whole` false), those in the environment's own namespaces. */
export async function listOfKind(
  { apiVersion, kind }: Pick<ListQuery, 'apiVersion' | 'kind'>,
  asking: Asking,
): Promise<{ readonly whole: boolean; readonly objects: readonly KubernetesObject[] }> {
  const query = { apiVersion, kind, labelSelector: null };
  const everywhere = await listed({ ...query, namespace: null }, asking);
  if (everywhere.known) return { whole: true, objects: everywhere.objects };
  const lists = await Promise.all(asking.namespaces.map((namespace) => listed({ ...query, namespace }, asking)));
  return { whole: false, objects: lists.flatMap(({ objects }) => objects) };
}

/** Whether what has this namespace is outside of what the operator allows the environment. */
export function isOutside({ metadata }: KubernetesObject, { namespaces }: Asking): boolean {
  return metadata.namespace !== undefined && !namespaces.includes(metadata.namespace);
}

const unread: Listed = { known: false, objects: [] };

const unreadable: ReadonlySet<FailureCode> = new Set(['cluster-forbidden', 'cluster-unreachable', 'cluster-protocol']);

/** What a query finds, as far as whoever applies is told. */
export async function listed(query: ListQuery, { cluster, signal }: Asking): Promise<Listed> {
  try {
    return { known: true, objects: await cluster.list(query, signal) };
  } catch (error) {
    // An aggregated API that is out of order holds no plan up; but what it did not tell is not nothing.
    if (error instanceof Failure && unreadable.has(error.code)) return unread;
    throw error;
  }
}
