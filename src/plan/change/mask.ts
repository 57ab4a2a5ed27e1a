import { isJsonObject, type Json, type JsonObject } from '../../domain/json.ts';
import { heldValues, knownValues } from './known-values.ts';

/** Takes every known secret value out of what people read. */
export interface Mask {
  readonly text: (text: string) => string;
  /** Every text and number in it, at any depth. The names of members are the API's words and stay, but where they are free. */
  readonly json: (value: Json) => Json;
}

/** Members whose own members anybody may name. */
export const freeNames: ReadonlySet<string> = new Set([
  'annotations',
  'binaryData',
  'data',
  'labels',
  'matchLabels',
  'nodeSelector',
  'selector',
  'stringData',
]);

/** Stands for every value, whatever it was: that two are equal is not to be seen. */
export const hidden = '•••••';

/** What may be known of secret values, and what everybody knows. */
export interface Secrets {
  /** As Git has them. */
  readonly written: readonly JsonObject[];
  /** As they live. */
  readonly live: readonly JsonObject[];
  /**
   * What else Git says, read only where it is needed. A value that lives and that stands there in clear is shown like any
   * other text: whoever wrote it there could be guessing, and a mask would be the answer.
   */
  readonly said: Iterable<Json>;
}

/** A mask for the values of Secrets, of six characters or more, in each of their spellings. */
export function maskOf(secrets: Secrets): Mask {
  // Most plans change nothing, and say nothing that would have to be masked.
  let places: ((text: string) => Iterable<Place>) | null = null;
  const text = (clear: string): string => {
    places ??= placesOf(hiddenBy(secrets));
    return masked(clear, places(clear));
  };
  return { text, json: (value) => mapped(value, text, null) };
}

function hiddenBy({ written, live, said }: Secrets): ReadonlySet<string> {
  const held = heldValues(written);
  const lives = heldValues(live);
  const known = knownValues(held);
  const more = knownValues({ ...lives, data: lives.data.difference(held.data) }).difference(known);
  return known.union(unsaid(more, said));
}

function unsaid(values: ReadonlySet<string>, said: Iterable<Json>): ReadonlySet<string> {
  if (values.size === 0) return values;
  const open = new Set<string>();
  const places = placesOf(values);
  for (const value of said)
    for (const text of textsIn(value)) for (const { value: found } of places(text)) open.add(found);
  return values.difference(open);
}

function* textsIn(value: Json): Iterable<string> {
  if (typeof value === 'string') yield value;
  else if (typeof value === 'number' || typeof value === 'bigint') yield String(value);
  else if (Array.isArray(value)) for (const item of value as readonly Json[]) yield* textsIn(item);
  else if (isJsonObject(value)) {
    for (const [name, member] of Object.entries(value)) {
      yield name;
      if (member !== undefined) yield* textsIn(member);
    }
  }
}

interface Place {
  readonly from: number;
  readonly to: number;
  readonly value: string;
}

/** How many characters tell which values may begin somewhere: as many as the shortest has. */
const head = 6;

/** Where values stand in a text, from the first to the last, also one within another. */
function placesOf(values: ReadonlySet<string>): (text: string) => Iterable<Place> {
  const byHead = Map.groupBy(values, (value) => value.slice(0, head));
  if (byHead.size === 0) return () => [];
  // A look at a few characters spares most texts the rest.
  const begins = new Uint8Array(sketch);
  for (const start of byHead.keys()) begins[sketchOf(start, 0)] = 1;
  return function* places(text) {
    const end = text.length < mayBeCut ? 0 : endOf(text);
    let work = 0;
    for (let from = 0; from + head <= text.length; from += 1) {
      if (begins[sketchOf(text, from)] === 0) continue;
      for (const value of byHead.get(text.slice(from, from + head)) ?? []) {
        work += candidateCost;
        if (from + value.length > text.length || !text.startsWith(value.slice(0, longLook), from)) {
          if (from + value.length > end && isCut(value, text, from, end)) yield { from, to: end, value };
          continue;
        }
        work += value.length;
        if (text.startsWith(value, from)) yield { from, to: from + value.length, value };
      }
      if (work > mostWork) {
        yield { from, to: text.length, value: '' };
        return;
      }
    }
  };
}

/** In characters that are compared: a candidate that is none, at its first ones. */
const candidateCost = 16;
const longLook = 64;
/** Values and texts may be made to be alike almost everywhere. What is left of a text by then is hidden as a whole. */
const mostWork = 200_000_000;

/** What says much is cut by who says it (an event at 1,024 characters): a value may have lost its end. */
const mayBeCut = 250;

/** Of a value that lost its end, as much as is looked for. */
const longestCut = 4_096;

function endOf(text: string): number {
  return text.length - (/(?:…|\.{3})(?: \(cut\))?$/.exec(text.slice(-10))?.[0].length ?? 0);
}

function isCut(value: string, text: string, from: number, end: number): boolean {
  return from + head <= end && end - from <= longestCut && value.startsWith(text.slice(from, end));
}

const sketch = 1 << 20;

function sketchOf(text: string, at: number): number {
  const sum = text.charCodeAt(at) + 31 * text.charCodeAt(at + 1);

  return (sum + 1_021 * text.charCodeAt(at + 2) + 32_771 * text.charCodeAt(at + 3)) % sketch;
}

/** Values that overlap or touch are one mark. */
function masked(text: string, places: Iterable<Place>): string {
  let kept = '';
  let end = 0;
  let isOpen = false;
  for (const { from, to } of places) {
    if (!isOpen || from > end) {
      kept += text.slice(end, from) + hidden;
      isOpen = true;
    }
    end = Math.max(end, to);
  }
  return isOpen ? kept + text.slice(end) : text;
}

function mapped(value: Json, text: (clear: string) => string, above: string | null): Json {
  if (typeof value === 'string') return text(value);
  if (typeof value === 'number' || typeof value === 'bigint') return text(String(value)) === hidden ? hidden : value;
  if (Array.isArray(value)) return value.map((item: Json) => mapped(item, text, null));
  if (!isJsonObject(value)) return value;
  const members = new Map<string, Json>();
  for (const [name, member] of Object.entries(value)) {
    if (member === undefined) continue;
    const shown = above !== null && freeNames.has(above) ? text(name) : name;
    members.set(members.has(shown) ? `${shown} (${members.size + 1})` : shown, mapped(member, text, name));
  }
  return Object.fromEntries(members);
}
