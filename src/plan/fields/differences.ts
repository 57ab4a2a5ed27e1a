import { isJsonObject, type Json, type JsonObject, sameJson } from '../../domain/json.ts';
import type { Path } from './path.ts';

/** One path at which versions of an object are not all the same, and what each has there. */
export interface Difference {
  readonly path: Path;
  /** In the order of the versions; undefined: nothing there. */
  readonly values: readonly (Json | undefined)[];
}

/**
 * Walks any number of versions of one object together and returns the leaves at which they differ, in the order of the
 * fields. Items of lists are matched by what names them in every version, so that an inserted item is one difference
 * and not a churn of indices. A list whose items nothing names (arguments, tolerations) is one leaf: most of these are
 * atomic to server-side apply as well.
 */
export function differences(versions: readonly (Json | undefined)[]): readonly Difference[] {
  const found: Difference[] = [];
  descend([], versions, found);
  return found;
}

function descend(path: Path, values: readonly (Json | undefined)[], found: Difference[]): void {
  const [first, ...others] = values;
  if (others.every((other) => sameJson(first, other))) return;
  const present = values.filter((value) => value !== undefined);
  if (present.every(isJsonObject) && present.some((value) => Object.keys(value).length > 0)) {
    return descendMembers(path, values as readonly (JsonObject | undefined)[], found);
  }
  if (present.every(isList) && present.some((value) => value.length > 0)) {
    const key = itemKey(present);
    if (key !== null) return descendItems(path, key, values as readonly (readonly Json[] | undefined)[], found);
  }
  found.push({ path, values });
}

function descendMembers(path: Path, values: readonly (JsonObject | undefined)[], found: Difference[]): void {
  const names = new Set(values.flatMap((value) => (value === undefined ? [] : Object.keys(value))));
  for (const name of names) {
    descend(
      [...path, name],
      values.map((value) => value?.[name]),
      found,
    );
  }
}

function descendItems(
  path: Path,
  key: string,
  lists: readonly (readonly Json[] | undefined)[],
  found: Difference[],
): void {
  const byName = lists.map((list) => list && new Map(list.map((item) => [nameOf(item, key), item])));
  const names = new Set(byName.flatMap((items) => [...(items?.keys() ?? [])]));
  for (const name of names) {
    if (name === undefined) continue;
    const items = byName.map((all) => all?.get(name));
    // What names an item says nothing new about it, unless there is nothing else to say.
    const bare = items.map((item) => (isJsonObject(item) && Object.keys(item).length > 1 ? without(item, key) : item));
    descend([...path, { key, value: name }], bare, found);
  }
  // The order matters too (of environment variables, of containers): a difference of its own.
  const order = (items: Map<string | number | undefined, Json> | undefined): Json | undefined =>
    items &&
    [...items.keys()].filter(
      (name): name is string | number => name !== undefined && byName.every((all) => all?.has(name) ?? true),
    );
  const [first, ...others] = byName.filter((items) => items !== undefined).map(order);
  if (!others.every((other) => sameJson(first, other))) found.push({ path, values: byName.map(order) });
}

// What may name a list's items, in the order in which a person would choose: most of the API's merge keys.
const candidates = ['name', 'mountPath', 'containerPort', 'port', 'key', 'ip', 'host', 'path', 'type', 'devicePath'];

/** The first member that every item of every list has, and that no two items of a list share; null: there is none. */
export function itemKey(lists: readonly (readonly Json[])[]): string | null {
  const names = (list: readonly Json[], key: string) => new Set(list.map((item) => nameOf(item, key)));
  const fits = (key: string) =>
    lists.every((list) => {
      const named = names(list, key);
      return named.size === list.length && !named.has(undefined);
    });
  return candidates.find(fits) ?? null;
}

function without(item: JsonObject, key: string): JsonObject {
  const { [key]: _name, ...rest } = item;
  return rest;
}

function nameOf(item: Json, key: string): string | number | undefined {
  const name = isJsonObject(item) ? item[key] : undefined;
  return typeof name === 'string' || typeof name === 'number' ? name : undefined;
}

function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}
