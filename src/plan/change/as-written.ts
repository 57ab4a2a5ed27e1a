import { isJsonObject, type Json, type JsonObject } from '../../domain/json.ts';
import { itemKey } from '../fields/differences.ts';

/**
 * A predicted object with only the members that its manifest writes, each as it will be: a value that admission changes is
 * shown, what the cluster adds is not. Lists whose items cannot be told apart stay whole.
 */
export function asWritten(predicted: JsonObject, manifest: JsonObject): JsonObject {
  const members = Object.entries(predicted).flatMap(([name, value]) => {
    const written = Object.hasOwn(manifest, name) ? manifest[name] : undefined;
    return value === undefined || written === undefined ? [] : [[name, within(value, written)] as const];
  });
  return Object.fromEntries(members);
}

function within(predicted: Json, written: Json): Json {
  if (isJsonObject(predicted) && isJsonObject(written)) return asWritten(predicted, written);
  return isList(predicted) && isList(written) ? itemsWithin(predicted, written) : predicted;
}

function itemsWithin(predicted: readonly Json[], written: readonly Json[]): readonly Json[] {
  const key = itemKey([predicted, written]);
  if (key === null) {
    if (predicted.length !== written.length) return predicted;
    return predicted.map((item, index) => within(item, written[index] ?? null));
  }
  return predicted.flatMap((item) => {
    const name = isJsonObject(item) ? item[key] : undefined;
    const twin = written.find((one) => isJsonObject(one) && one[key] === name);
    return twin === undefined ? [] : [within(item, twin)];
  });
}

function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}
