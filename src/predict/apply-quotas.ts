import { apiVersionOf, type Identity, type KubernetesObject } from '../domain/manifest.ts';
import type { Judgement } from '../plan/judgement.ts';
import { isPlannedQuota } from '../plan/relations/planned-quotas.ts';
import { withQuotas } from '../plan/relations/quota.ts';
import { countedName } from '../plan/relations/taken-amount.ts';
import type { Cluster } from '../ports/cluster.ts';
import { countUse } from './count-use.ts';
import { listWhereAllowed } from './list-where-allowed.ts';

/** Sums what the plan asks for against the quotas of its namespaces. Where nothing can exceed them, nobody is asked. */
export async function applyQuotas(
  judgements: readonly Judgement[],
  cluster: Pick<Cluster, 'list' | 'served'>,
  signal: AbortSignal,
): Promise<readonly Judgement[]> {
  const planned = new Set(judgements.filter(isPlannedQuota).map(({ subject }) => subject.reference.namespace));
  const born = new Set(
    judgements.flatMap(({ needs, subject }) => {
      const { namespace } = subject.reference;
      return namespace !== null && needs.some(isNamespace) ? [namespace] : [];
    }),
  );
  const asking = judgements.filter(({ action, subject: { reference } }) => {
    const isBorn = born.has(reference.namespace ?? '') && !planned.has(reference.namespace);
    return (action === 'create' || action === 'update') && !isBorn;
  });
  const byNamespace = Map.groupBy(asking, ({ subject }) => subject.reference.namespace);
  const namespaces = [...byNamespace].flatMap(([namespace, all]) =>
    namespace !== null && !born.has(namespace) && (mayExceed(all) || planned.has(namespace)) ? [namespace] : [],
  );
  const living = await quotasIn(namespaces, cluster, signal);
  if (living.length === 0 && planned.size === 0) return judgements;
  const names = new Map<Judgement, string>();
  await Promise.all(
    asking.map(async (judgement) => {
      const { reference } = judgement.subject;
      const served = await cluster.served(apiVersionOf(reference), reference.kind, signal);
      if (served === null) return;
      names.set(judgement, countedName(served));
    }),
  );
  const none = (): null => null;
  const counted = planned.size === 0 ? none : await countUse(asking, { judgements, born }, cluster, signal);
  return withQuotas(judgements, { living, counted }, (judgement) => names.get(judgement) ?? null);
}

/** Born with the plan, it has no quota but those that come with it. */
function isNamespace({ group, kind }: Identity): boolean {
  return group === '' && kind === 'Namespace';
}

/** Each alone was asked about; of the pods that a workload makes later nobody was. */
function mayExceed(asking: readonly Judgement[]): boolean {
  const counted = asking.filter(({ action, subject }) => action === 'create' || growing.has(subject.reference.kind));
  return counted.length > 1 || counted.some(({ subject: { reference } }) => makesPods.has(reference.kind));
}

const makesPods: ReadonlySet<string> = new Set(['Deployment', 'StatefulSet', 'ReplicaSet', 'Job']);
/** Kinds of which an update may take more of what is counted. */
const growing: ReadonlySet<string> = new Set([...makesPods, 'PersistentVolumeClaim', 'Service']);

/** From so many namespaces on, the quotas of all are one question. */
const everywhereFrom = 10;

async function quotasIn(
  namespaces: readonly string[],
  cluster: Pick<Cluster, 'list'>,
  signal: AbortSignal,
): Promise<readonly KubernetesObject[]> {
  const everywhere = namespaces.length < everywhereFrom ? null : await quotasOf(null, cluster, signal);
  if (everywhere !== null) return everywhere;
  const found = await Promise.all(namespaces.map((namespace) => quotasOf(namespace, cluster, signal)));
  // An identity that may not see the quotas is told by each apply alone.
  return found.flatMap((quotas) => quotas ?? []);
}

/** null: it may not see them. */
function quotasOf(
  namespace: string | null,
  cluster: Pick<Cluster, 'list'>,
  signal: AbortSignal,
): Promise<readonly KubernetesObject[] | null> {
  const query = { apiVersion: 'v1', kind: 'ResourceQuota', namespace, labelSelector: null };
  return listWhereAllowed(query, cluster, signal);
}
