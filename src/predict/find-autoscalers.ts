import type { KubernetesObject } from '../domain/manifest.ts';
import type { Judgement } from '../plan/judgement.ts';
import { isScaledBesideGit, withAutoscalers } from '../plan/relations/autoscaled.ts';
import type { Cluster } from '../ports/cluster.ts';
import { listWhereAllowed } from './list-where-allowed.ts';

/** Says which autoscaler sets what Git sets, too. Where nobody scaled what Git scales, the cluster is not asked. */
export async function findAutoscalers(
  judgements: readonly Judgement[],
  cluster: Pick<Cluster, 'list'>,
  signal: AbortSignal,
): Promise<readonly Judgement[]> {
  const scaled = judgements.filter(isScaledBesideGit);
  const namespaces = [...new Set(scaled.flatMap(({ subject }) => subject.reference.namespace ?? []))];
  if (namespaces.length === 0) return judgements;
  const live = await Promise.all(
    namespaces.flatMap((namespace) => kinds.map((kind) => autoscalersIn({ ...kind, namespace }, cluster, signal))),
  );
  return withAutoscalers(judgements, live.flat());
}

const kinds = [
  { apiVersion: 'autoscaling/v2', kind: 'HorizontalPodAutoscaler' },
  { apiVersion: 'keda.sh/v1alpha1', kind: 'ScaledObject' },
] as const;

async function autoscalersIn(
  query: { readonly apiVersion: string; readonly kind: string; readonly namespace: string },
  cluster: Pick<Cluster, 'list'>,
  signal: AbortSignal,
): Promise<readonly KubernetesObject[]> {
  // It only explains: an identity that may not see them is told of the difference all the same.
  return (await listWhereAllowed({ ...query, labelSelector: null }, cluster, signal)) ?? [];
}
