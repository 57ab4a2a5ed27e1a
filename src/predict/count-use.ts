import { apiVersionOf, type KubernetesObject } from '../domain/manifest.ts';
import type { Judgement } from '../plan/judgement.ts';
import { type CountedUse, isPlannedQuota, uncountedResources } from '../plan/relations/planned-quotas.ts';
import { podAmount } from '../plan/relations/pod-requests.ts';
import { countedName, moreOf, usedBy } from '../plan/relations/taken-amount.ts';
import type { Cluster, ServedKind } from '../ports/cluster.ts';
import { listWhereAllowed } from './list-where-allowed.ts';

/**
 * Counts what lives against the quotas that a plan makes or changes, where it asks for more of what they limit: of the kinds
 * that it asks for, and of the pods beside those that it makes; namespace by namespace, for most of a cluster's pods are in
 * others. `born`: namespaces that the plan makes, in which nothing lives yet.
 */
export async function countUse(
  asking: readonly Judgement[],
  { judgements, born }: { readonly judgements: readonly Judgement[]; readonly born: ReadonlySet<string> },
  cluster: Pick<Cluster, 'list' | 'served'>,
  signal: AbortSignal,
): Promise<CountedUse> {
  const byNamespace = Map.groupBy(asking, ({ subject }) => subject.reference.namespace ?? '');
  const living = new Map<string, ReadonlyMap<ServedKind, readonly KubernetesObject[] | null>>();
  await Promise.all(
    [...Map.groupBy(judgements.filter(isPlannedQuota), ({ subject }) => subject.reference.namespace ?? '')].map(
      async ([namespace, quotas]) => {
        const resources = new Set(quotas.flatMap(uncountedResources));
        const kinds = await kindsTaking(resources, byNamespace.get(namespace) ?? [], cluster, signal);
        const lists = kinds.map(async (served) => {
          const query = { apiVersion: apiVersionOf(served), kind: served.kind, namespace, labelSelector: null };
          // What it may not see is not counted, and not known.
          const objects = born.has(namespace)
            ? bornWith(namespace, served)
            : await listWhereAllowed(query, cluster, signal);
          return [served, objects] as const;
        });
        living.set(namespace, new Map(await Promise.all(lists)));
      },
    ),
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

/** Whose living objects take of what the plan asks for more of. What it asks nothing of is not exceeded by it. */
async function kindsTaking(
  resources: ReadonlySet<string>,
  asking: readonly Judgement[],
  cluster: Pick<Cluster, 'served'>,
  signal: AbortSignal,
): Promise<readonly ServedKind[]> {
  // By kind: what is asked for in two versions is one object.
  const kinds = new Map<string, ServedKind>();
  const add = (served: ServedKind | null): void => {
    if (served !== null) kinds.set(`${served.group}/${served.kind}`, served);
  };
  for (const judgement of asking) {
    const { reference } = judgement.subject;
    const served = await cluster.served(apiVersionOf(reference), reference.kind, signal);
    const countedAs = served === null ? null : countedName(served);
    for (const resource of resources) {
      if (moreOf(judgement, resource, countedAs) > 0) add(served);
      if (makesPods(judgement, resource)) add(await cluster.served('v1', 'Pod', signal));
    }
  }
  return [...kinds.values()];
}

function makesPods({ after }: Judgement, resource: string): boolean {
  return after !== null && podAmount(after, resource) > 0;
}

/** What the control plane makes in each new namespace. */
function bornWith(namespace: string, { group, kind }: ServedKind): readonly KubernetesObject[] {
  const one = (name: string): KubernetesObject => ({ apiVersion: 'v1', kind, metadata: { namespace, name } });
  if (group === '' && kind === 'ConfigMap') return [one('kube-root-ca.crt')];
  return group === '' && kind === 'ServiceAccount' ? [one('default')] : [];
}
