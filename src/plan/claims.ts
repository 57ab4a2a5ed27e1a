import type { KubernetesObject } from '../domain/manifest.ts';
import type { FieldConflict } from '../domain/prediction.ts';
import { conflictPosition } from './conflict-field.ts';
import { contentOf, sameContent } from './content.ts';
import { differences } from './differences.ts';
import { otherManager } from './managed-fields.ts';
import { positionOf } from './path.ts';

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

/** Of the conflicts that the API server names, those about fields that were never released: the rest is drift. */
export function claimsOf(
  conflicts: readonly FieldConflict[],
  released: KubernetesObject | null,
): readonly FieldConflict[] {
  return conflicts.filter(({ field }) => released === null || conflictPosition(released, field) === null);
}
