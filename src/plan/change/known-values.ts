import { isJsonObject, type Json, type JsonObject } from '../../domain/json.ts';

/** Shorter ones are let stand: masking every `admin` would hide more than it keeps, and say by that where they stand. */
const shortest = 6;

/** What Secrets hold, as it is written: many hold the same in several versions. */
export interface HeldValues {
  readonly data: ReadonlySet<string>;
  readonly stringData: ReadonlySet<string>;
}

export function heldValues(secrets: readonly JsonObject[]): HeldValues {
  return {
    data: new Set(secrets.flatMap((secret) => leavesOf(secret['data']))),
    stringData: new Set(secrets.flatMap((secret) => leavesOf(secret['stringData']))),
  };
}

/**
 * What must not be read of Secrets, in every way in which it may be written: as it is, as base64, in JSON (once, and
 * within a text of JSON), in an address. And of values made of parts, the parts that are secret by themselves: the
 * password of an address, members of JSON by their names, the lines of a key.
 */
export function knownValues({ data, stringData }: HeldValues): ReadonlySet<string> {
  const known = new Set<string>();
  const add = (values: readonly string[]) => {
    for (const value of values) if (value.length >= shortest) known.add(value);
  };
  for (const written of data) add([...spellings(written), ...decoded(written)]);
  for (const written of stringData) add(clear(written));
  return known;
}

// What is written without quotes is refused, in words that repeat it.
function leavesOf(value: Json | undefined): readonly string[] {
  if (typeof value === 'string') return [value];
  if (typeof value === 'number' || typeof value === 'bigint' || typeof value === 'boolean') return [String(value)];
  if (Array.isArray(value)) return value.flatMap((item: Json) => leavesOf(item));
  return isJsonObject(value) ? Object.values(value).flatMap(leavesOf) : [];
}

function decoded(base64: string): readonly string[] {
  const bytes = Buffer.from(base64, 'base64');
  const raw = bytes.toString('utf8');
  return Buffer.from(raw, 'utf8').equals(bytes) ? clear(raw) : [];
}

function clear(raw: string): readonly string[] {
  const wholes = new Set([raw, raw.trim()]);
  return [...new Set([...wholes, ...partsOf(raw)])].flatMap((text) => [
    ...spellings(text),
    ...(wholes.has(text) ? base64Spellings(text) : []),
  ]);
}

function spellings(text: string): readonly string[] {
  const escaped = inJson(text);
  return [text, escaped, forHtml(escaped), ascii(escaped), inJson(escaped), inJson(forHtml(escaped)), inAddress(text)];
}

function base64Spellings(text: string): readonly string[] {
  const base64 = Buffer.from(text, 'utf8').toString('base64');
  return [base64, base64.replace(/=+$/, ''), Buffer.from(text, 'utf8').toString('base64url')];
}

function inJson(text: string): string {
  return JSON.stringify(text).slice(1, -1);
}

/** Go's encoder escapes what HTML would read. */
function forHtml(escaped: string): string {
  return escaped.replace(/[<>&\u2028\u2029]/g, unicode);
}

function ascii(escaped: string): string {
  return escaped.replace(/[^ -~]/g, unicode);
}

function unicode(sign: string): string {
  return `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

function inAddress(text: string): string {
  // Half a surrogate pair has no such spelling.
  return text.isWellFormed() ? encodeURIComponent(text) : text;
}

function partsOf(raw: string): readonly string[] {
  return [...passwordsIn(raw), ...membersIn(raw), ...keyLinesIn(raw)];
}

/** Bounded: a value that looks like addresses all along would be looked through from each of its letters. */
function passwordsIn(raw: string): readonly string[] {
  return [...raw.matchAll(/\b[a-z][a-z0-9+.-]{0,30}:\/\/[^\s/:@]*:([^\s@]{1,1000})@/gi)].flatMap(
    ([, password = '']) => {
      const plain = /%[0-9a-f]{2}/i.test(password) ? unescaped(password) : password;
      return [password, plain];
    },
  );
}

function unescaped(password: string): string {
  try {
    return decodeURIComponent(password);
  } catch {
    return password;
  }
}

function membersIn(raw: string): readonly string[] {
  if (!/^\s*[[{]/.test(raw)) return [];
  try {
    return secretMembersOf(JSON.parse(raw) as Json);
  } catch {
    return [];
  }
}

const telling = /pass|secret|token|credential|private|api_?key|^auth$/i;

function secretMembersOf(value: Json | undefined): readonly string[] {
  if (Array.isArray(value)) return value.flatMap((item: Json) => secretMembersOf(item));
  if (!isJsonObject(value)) return [];
  return Object.entries(value).flatMap(([name, member]) =>
    typeof member === 'string' ? (telling.test(name) ? [member] : []) : secretMembersOf(member),
  );
}

// A key that is indented, or quoted with `> ` before each line, is still one.
function keyLinesIn(raw: string): readonly string[] {
  if (!raw.includes('-----BEGIN ')) return [];
  return raw.split(/\r?\n/).filter((line) => /^[A-Za-z0-9+/]{24,}={0,2}$/.test(line));
}
