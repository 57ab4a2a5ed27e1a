import { isJsonObject, type Json, parseJson } from '../../../domain/json.ts';
import { itemKey } from '../differences.ts';
import type { Path, Segment } from '../path.ts';

/** A field that an entry of `managedFields` holds. */
export interface HeldPath {
  readonly path: Path;
  readonly value: Json;
  /** What stands there in the other version of the object; undefined: nothing. */
  readonly other: Json | undefined;
}

/**
 * The fields of a live object that a set of fields (FieldsV1, structured-merge-diff: `f:` a member, `k:` an item by its
 * keys, `v:` a member of a set) holds, each beside what another version of the object has there. What the other
 * version does not have and is held as such (an item, a probe) is one field. Members of sets are left out: apply adds
 * to a set and takes nothing away from it.
 */
export function heldPaths(fields: Json | undefined, live: Json, other: Json | undefined): readonly HeldPath[] {
  const found: HeldPath[] = [];
  descend(fields, { live, other }, [], found);
  return found;
}

interface Sides {
  readonly live: Json;
  readonly other: Json | undefined;
}

function descend(fields: Json | undefined, sides: Sides, path: Path, found: HeldPath[]): void {
  if (!isJsonObject(fields)) return;
  const { live, other } = sides;
  const names = Object.keys(fields);
  const isWhole = other === undefined && '.' in fields && !isMapOfPeople(path);
  if (names.length === 0 || isWhole) {
    found.push({ path, value: live, other });
    return;
  }
  for (const name of names) {
    const child = childOf(name, sides);
    if (child !== null) descend(fields[name], child, [...path, child.segment], found);
  }
}

// What is in these stands for itself, and others write into them as well.
function isMapOfPeople(path: Path): boolean {
  const name = path.at(-1);
  return typeof name === 'string' && ['labels', 'annotations', 'data', 'stringData', 'binaryData'].includes(name);
}

function childOf(name: string, { live, other }: Sides): (Sides & { readonly segment: Segment }) | null {
  if (name.startsWith('f:') && isJsonObject(live)) {
    const segment = name.slice(2);
    const value = live[segment];
    return value === undefined
      ? null
      : { segment, live: value, other: isJsonObject(other) ? other[segment] : undefined };
  }
  if (!name.startsWith('k:') || !Array.isArray(live)) return null;
  const keys = parseJson(name.slice(2));
  if (!isJsonObject(keys)) return null;
  const list: readonly Json[] = live;
  const index = list.findIndex((item) => has(item, keys, false));
  const item = list[index];
  if (item === undefined) return null;
  const twin = Array.isArray(other) ? (other as readonly Json[]).find((one) => has(one, keys, true)) : undefined;
  return { segment: segmentOf(list, index, Object.keys(keys)), live: item, other: twin };
}

// What Git leaves to a default (the `protocol` of a port) is the same item.
function has(item: Json, keys: Readonly<Record<string, Json | undefined>>, defaulted: boolean): boolean {
  if (!isJsonObject(item)) return false;
  return Object.keys(keys).every((key) => item[key] === keys[key] || (defaulted && item[key] === undefined));
}

function segmentOf(list: readonly Json[], index: number, keys: readonly string[]): Segment {
  const alone = keys.find((key) => {
    const values = list.map((item) => (isJsonObject(item) ? item[key] : undefined));
    return new Set(values).size === list.length;
  });
  const key = alone ?? itemKey([list]);
  const item = list[index];
  const value = key !== null && isJsonObject(item) ? item[key] : undefined;
  return key !== null && (typeof value === 'string' || typeof value === 'number') ? { key, value } : index;
}
