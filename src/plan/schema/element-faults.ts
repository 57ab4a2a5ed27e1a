import { canonicalJson, isJsonObject, type Json, type JsonObject } from '../../domain/json.ts';
import type { Checking } from './checking.ts';
import { type Fault, fault, memberPlace, missing, type Place } from './fault.ts';

/** What is wrong with the elements of a list, alone and together (`x-kubernetes-list-type`). */
export function elementFaults(
  list: readonly Json[],
  schema: JsonObject,
  place: Place,
  checking: Checking,
  check: (value: Json, schema: JsonObject, place: Place, checking: Checking) => readonly Fault[],
): readonly Fault[] {
  const { items } = schema;
  const each = isJsonObject(items)
    ? list.flatMap((item, index) => check(item, items, memberPlace(place, index), checking))
    : [];
  return [...each, ...doubles(list, schema, place)];
}

function doubles(list: readonly Json[], schema: JsonObject, place: Place): readonly Fault[] {
  const type = schema['x-kubernetes-list-type'];
  const keys = schema['x-kubernetes-list-map-keys'];
  const isSet = type === 'set' || schema['uniqueItems'] === true;
  if (isSet) return repeated(list.map(canonicalJson), place);
  if (type !== 'map' || !Array.isArray(keys)) return [];
  const names = keys.filter((key: Json) => typeof key === 'string');
  const items = schema['items'];
  const absent = list.flatMap((item, index) =>
    names.flatMap((name) =>
      isJsonObject(item) && item[name] === undefined && !hasDefault(items, name)
        ? [missing(memberPlace(place, index), name)]
        : [],
    ),
  );
  const identities = list.map((item) =>
    canonicalJson(names.map((name) => (isJsonObject(item) ? (item[name] ?? null) : item))),
  );
  return [...absent, ...(absent.length > 0 ? [] : repeated(identities, place))];
}

function repeated(identities: readonly string[], place: Place): readonly Fault[] {
  const seen = new Set<string>();
  return identities.flatMap((identity, index) => {
    if (seen.has(identity)) return [fault('malformed', memberPlace(place, index), 'Duplicate value')];
    seen.add(identity);
    return [];
  });
}

function hasDefault(items: Json | undefined, name: string): boolean {
  const properties = isJsonObject(items) ? items['properties'] : undefined;
  const property = isJsonObject(properties) ? properties[name] : undefined;
  return isJsonObject(property) && property['default'] !== undefined;
}
