import type { Effect } from '../../domain/effect.ts';
import { field, numberField } from '../../domain/field.ts';
import { isJsonObject, type Json, type JsonObject } from '../../domain/json.ts';
import { identityOf } from '../../domain/manifest.ts';
import type { Judgement } from '../judgement.ts';
import { matches } from '../relations/label-selector.ts';
import { podLabels } from './selector.ts';
import type { PlanObject, Surroundings } from './surroundings.ts';

/**
 * What becomes of evictions (a node that is drained, a cluster that shrinks). A rolling update does not ask a
 * PodDisruptionBudget, so a restart is none of its business (kubernetes.io/docs/concepts/workloads/pods/disruptions).
 */
export function disruptionEffects(judgement: Judgement, plan: Surroundings): readonly Effect[] {
  const { subject, action } = judgement;
  const isBudget = subject.reference.group === 'policy' && subject.reference.kind === 'PodDisruptionBudget';
  if (isBudget && action === 'delete') return [{ kind: 'frees-evictions' }];
  if (action !== 'create' && action !== 'update' && action !== 'replace') return [];
  const self = plan.find(subject.key);
  if (self === null) return [];
  if (!isBudget) return blockedBy(self, plan);
  const nothing = plan.neighbours.podless.has(subject.key) ? [{ kind: 'selects-nothing' } as const] : [];
  return [...nothing, ...blocked(self, self, plan)];
}

function blockedBy(workload: PlanObject, plan: Surroundings): readonly Effect[] {
  if (workload.after === null || replicasOf(workload.after) === null) return [];
  const budgets = plan.inNamespace(workload.reference.namespace).filter(isBudgetObject);
  return budgets.flatMap((budget) => {
    const labels = workload.after && podLabels(workload.after);
    const chosen = labels !== null && matches(field(budget.after ?? {}, 'spec', 'selector'), labels);
    // A budget that the same plan makes stricter says so itself.
    const stricter = leavesNone(budget.after, expected(budget.after, plan, workload, 'before'));
    return chosen && !stricter ? blocked(budget, workload, plan) : [];
  });
}

// Only what the change does: a budget that left nothing before is no news.
function blocked(budget: PlanObject, cause: PlanObject, plan: Surroundings): readonly Effect[] {
  const after = expected(budget.after, plan, cause, 'after');
  if (!leavesNone(budget.after, after)) return [];
  if (budget === cause && leavesNone(budget.before, after)) return [];
  const workloads = after.flatMap(({ object, replicas }) => (replicas > 0 ? [identityOf(object.reference)] : []));
  return [{ kind: 'blocks-evictions', budget: identityOf(budget.reference), workloads }];
}

interface Expected {
  readonly object: PlanObject;
  readonly replicas: number;
}

/** The plan's workloads that a budget is about, and how many pods each is to have; of `cause` before or after it. */
function expected(
  budget: JsonObject | null,
  plan: Surroundings,
  cause: PlanObject,
  when: 'before' | 'after',
): readonly Expected[] {
  const selector = field(budget ?? {}, 'spec', 'selector');
  return plan.inNamespace(cause.reference.namespace).flatMap((object) => {
    const seen = object === cause ? object[when] : object.after;
    const labels = seen && podLabels(seen);
    const replicas = seen && replicasOf(seen);
    if (replicas === null || labels === null || !matches(selector, labels)) return [];
    return [{ object, replicas }];
  });
}

// A percentage is rounded up, of either kind (k8s.io/kubernetes/pkg/controller/disruption).
function leavesNone(budget: JsonObject | null, workloads: readonly Expected[]): boolean {
  const pods = workloads.reduce((sum, { replicas }) => sum + replicas, 0);
  if (budget === null || pods === 0) return false;
  const unavailable = share(field(budget, 'spec', 'maxUnavailable'), pods);
  if (unavailable !== null) return unavailable === 0;
  const available = share(field(budget, 'spec', 'minAvailable'), pods) ?? 1;
  return available >= pods;
}

function share(value: Json | undefined, of: number): number | null {
  if (typeof value === 'number') return value;
  const percent = typeof value === 'string' ? /^(\d+)%$/.exec(value)?.[1] : undefined;
  return percent === undefined ? null : Math.ceil((Number(percent) * of) / 100);
}

const scaled = ['Deployment', 'StatefulSet', 'ReplicaSet', 'ReplicationController'];

function replicasOf(object: JsonObject): number | null {
  const { kind } = object;
  if (typeof kind !== 'string' || !scaled.includes(kind) || !isJsonObject(object['spec'])) return null;
  return numberField(object, 'spec', 'replicas') ?? 1;
}

function isBudgetObject({ reference, after }: PlanObject): boolean {
  return reference.group === 'policy' && reference.kind === 'PodDisruptionBudget' && after !== null;
}
