import { isJsonObject, type Json, type JsonObject } from '../../domain/json.ts';
import { identityKey, type KubernetesObject, referenceOf } from '../../domain/manifest.ts';
import { valueAt } from '../fields/path.ts';
import type { Judgement } from '../judgement.ts';

/** How much of a resource what lives in a namespace takes; null: it is not known. */
export type CountedUse = (namespace: string, resource: string) => number | null;

/**
 * Quotas as they are once the plan is carried out: they are applied before what they limit. Of what none limited so far the
 * cluster has counted nothing yet, so that it is counted here.
 */
export function withPlannedQuotas(
  living: readonly KubernetesObject[],
  judgements: readonly Judgement[],
  counted: CountedUse,
): readonly KubernetesObject[] {
  const planned = judgements.filter(isPlannedQuota);
  if (planned.length === 0) return living;
  const keys = new Set(planned.map(({ subject }) => subject.key));
  const staying = living.filter((quota) => !keys.has(identityKey(referenceOf(quota))));
  return [...staying, ...planned.map((judgement) => quotaOf(judgement, counted))];
}

export interface PlannedQuota {
  readonly action: Judgement['action'];
  readonly desired: KubernetesObject;
}

export function isPlannedQuota(judgement: Judgement): judgement is Judgement & PlannedQuota {
  const { group, kind } = judgement.subject.reference;
  return group === '' && kind === 'ResourceQuota' && judgement.desired !== null && applied.has(judgement.action);
}

const applied: ReadonlySet<Judgement['action']> = new Set(['create', 'update', 'replace']);

/** Resources that a quota limits by then and that the cluster has not counted for it yet. */
export function uncountedResources(judgement: Judgement & PlannedQuota): readonly string[] {
  const known = countedSoFar(judgement);
  return Object.keys(membersOf(valueAt(judgement.desired, ['spec', 'hard']))).filter(
    (resource) => !(resource in known),
  );
}

function countedSoFar({ action, live, desired }: Judgement & PlannedQuota): JsonObject {
  const quota = action === 'update' && live.kind === 'present' ? live.object : desired;
  return membersOf(valueAt(quota, ['status', 'used']));
}

function quotaOf(judgement: Judgement & PlannedQuota, counted: CountedUse): KubernetesObject {
  const { desired, subject } = judgement;
  const known = countedSoFar(judgement);
  const hard = membersOf(valueAt(desired, ['spec', 'hard']));
  const used: Record<string, Json> = {};
  for (const resource of Object.keys(hard)) {
    const amount = known[resource] ?? counted(subject.reference.namespace ?? '', resource);
    if (amount !== null) used[resource] = typeof amount === 'number' ? String(amount) : amount;
  }
  return { ...desired, status: { hard, used } };
}

function membersOf(value: Json | undefined): JsonObject {
  return isJsonObject(value) ? value : {};
}
