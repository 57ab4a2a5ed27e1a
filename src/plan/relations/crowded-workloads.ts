import { isJsonObject, type JsonObject } from '../../domain/json.ts';
import type { KubernetesObject } from '../../domain/manifest.ts';
import { valueAt } from '../fields/path.ts';
import type { Judgement } from '../judgement.ts';
import { podAmount } from './pod-requests.ts';
import { exceeds, quantity, quantityText } from './quantity.ts';

/**
 * Workloads whose pods a quota has no room for, with the words to say: the API server takes the workload, and no dry run
 * tells that its pods will not be made. By numbers as they are now, without an autoscaler or a surge. What several take
 * together is said of the first.
 */
export function crowdedWorkloads(
  judgements: readonly Judgement[],
  quotas: readonly KubernetesObject[],
): ReadonlyMap<Judgement, string> {
  const crowded = new Map<Judgement, string>();
  for (const quota of quotas) {
    // Which pods a scope is about is not known before they are there.
    if (valueAt(quota, ['spec', 'scopes']) !== undefined || valueAt(quota, ['spec', 'scopeSelector']) !== undefined)
      continue;
    const [hard, used] = [valueAt(quota, ['status', 'hard']), valueAt(quota, ['status', 'used'])];
    if (!isJsonObject(hard) || !isJsonObject(used)) continue;
    const inside = judgements.filter(
      ({ action, subject: { reference } }) =>
        (action === 'create' || action === 'update') &&
        reference.kind !== 'Pod' &&
        reference.namespace === quota.metadata.namespace,
    );
    for (const resource of Object.keys(hard)) {
      const asked = inside.map((one) => ({ one, more: moreOf(one, resource) })).filter(({ more }) => more > 0);
      const more = asked.reduce((sum, one) => sum + one.more, 0);
      const [limit, there] = [quantity(hard[resource]), quantity(used[resource])];
      if (asked.length === 0 || limit === null || there === null || !exceeds(there + more, limit)) continue;
      const of = asked.length === 1 ? '' : ` (of ${asked.length} objects)`;
      const words = `quota "${quota.metadata.name}" allows ${quantityText(hard[resource])} ${resource} and ${quantityText(used[resource])} are used: not all pods that this plan asks for${of} will start`;
      const [first] = asked;
      if (first !== undefined) crowded.set(first.one, [crowded.get(first.one) ?? [], words].flat().join('; '));
    }
  }
  return crowded;
}

function moreOf({ after, live, action }: Judgement, resource: string): number {
  const amount = (object: JsonObject | null): number => (object === null ? 0 : podAmount(object, resource));
  const before = action === 'update' && live.kind === 'present' ? live.object : null;
  return amount(after) - amount(before);
}
