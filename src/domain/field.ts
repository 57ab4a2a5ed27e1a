import { isJsonObject, type Json, type JsonObject } from './json.ts';

/** What stands at a path of an object (members by name, items by index), or undefined where any step of it is missing. */
export function field(object: Json | undefined, ...path: readonly (string | number)[]): Json | undefined {
  return path.reduce(step, object);
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

function step(node: Json | undefined, place: string | number): Json | undefined {
  if (typeof place === 'number') return Array.isArray(node) ? (node[place] as Json | undefined) : undefined;
  return isJsonObject(node) && Object.hasOwn(node, place) ? node[place] : undefined;
}

/** A text or a number, as people write it; '' of everything else. */
export function scalarText(value: Json | undefined): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}
