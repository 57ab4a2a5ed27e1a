import { isJsonObject, type JsonObject } from '../../domain/json.ts';
import type { KubernetesObject } from '../../domain/manifest.ts';
import { valueAt } from '../fields/path.ts';
import type { Judgement } from '../judgement.ts';
import { crowdedWorkloads } from './crowded-workloads.ts';
import { type CountedUse, withPlannedQuotas } from './planned-quotas.ts';
import { podAmount } from './pod-requests.ts';
import { exceeds, quantity, quantityText } from './quantity.ts';

/**
 * What each fits a quota and together does not: every dry run is asked alone, so five pass where two fit. What
 * the plan deletes does not help, for pruning comes after applying; of a quota that it makes or changes the new limits count,
 * for they are applied first.
 *
 * `counted`: what the cluster has not counted yet. `countedAs`: what a quota counts the kind of an object as,
 * `deployments.apps`; null: it is not served.
 */
export function withQuotas(
  judgements: readonly Judgement[],
  { living, counted }: { readonly living: readonly KubernetesObject[]; readonly counted: CountedUse },
  countedAs: (judgement: Judgement) => string | null,
): readonly Judgement[] {
  const quotas = withPlannedQuotas(living, judgements, counted);
  const exceeded = new Map<Judgement, string>();
  for (const quota of quotas) {
    // Scopes are about pods, which workloads make later.
    if (valueAt(quota, ['spec', 'scopes']) !== undefined || valueAt(quota, ['spec', 'scopeSelector']) !== undefined)
      continue;
    const hard = valueAt(quota, ['status', 'hard']);
    const used = valueAt(quota, ['status', 'used']);
    if (!isJsonObject(hard) || !isJsonObject(used)) continue;
    const inside = judgements.filter(
      ({ action, subject }) => asking.has(action) && subject.reference.namespace === quota.metadata.namespace,
    );
    for (const resource of Object.keys(hard)) {
      const asked = inside
        .map((one) => ({ one, amount: moreOf(one, resource, countedAs(one)) }))
        .filter(({ amount }) => amount > 0);
      const more = asked.reduce((sum, { amount }) => sum + amount, 0);
      const [limit, there] = [quantity(hard[resource]), quantity(used[resource])];
      if (limit === null || there === null || !exceeds(there + more, limit)) continue;
      const words = `quota "${quota.metadata.name}" allows ${quantityText(hard[resource])} ${resource}; ${quantityText(used[resource])} are used`;
      for (const { one } of asked) exceeded.set(one, `${words}, and this plan asks for more than what is left`);
    }
  }
  const crowded = crowdedWorkloads(judgements, quotas);
  if (exceeded.size === 0 && crowded.size === 0) return judgements;
  return judgements.map((judgement) => {
    const message = exceeded.get(judgement);
    const remark = judgement.remark ?? crowded.get(judgement) ?? null;
    if (message === undefined) return remark === judgement.remark ? judgement : { ...judgement, remark };
    return { ...judgement, action: 'blocked', reason: { code: 'quota', message }, refused: null };
  });
}

const asking: ReadonlySet<Judgement['action']> = new Set(['create', 'update']);

/** What the plan takes more of a resource than is taken now; below zero: less. `countedAs`: as for `withQuotas`. */
export function moreOf(judgement: Judgement, resource: string, countedAs: string | null): number {
  const { subject, action, live, desired, after } = judgement;
  // Of a pod the defaults of a LimitRange count.
  const isPod = subject.reference.kind === 'Pod' && subject.reference.group === '';
  const amount = amountOf(subject.reference, (isPod ? after : null) ?? desired, resource, countedAs);
  if (action === 'create') return amount;
  return live.kind === 'present' ? amount - amountOf(subject.reference, live.object, resource, countedAs) : 0;
}

/** How much of what a quota counts a living object takes. */
export function usedBy(object: KubernetesObject, resource: string, { group, kind, plural }: UsedKind): number {
  const isCount = resource.startsWith('count/');
  // What has ended takes nothing but its place in the count (kubernetes, pkg/quota/v1/evaluator/core/pods.go).
  const phase = valueAt(object, ['status', 'phase']);
  if (group === '' && kind === 'Pod' && !isCount && (phase === 'Succeeded' || phase === 'Failed')) return 0;
  return amountOf({ group, kind }, object, resource, countedName({ group, plural }));
}

/** `deployments.apps`, as quotas count it. */
export function countedName({ group, plural }: Pick<UsedKind, 'group' | 'plural'>): string {
  return group === '' ? plural : `${plural}.${group}`;
}

interface UsedKind {
  readonly group: string;
  readonly kind: string;
  readonly plural: string;
}

// Object counts (`count/deployments.apps`, and the older names of core kinds), ports that a node gives, and storage.
function amountOf(
  { group, kind }: Pick<UsedKind, 'group' | 'kind'>,
  said: JsonObject | null,
  resource: string,
  countedAs: string | null,
): number {
  if (countedAs === null) return 0;
  if (resource === `count/${countedAs}` || resource === countedAs) return 1;
  const object = said ?? undefined;
  if (group === '' && kind === 'Pod') return object === undefined ? 0 : podAmount(object, resource);
  if (group === '' && kind === 'Service') {
    const type = valueAt(object, ['spec', 'type']);
    if (resource === 'services.loadbalancers') return type === 'LoadBalancer' ? 1 : 0;
    const ports = valueAt(object, ['spec', 'ports']);
    const onNodes = type === 'NodePort' || type === 'LoadBalancer';
    if (resource === 'services.nodeports') return onNodes && Array.isArray(ports) ? ports.length : 0;
  }
  if (group === '' && kind === 'PersistentVolumeClaim' && resource === 'requests.storage') {
    return quantity(valueAt(object, ['spec', 'resources', 'requests', 'storage'])) ?? 0;
  }
  return 0;
}
