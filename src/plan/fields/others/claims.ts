import { isJsonObject } from '../../../domain/json.ts';
import type { KubernetesObject } from '../../../domain/manifest.ts';
import type { FieldConflict } from '../../../domain/prediction.ts';
import { contentOf, sameContent } from '../content.ts';
import { differences } from '../differences.ts';
import { otherManager } from '../managed/managed-fields.ts';
import { namedPosition } from '../named-field.ts';
import { positionOf, valueAt } from '../path.ts';

/**
 * Whether an apply without force would tell more: the merge changes something that another manager holds and that was
 * never released from here. Where this is false no claim can be, and the question is saved.
 */
export function mayClaim(live: KubernetesObject, merged: KubernetesObject, released: KubernetesObject | null): boolean {
  if (sameContent(live, merged)) return false;
  return differences([contentOf(live), contentOf(merged)]).some(
    ({ path }) => otherManager(live, path) !== null && (released === null || positionOf(released, path) === null),
  );
}

/**
 * The keys of a Secret that lives which the merge takes from others, whatever their values: a conflict is answered only
 * where two values differ, and would so confirm a guessed one.
 */
export function secretClaims(
  live: KubernetesObject,
  merged: KubernetesObject,
  released: KubernetesObject | null,
): readonly FieldConflict[] {
  const { data } = merged;
  return Object.keys(isJsonObject(data) ? data : {}).flatMap((key) => {
    const holder = otherManager(live, ['data', key]);
    const ours = valueAt(released ?? undefined, ['data', key]) !== undefined;
    return holder === null || ours ? [] : [{ manager: holder.name, field: `.data.${key}` }];
  });
}

/** Whether anybody but us holds a field that the API server names. */
export function isHeldByOthers(live: KubernetesObject, field: string): boolean {
  const position = namedPosition(live, field);
  return position === null || otherManager(live, position) !== null;
}

/** Of the conflicts that the API server names, those about fields that were never released: the rest is drift. */
export function claimsOf(
  conflicts: readonly FieldConflict[],
  released: KubernetesObject | null,
): readonly FieldConflict[] {
  return conflicts.filter(({ field }) => released === null || namedPosition(released, field) === null);
}
