import { isJsonObject, type Json, type JsonObject } from '../../domain/json.ts';
import type { KubernetesObject } from '../../domain/manifest.ts';

/** Takes every known secret value out of what people read. */
export interface Mask {
  readonly text: (text: string) => string;
  /** Every text in it, at any depth; the names of members stay. */
  readonly json: <J extends Json>(value: J) => J;
}

const hidden = '•••••';

/**
 * A mask for all values of these Secrets, as they are, as base64 and as JSON writes them. Values of fewer than six
 * characters are left: masking every `admin` would hide more than it keeps, and say by that where they stand.
 */
export function maskOf(secrets: Iterable<KubernetesObject>): Mask {
  const known = new Set<string>();
  for (const secret of secrets) for (const value of secretValues(secret)) known.add(value);
  // Longest first: a value that holds another one is masked as a whole.
  const values = [...known].filter((value) => value.length >= 6).toSorted((left, right) => right.length - left.length);
  const text = (clear: string): string =>
    values.reduce((masked, value) => (masked.includes(value) ? masked.replaceAll(value, hidden) : masked), clear);
  return { text, json: values.length === 0 ? (value) => value : (value) => mapTexts(value, text) };
}

function secretValues(secret: KubernetesObject): readonly string[] {
  const encoded = textsOf(secret['data']).flatMap((base64) => {
    const bytes = Buffer.from(base64, 'base64');
    const raw = bytes.toString('utf8');
    return Buffer.from(raw, 'utf8').equals(bytes) ? [base64, ...spellings(raw)] : [base64];
  });
  return [...encoded, ...textsOf(secret['stringData']).flatMap(spellings)];
}

function textsOf(data: Json | undefined): readonly string[] {
  return isJsonObject(data) ? Object.values(data).filter((value) => typeof value === 'string') : [];
}

function spellings(raw: string): readonly string[] {
  const trimmed = raw.trim();
  const escaped = JSON.stringify(trimmed).slice(1, -1);
  // Go's encoder escapes what HTML would read.
  const forHtml = escaped.replace(/[<>&]/g, (sign) => `\\u00${sign.charCodeAt(0).toString(16)}`);
  return [raw, trimmed, escaped, forHtml, Buffer.from(trimmed, 'utf8').toString('base64')];
}

// The same shape with other texts, so a caller's type stays true.
function mapTexts<J extends Json>(value: J, map: (text: string) => string): J {
  if (typeof value === 'string') return map(value) as J;
  if (Array.isArray(value)) return value.map((item: Json) => mapTexts(item, map)) as unknown as J;
  if (!isJsonObject(value)) return value;
  const members = Object.entries(value).map(
    ([name, member]) => [name, member === undefined ? member : mapTexts(member, map)] as const,
  );
  return Object.fromEntries(members) as J;
}

/** Both sides of a Secret with its values hidden, so that which keys change can be seen and nothing of what is in them. */
export function maskSecret(
  before: JsonObject | null,
  after: JsonObject | null,
): { readonly before: JsonObject | null; readonly after: JsonObject | null } {
  const side = (object: JsonObject | null, other: JsonObject | null, word: string) => {
    if (object === null) return null;
    const members = secretMembers.filter((name) => object[name] !== undefined);
    return { ...object, ...Object.fromEntries(members.map((name) => [name, hide(object[name], other?.[name], word)])) };
  };
  return { before: side(before, after, 'before'), after: side(after, before, 'after') };
}

/** The members of a Secret that hold its values. */
export const secretMembers: readonly string[] = ['data', 'stringData'];

/** One value of a Secret that changes: that it does, and no more. */
export function hiddenChange(value: Json | undefined, word: string): string | undefined {
  return value === undefined ? undefined : `${hidden} (${word})`;
}

function hide(values: Json | undefined, others: Json | undefined, word: string): Json {
  if (!isJsonObject(values)) return hidden;
  const other = isJsonObject(others) ? others : {};
  return Object.fromEntries(
    Object.entries(values).map(([key, value]) => {
      const changes = other[key] !== undefined && other[key] !== value;
      return [key, changes ? hiddenChange(value, word) : hidden];
    }),
  );
}
