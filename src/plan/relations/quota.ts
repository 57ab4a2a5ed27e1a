import { isJsonObject } from '../../domain/json.ts';
import type { KubernetesObject } from '../../domain/manifest.ts';
import { valueAt } from '../fields/path.ts';
import type { Judgement } from '../judgement.ts';
import { crowdedWorkloads } from './crowded-workloads.ts';
import { type CountedUse, withPlannedQuotas } from './planned-quotas.ts';
import { exceeds, quantity, quantityText } from './quantity.ts';
import { moreOf } from './taken-amount.ts';

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
