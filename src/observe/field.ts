import { isJsonObject, type Json, type JsonObject } from '../domain/json.ts';

/** What stands at a path of an object, or undefined where any step of it is missing. */
export function field(object: JsonObject, ...path: readonly string[]): Json | undefined {
  let value: Json | undefined = object;
  for (const step of path) {
    if (!isJsonObject(value)) return undefined;
    value = value[step];
  }
  return value;
}

/** The text at a path; undefined where it is missing or is no text. */
export function textField(object: JsonObject, ...path: readonly string[]): string | undefined {
  const value = field(object, ...path);
  return typeof value === 'string' ? value : undefined;
}

/** The number at a path; undefined where it is missing or is no number. */
export function numberField(object: JsonObject, ...path: readonly string[]): number | undefined {
  const value = field(object, ...path);
  return typeof value === 'number' ? value : undefined;
}

/** The objects of a list at a path; empty where it is missing. */
export function listField(object: JsonObject, ...path: readonly string[]): readonly JsonObject[] {
  const value = field(object, ...path);
  return Array.isArray(value) ? value.filter(isJsonObject) : [];
}
