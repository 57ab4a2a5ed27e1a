import { isJsonObject, type Json, parseJson } from '../../domain/json.ts';

/**
 * Where in an object a field stands that the API server names in a conflict or a refusal, such as
 * `.spec.template.spec.containers[name="web"].image`: members by name (in a refusal a map's as `limits[cpu]`), list items
 * by index; null: it is not there.
 *
 * The notation (structured-merge-diff, `fieldpath.Path.String`) does not quote members, so `.metadata.labels.a.b/c` can
 * only be read beside an object that has such a member. Keys that the object leaves to defaults (the `protocol` of a
 * port) are taken to match.
 */
export function namedPosition(object: Json | undefined, field: string): readonly (string | number)[] | null {
  if (field === '') return [];
  if (field.startsWith('.') && isJsonObject(object)) {
    for (const name of Object.keys(object).filter((key) => begins(field.slice(1), key))) {
      const rest = namedPosition(object[name], field.slice(1 + name.length));
      if (rest !== null) return [name, ...rest];
    }
    return null;
  }
  if (!field.startsWith('[')) return null;
  if (isJsonObject(object)) {
    const name = Object.keys(object).find((key) => field.startsWith(`[${key}]`));
    if (name === undefined) return null;
    const rest = namedPosition(object[name], field.slice(name.length + 2));
    return rest === null ? null : [name, ...rest];
  }
  if (!Array.isArray(object)) return null;
  const item = itemSelector(field);
  const index = item === null ? -1 : object.findIndex((member: Json, at) => item.fits(member, at));
  if (item === null || index < 0) return null;
  const rest = namedPosition(object[index] as Json, field.slice(item.length));
  return rest === null ? null : [index, ...rest];
}

/** Whether one position is at, above or below the other. */
export function overlaps(left: readonly (string | number)[], right: readonly (string | number)[]): boolean {
  const depth = Math.min(left.length, right.length);
  return left.slice(0, depth).every((place, index) => place === right[index]);
}

function begins(text: string, name: string): boolean {
  return (
    text.startsWith(name) && (text.length === name.length || text[name.length] === '.' || text[name.length] === '[')
  );
}

interface ItemSelector {
  readonly length: number;
  readonly fits: (item: Json, index: number) => boolean;
}

// `[name="web"]`, `[containerPort=80,protocol="TCP"]`, `[="member of a set"]`, `[3]`.
const quoted = String.raw`"(?:[^"\\]|\\.)*"`;
const pair = String.raw`[^="\],]*=(?:${quoted}|[\w.+-]+)`;
const selector = new RegExp(String.raw`^\[(?:(\d+)|(${pair}(?:,${pair})*))\]`);
const onePair = new RegExp(String.raw`([^="\],]*)=(${quoted}|[\w.+-]+)`, 'g');

function itemSelector(field: string): ItemSelector | null {
  const [whole, index, pairs] = selector.exec(field) ?? [];
  if (whole === undefined) return null;
  const { length } = whole;
  if (pairs === undefined) return { length, fits: (_item, at) => at === Number(index) };
  const keys = [...pairs.matchAll(onePair)].map(([, key, value]) => [key ?? '', unquoted(value ?? '')] as const);
  const fits = (item: Json): boolean =>
    keys.every(([key, value]) => {
      if (key === '') return item === value;
      return isJsonObject(item) && (item[key] === undefined || item[key] === value);
    });
  return { length, fits };
}

// Go's %q is JSON but for rare escapes; what cannot be read fits nothing.
function unquoted(value: string): Json | undefined {
  try {
    return parseJson(value);
  } catch {
    return undefined;
  }
}
