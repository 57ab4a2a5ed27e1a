import { field, scalarText } from '../../domain/field.ts';
import { isJsonObject, type JsonObject, sameJson } from '../../domain/json.ts';
import { type IdentityKey, identityKey, type ObjectReference } from '../../domain/manifest.ts';
import type { Judgement } from '../judgement.ts';
import { matches } from '../relations/label-selector.ts';
import { absentNeeds, mayMake } from './needs.ts';
import { noNeighbours } from './neighbours.ts';
import { podLabels, selectorQuery, selects } from './selector.ts';
import { serviceSelector } from './service-effects.ts';
import { type Surroundings, surroundingsOf } from './surroundings.ts';

/** What the effects of a plan depend on, and none of its own objects tells. Mostly nothing. */
export interface NeighbourQuestions {
  /** Whether these live. */
  readonly references: readonly ObjectReference[];
  /** Whether any pod that lives is selected. */
  readonly selections: readonly Selection[];
}

export interface Selection {
  /** The object that selects. */
  readonly key: IdentityKey;
  readonly namespace: string;
  /** As the API takes it. */
  readonly labelSelector: string;
}

export function neighbourQuestions(judgements: readonly Judgement[]): NeighbourQuestions {
  const plan = surroundingsOf(judgements, noNeighbours);
  const references = new Map(
    judgements
      .flatMap((judgement) => absentNeeds(judgement, plan))
      .map((reference) => [identityKey(reference), reference] as const),
  );
  return {
    references: [...references.values()],
    selections: judgements.flatMap((judgement) => selectionOf(judgement, plan) ?? []),
  };
}

// Only where the change made it so: what selected nothing before is no news.
function selectionOf({ subject, action, before, after }: Judgement, plan: Surroundings): Selection | null {
  const { namespace } = subject.reference;
  if (namespace === null || after === null) return null;
  if (action !== 'create' && action !== 'update' && action !== 'replace') return null;
  const selector = selectorOf(subject.reference, after);
  if (selector === null || (before !== null && sameJson(selector, selectorOf(subject.reference, before)))) return null;
  const isBudget = subject.reference.kind !== 'Service';
  const chooses = isBudget ? matches : selects;
  const found = plan.inNamespace(namespace).some((object) => {
    const labels = object.after && podLabels(object.after);
    return labels !== null && chooses(selector, labels);
  });
  if (
    found ||
    Object.values(valuesOf(selector)).some((value) => mayMake(scalarText(value), namespace, plan, subject.key))
  )
    return null;
  const labelSelector = selectorQuery(selector, isBudget);
  // What the API server has not validated yet may hold anything.
  return queryable.test(labelSelector) ? { key: subject.key, namespace, labelSelector } : null;
}

/** Names and values of labels, and what `selectorQuery` puts between them. */
const queryable =
  /^!?[\w./-]+(?:=[\w.-]*| (?:not)?in \([\w.,-]*\))?(?:,!?[\w./-]+(?:=[\w.-]*| (?:not)?in \([\w.,-]*\))?)*$/;

function selectorOf({ group, kind }: ObjectReference, object: JsonObject): JsonObject | null {
  if (group === '' && kind === 'Service') return serviceSelector(object);
  if (group !== 'policy' || kind !== 'PodDisruptionBudget') return null;
  const selector = field(object, 'spec', 'selector');
  return isJsonObject(selector) ? selector : null;
}

function valuesOf(selector: JsonObject): JsonObject {
  return isJsonObject(selector['matchLabels']) ? selector['matchLabels'] : selector;
}
