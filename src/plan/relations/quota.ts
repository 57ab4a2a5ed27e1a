import { isJsonObject, type Json } from '../../domain/json.ts';
import type { KubernetesObject } from '../../domain/manifest.ts';
import { valueAt } from '../fields/path.ts';
import type { Judgement } from '../judgement.ts';

/**
 * Creations that each fit a quota and together do not: every dry run is asked alone, so five pass where two fit. What
 * the plan deletes does not help, for pruning comes after applying.
 *
 * `countedAs`: what a quota counts the kind of an object as, `deployments.apps`; null: it is not served.
 */
export function withQuotas(
  judgements: readonly Judgement[],
  quotas: readonly KubernetesObject[],
  countedAs: (judgement: Judgement) => string | null,
): readonly Judgement[] {
  const exceeded = new Map<Judgement, string>();
  for (const quota of quotas) {
    // Scopes are about pods, which workloads make later.
    if (valueAt(quota, ['spec', 'scopes']) !== undefined || valueAt(quota, ['spec', 'scopeSelector']) !== undefined)
      continue;
    const hard = valueAt(quota, ['status', 'hard']);
    const used = valueAt(quota, ['status', 'used']);
    if (!isJsonObject(hard) || !isJsonObject(used)) continue;
    const inside = judgements.filter(
      ({ action, subject }) => action === 'create' && subject.reference.namespace === quota.metadata.namespace,
    );
    for (const resource of Object.keys(hard)) {
      const asked = inside
        .map((one) => ({ one, amount: amountOf(one, resource, countedAs(one)) }))
        .filter(({ amount }) => amount > 0);
      const more = asked.reduce((sum, { amount }) => sum + amount, 0);
      const [limit, there] = [quantity(hard[resource]), quantity(used[resource])];
      if (limit === null || there === null || there + more <= limit) continue;
      const words = `quota "${quota.metadata.name}" allows ${text(hard[resource])} ${resource}; ${text(used[resource])} are used`;
      for (const { one } of asked) exceeded.set(one, `${words}, and this plan asks for more than what is left`);
    }
  }
  if (exceeded.size === 0) return judgements;
  return judgements.map((judgement) => {
    const message = exceeded.get(judgement);
    if (message === undefined) return judgement;
    return { ...judgement, action: 'blocked', reason: { code: 'quota', message }, refused: null };
  });
}

// Object counts (`count/deployments.apps`, and the older names of core kinds), ports that a node gives, and storage.
function amountOf({ subject, desired }: Judgement, resource: string, countedAs: string | null): number {
  if (countedAs === null) return 0;
  if (resource === `count/${countedAs}` || resource === countedAs) return 1;
  const object = desired ?? undefined;
  const { group, kind } = subject.reference;
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

const suffixes: Readonly<Record<string, number>> = {
  '': 1,
  m: 1e-3,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  P: 1e15,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
  Pi: 2 ** 50,
};

/** `500Mi`, `2`, `1e3` as a number (apimachinery's resource.Quantity, near enough to compare sums with limits). */
function quantity(value: Json | undefined): number | null {
  const [, digits, suffix = ''] = /^([+-]?[\d.]+(?:[eE][+-]?\d+)?)([a-zA-Z]*)$/.exec(text(value)) ?? [];
  const factor = Object.hasOwn(suffixes, suffix) ? suffixes[suffix] : undefined;
  return digits === undefined || factor === undefined ? null : Number(digits) * factor;
}

function text(value: Json | undefined): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}
