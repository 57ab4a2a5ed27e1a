/**
 * JSON as the Kubernetes API speaks it: 64-bit integers beyond 2^53 are kept exact as `bigint`.
 * Every object that crosses a border is one of these; nothing in them is ever mutated.
 */
export type Json = null | boolean | number | bigint | string | readonly Json[] | JsonObject;

export interface JsonObject {
  readonly [key: string]: Json | undefined;
}

export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Parses JSON text; integers that a double cannot hold become `bigint`. Throws SyntaxError on malformed text. */
export function parseJson(text: string): Json {
  // A reviver makes parsing 15 times slower: only where a long number may stand, not for the digits of an image digest.
  if (!/(?:^|[[:,])\s*-?\d{16}/.test(text)) return JSON.parse(text) as Json;
  return JSON.parse(text, (_key, value: unknown, context?: { readonly source?: string }) =>
    typeof value === 'number' && !Number.isSafeInteger(value) && /^-?\d+$/.test(context?.source ?? '')
      ? BigInt(context?.source ?? '0')
      : value,
  ) as Json;
}

/** The same; null also of what is no JSON. */
export function parseJsonOrNull(text: string): Json {
  try {
    return parseJson(text);
  } catch {
    return null;
  }
}

/** JSON text of a value; `bigint` is written as the integer it is. */
export function stringifyJson(value: Json): string {
  try {
    return JSON.stringify(value);
  } catch (error) {
    // A replacer makes writing several times slower, and hardly any object holds such an integer.
    if (!(error instanceof TypeError)) throw error;
  }
  return JSON.stringify(value, (_key, member: unknown) =>
    typeof member === 'bigint' ? rawJson(member.toString()) : member,
  );
}

/** JSON text with object keys sorted at every depth: equal values have equal text. The input of every hash. */
export function canonicalJson(value: Json): string {
  if (typeof value === 'string') return quoted(value);
  if (Array.isArray(value)) return `[${value.map((item: Json) => canonicalJson(item)).join(',')}]`;
  if (!isJsonObject(value)) return typeof value === 'bigint' ? value.toString() : JSON.stringify(value);
  let text = '';
  for (const key of Object.keys(value).toSorted()) {
    const member = value[key];
    if (member !== undefined) text += `${text === '' ? '' : ','}${quoted(key)}:${canonicalJson(member)}`;
  }
  return `{${text}}`;
}

// Most texts of a manifest have nothing to escape, and are looked through faster than they are written.
function quoted(text: string): string {
  return plain.test(text) ? `"${text}"` : JSON.stringify(text);
}

// oxlint-disable-next-line no-control-regex -- these are what JSON escapes
const plain = /^[^"\\\u0000-\u001f\ud800-\udfff]*$/;

/** Deep equality of plain values; a member that is `undefined` equals one that is not there. */
export function sameJson(left: unknown, right: unknown): boolean {
  if (left === right) return true;
  if (Array.isArray(left)) {
    if (!Array.isArray(right) || left.length !== right.length) return false;
    return left.every((item, index) => sameJson(item, right[index]));
  }
  if (!isRecord(left) || !isRecord(right)) return false;
  for (const key of Object.keys(left)) if (!sameJson(left[key], right[key])) return false;
  for (const key of Object.keys(right)) if (right[key] !== undefined && left[key] === undefined) return false;
  return true;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

// JSON.rawJSON is in Node 24 and not yet in the TypeScript library.
const rawJson = (JSON as unknown as { readonly rawJSON: (text: string) => unknown }).rawJSON;
