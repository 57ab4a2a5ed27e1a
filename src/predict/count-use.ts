import { Failure } from '../domain/failure.ts';
import { apiVersionOf, type KubernetesObject } from '../domain/manifest.ts';
import type { Judgement } from '../plan/judgement.ts';
import { type CountedUse, isPlannedQuota } from '../plan/relations/planned-quotas.ts';
import { usedBy } from '../plan/relations/quota.ts';
import type { Cluster, ServedKind } from '../ports/cluster.ts';

/**
 * Counts what lives against the quotas that a plan makes or changes: of the kinds that it asks for more of, and of the pods
 * beside those that it makes. `born`: namespaces that the plan makes, in which nothing lives yet.
 */
export async function countUse(
  asking: readonly Judgement[],
  { judgements, born }: { readonly judgements: readonly Judgement[]; readonly born: ReadonlySet<string> },
  cluster: Pick<Cluster, 'list' | 'served'>,
  signal: AbortSignal,
): Promise<CountedUse> {
  const namespaces = new Set(judgements.filter(isPlannedQuota).map(({ subject }) => subject.reference.namespace ?? ''));
  const kinds = new Map<string, ServedKind>();
  const pods = await cluster.served('v1', 'Pod', signal);
  if (namespaces.size > 0 && pods !== null) kinds.set('/Pod', pods);
  for (const { subject } of asking) {
    const { reference } = subject;
    if (!namespaces.has(reference.namespace ?? '')) continue;
    const served = await cluster.served(apiVersionOf(reference), reference.kind, signal);
    if (served !== null) kinds.set(`${reference.group}/${reference.kind}`, served);
  }
  const living = new Map<string, readonly (readonly [ServedKind, readonly KubernetesObject[] | null])[]>();
  await Promise.all(
    [...namespaces].map(async (namespace) => {
      const lists = [...kinds.values()].map(async (served) => {
        const objects = born.has(namespace)
          ? bornWith(namespace, served)
          : await listIn(namespace, served, cluster, signal);
        return [served, objects] as const;
      });
      living.set(namespace, await Promise.all(lists));
    }),
  );
  return (namespace, resource) => {
    let sum = 0;
    for (const [served, objects] of living.get(namespace) ?? []) {
      if (objects === null) return null;
      for (const object of objects) sum += usedBy(object, resource, served);
    }
    return sum;
  };
}

/** What the control plane makes in each new namespace. */
function bornWith(namespace: string, { group, kind }: ServedKind): readonly KubernetesObject[] {
  const one = (name: string): KubernetesObject => ({ apiVersion: 'v1', kind, metadata: { namespace, name } });
  if (group === '' && kind === 'ConfigMap') return [one('kube-root-ca.crt')];
  return group === '' && kind === 'ServiceAccount' ? [one('default')] : [];
}

/** null: it may not see them. */
async function listIn(
  namespace: string,
  served: ServedKind,
  cluster: Pick<Cluster, 'list'>,
  signal: AbortSignal,
): Promise<readonly KubernetesObject[] | null> {
  try {
    const query = { apiVersion: apiVersionOf(served), kind: served.kind, namespace, labelSelector: null };
    return await cluster.list(query, signal);
  } catch (error) {
    if (error instanceof Failure && error.code === 'cluster-forbidden') return null;
    throw error;
  }
}
