import { canonicalJson, type Json, type JsonObject } from '../domain/json.ts';
import { differences } from './fields/differences.ts';
import { pathText } from './fields/path.ts';
import type { Judgement } from './judgement.ts';
import { keyedHash } from './keyed-hash.ts';

/** Enough digits of a keyed hash to tell the fields of one object apart. */
const digits = 16;

/**
 * What an object loses by being taken over, or made anew: its fields that live and will not be there, and items of lists
 * that nothing names. A keyed hash of each, sorted, so that what a release would take can be held against what a plan
 * showed, and none of it has to be shown for that. null: it is not taken over.
 */
export function lostByTakeover({ adopted, before, after }: Judgement, key: Uint8Array): readonly string[] | null {
  if (!adopted) return null;
  const lost = before === null || after === null ? [] : lostFields(before, after);
  return lost.map((field) => keyedHash(key, field).slice(0, digits)).toSorted();
}

function lostFields(before: JsonObject, after: JsonObject): readonly string[] {
  return differences([before, after]).flatMap(({ path, values: [had, has] }) => {
    if (had === undefined) return [];
    const at = pathText(path);
    if (Array.isArray(had)) return lostItems(had, Array.isArray(has) ? has : []).map((item) => `${at} ${item}`);
    return has === undefined ? [at] : [];
  });
}

function lostItems(had: readonly Json[], has: readonly Json[]): readonly string[] {
  const kept = new Set(has.map(canonicalJson));
  return had.map(canonicalJson).filter((item) => !kept.has(item));
}
