import { isJsonObject, type Json } from '../../domain/json.ts';

/**
 * Whether everything that `wanted` sets stands in `live` at the same place with the same value. Then applying `wanted`
 * changes no value, and nobody need ask the API server. The reverse is not true: a quantity written another way, or a
 * list that others add to, does not hold here and may still be no difference.
 */
export function holds(live: Json | undefined, wanted: Json | undefined): boolean {
  if (wanted === undefined) return true;
  if (Array.isArray(wanted)) {
    if (!Array.isArray(live) || live.length !== wanted.length) return false;
    return wanted.every((item: Json, index) => holds(live[index] as Json, item));
  }
  if (isJsonObject(wanted)) {
    if (!isJsonObject(live)) return false;
    return Object.entries(wanted).every(([key, value]) => holds(live[key], value));
  }
  return live === wanted;
}
