import { field } from '../../../domain/field.ts';
import { isJsonObject, type Json, sameJson } from '../../../domain/json.ts';
import { type Identity, identityOf, type KubernetesObject } from '../../../domain/manifest.ts';
import type { HiddenFields, PathChange } from '../../../domain/plan.ts';
import type { FieldConflict } from '../../../domain/prediction.ts';
import { holderOf } from '../managed/managed-fields.ts';
import { namedPosition } from '../named-field.ts';

/** A claimed field that is left to who holds it: it is neither predicted nor applied. */
export interface LeftField {
  /** The API server's notation: `.spec.replicas`. */
  readonly field: string;
  readonly manager: NonNullable<PathChange['manager']>;
}

/** Of the fields that the last release left to others, those that others still hold. */
export function stillLeft(live: KubernetesObject, left: readonly string[]): readonly LeftField[] {
  return left.flatMap((name) => leftField(live, name) ?? []);
}

/** Claims as they are left; null: there are none, or one that the manifest cannot do without. */
export function leftClaims(
  claims: readonly FieldConflict[],
  manifest: KubernetesObject,
  live: KubernetesObject,
): readonly LeftField[] | null {
  if (claims.length === 0 || !claims.every(({ field: name }) => canLeave(manifest, name))) return null;
  // Of several that hold one field the last is named.
  const managers = new Map(claims.map(({ field: name, manager }) => [name, manager]));
  return [...managers].map(
    ([name, manager]) => leftField(live, name) ?? { field: name, manager: { name: manager, at: null } },
  );
}

/** The same as what is hidden of an object: what is left is no difference, and is said all the same. */
export function hiddenByLeaving(identity: Identity, left: readonly LeftField[]): readonly HiddenFields[] {
  const [first] = left;
  if (first === undefined) return [];
  const count = left.length === 1 ? {} : { count: left.length };
  return [{ identity: identityOf(identity), path: leftPath(first), rule: 'conflicts: leave', ...count }];
}

export function leftPath({ field: name }: LeftField): string {
  return name.replace(/^\./, '');
}

// null: nobody else holds it any more.
function leftField(live: KubernetesObject, name: string): LeftField | null {
  const position = namedPosition(live, name);
  const manager = position && holderOf(live, position);
  return manager && { field: name, manager };
}

/**
 * A manifest without the fields that are left to others. What is left out stays as it lives: server-side apply takes away
 * only what it set before, and these were never set from here. A map that this empties goes as well.
 */
export function withoutLeft(manifest: KubernetesObject, left: readonly string[]): KubernetesObject {
  return left.reduce<KubernetesObject>((object, name) => {
    const position = namedPosition(object, name);
    // What makes the object this object is never held by somebody else alone.
    return position === null || !isLeavable(object, position)
      ? object
      : (without(object, position) as KubernetesObject);
  }, manifest);
}

function canLeave(manifest: KubernetesObject, name: string): boolean {
  const position = namedPosition(manifest, name);
  return position !== null && isLeavable(manifest, position);
}

function isLeavable(manifest: KubernetesObject, position: readonly (string | number)[]): boolean {
  const [first, second, third] = position;
  if (first === undefined || first === 'apiVersion' || first === 'kind') return false;
  if (first === 'metadata' && (third === undefined || (second !== 'labels' && second !== 'annotations'))) return false;
  return field(manifest, ...position) !== undefined;
}

// undefined: nothing is left of it.
function without(node: Json | undefined, [place, ...rest]: readonly (string | number)[]): Json | undefined {
  if (place === undefined) return undefined;
  if (Array.isArray(node)) {
    const items = node.flatMap((item: Json, index) => (index === place ? (without(item, rest) ?? []) : [item]));
    return items.length === 0 ? undefined : items;
  }
  if (!isJsonObject(node) || typeof place !== 'string') return node;
  const { [place]: member, ...others } = node;
  const next = without(member, rest);
  if (next !== undefined) return { ...others, [place]: next };
  return Object.keys(others).length === 0 ? undefined : others;
}

/** The same object where two say the same. */
export function sharedWith(object: KubernetesObject | null, twin: KubernetesObject | null): KubernetesObject | null {
  return sameJson(object, twin) ? twin : object;
}
