import type { JsonObject } from '../../domain/json.ts';
import type { KubernetesObject } from '../../domain/manifest.ts';
import { valueAt } from '../fields/path.ts';
import type { Judgement } from '../judgement.ts';
import { podAmount } from './pod-requests.ts';
import { quantity } from './quantity.ts';

/**
 * What the plan takes more of a resource that a quota limits (`pods`, `requests.cpu`, `count/deployments.apps`) than is
 * taken now, in its base unit (`quantity`); below zero: less. `countedAs`: `countedName` of its kind; null: it is not served.
 */
export function moreOf(judgement: Judgement, resource: string, countedAs: string | null): number {
  const { subject, action, live, desired, after } = judgement;
  // Of a pod the defaults of a LimitRange count.
  const isPod = subject.reference.kind === 'Pod' && subject.reference.group === '';
  const amount = amountOf(subject.reference, (isPod ? after : null) ?? desired, resource, countedAs);
  if (action === 'create') return amount;
  return live.kind === 'present' ? amount - amountOf(subject.reference, live.object, resource, countedAs) : 0;
}

/** How much of such a resource a living object takes. */
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
