import { isJsonObject, type Json } from '../../../domain/json.ts';
import { type KubernetesObject, ownManager } from '../../../domain/manifest.ts';
import type { PathChange } from '../../../domain/plan.ts';
import { type Path, positionOf } from '../path.ts';
import { namesItem } from './field-set.ts';

/**
 * Who holds a path of a live object besides Fairlead: the manager that wrote it last, and when; null: nobody is named.
 * A removed field has no holder: `managedFields` does not say who took it away.
 */
export function otherManager(live: KubernetesObject, path: Path): PathChange['manager'] {
  const position = positionOf(live, path);
  return position === null ? null : holderOf(live, position);
}

/** The same of a position, list items by index. */
export function holderOf(live: KubernetesObject, position: readonly (string | number)[]): PathChange['manager'] {
  const [latest] = (live.metadata.managedFields ?? [])
    .filter(isJsonObject)
    .flatMap(({ manager, operation, time, fieldsV1 }) => {
      if (typeof manager !== 'string' || (manager === ownManager && operation === 'Apply')) return [];
      return holds(fieldsV1, live, position) ? [{ name: manager, at: typeof time === 'string' ? time : null }] : [];
    })
    .toSorted((left, right) => (right.at ?? '').localeCompare(left.at ?? ''));
  return latest ?? null;
}

// Below an empty set of fields everything is held.
function holds(fields: Json | undefined, node: Json, position: readonly (string | number)[]): boolean {
  if (!isJsonObject(fields)) return false;
  const [place, ...rest] = position;
  if (place === undefined || Object.keys(fields).length === 0) return true;
  if (typeof place === 'string') {
    const child = isJsonObject(node) ? node[place] : undefined;
    return child !== undefined && holds(fields[`f:${place}`], child, rest);
  }
  const item: Json | undefined = Array.isArray(node) ? (node[place] as Json | undefined) : undefined;
  if (item === undefined) return false;
  return Object.keys(fields).some((step) => namesItem(step, item, place) && holds(fields[step], item, rest));
}
