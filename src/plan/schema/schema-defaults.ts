import { isJsonObject, type Json, type JsonObject } from '../../domain/json.ts';

/** An object with the defaults of its schema where it says nothing, as the API server stores it. */
export function withDefaults<T extends JsonObject>(object: T, schema: JsonObject): T {
  return defaulted(object, schema) as T;
}

function defaulted(value: Json, schema: JsonObject): Json {
  const { properties, additionalProperties, items } = schema;
  if (isList(value)) return isJsonObject(items) ? value.map((item) => defaulted(item, items)) : value;
  if (!isJsonObject(value)) return value;
  const members = new Map(Object.entries(value));
  for (const [name, member] of Object.entries(isJsonObject(properties) ? properties : {})) {
    if (!isJsonObject(member)) continue;
    const given = members.get(name);
    const isGiven = given !== undefined && (given !== null || member['nullable'] === true);
    const said = isGiven ? given : member['default'];
    if (said !== undefined) members.set(name, defaulted(said, member));
  }
  if (isJsonObject(additionalProperties)) {
    for (const [name, member] of members) {
      if (member !== undefined) members.set(name, defaulted(member, additionalProperties));
    }
  }
  return Object.fromEntries(members);
}

function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}
