import { textField } from '../../src/domain/field.ts';
import { isJsonObject, type Json, type JsonObject, parseJson, sameJson } from '../../src/domain/json.ts';
import { type KubernetesObject, ownManager } from '../../src/domain/manifest.ts';

export interface SetAside {
  /** The object without what others wrote into it since. */
  readonly object: KubernetesObject;
  /** What that was: `kube-controller-manager: metadata.annotations.deployment.kubernetes.io/revision`. */
  readonly fields: readonly string[];
}

/**
 * A living object without the fields that somebody besides Fairlead wrote since `before` was read, as its managedFields
 * say: controllers go on working while a release is compared, and nobody predicted them.
 */
export function withoutWrittenSince(before: KubernetesObject | null, after: KubernetesObject): SetAside {
  const entries = (after.metadata.managedFields ?? []).filter(isJsonObject);
  const isOurs = ({ manager, operation }: JsonObject): boolean => manager === ownManager && operation === 'Apply';
  const ours = new Set(
    entries
      .filter(isOurs)
      .flatMap((entry) => leaves(entry['fieldsV1'], after))
      .map(keyOf),
  );
  const fields: string[] = [];
  let object: Json = after;
  for (const entry of entries) {
    if (isOurs(entry)) continue;
    for (const place of leaves(entry['fieldsV1'], after)) {
      const was = before === null ? undefined : at(before, place);
      // What it says of itself is no content, and by whatever door a controller came in it writes more than that.
      if (place[0] === 'status' || ours.has(keyOf(place)) || sameJson(was, at(after, place))) continue;
      object = withValue(object, place, was);
      fields.push(`${textField(entry, 'manager')}: ${place.join('.')}`);
    }
  }
  return { object: object as KubernetesObject, fields };
}

type Place = readonly (string | number)[];

function keyOf(place: Place): string {
  return JSON.stringify(place);
}

/** The places that a set of fields (FieldsV1 of structured-merge-diff) ends at, in this very object. */
function leaves(fields: Json | undefined, node: Json | undefined): readonly Place[] {
  if (!isJsonObject(fields) || node === undefined) return [];
  const below = Object.entries(fields).filter(([name]) => name !== '.');
  if (below.length === 0) return [[]];
  return below.flatMap(([name, inner]) => {
    const step = stepOf(name, node);
    if (step === null) return [];
    return leaves(inner, at(node, [step])).map((place) => [step, ...place]);
  });
}

function stepOf(name: string, node: Json): string | number | null {
  if (name.startsWith('f:')) return name.slice(2);
  if (!Array.isArray(node)) return null;
  const key = parseJson(name.slice(2));
  const index = node.findIndex((item: Json) =>
    name.startsWith('k:') && isJsonObject(key) && isJsonObject(item)
      ? Object.keys(key).every((member) => sameJson(item[member], key[member]))
      : sameJson(item, key),
  );
  return index < 0 ? null : index;
}

function at(node: Json, place: Place): Json | undefined {
  return place.reduce<Json | undefined>((value, step) => {
    if (typeof step === 'number') return Array.isArray(value) ? (value[step] as Json | undefined) : undefined;
    return isJsonObject(value) ? value[step] : undefined;
  }, node);
}

// A map that this empties goes, too: it was made for what was in it.
function withValue(node: Json, [step, ...rest]: Place, value: Json | undefined): Json {
  if (typeof step === 'number' && Array.isArray(node)) {
    const item = rest.length === 0 ? value : withValue(node[step] as Json, rest, value);
    return item === undefined ? node.toSpliced(step, 1) : node.with(step, item);
  }
  if (typeof step !== 'string' || !isJsonObject(node)) return node;
  const { [step]: old, ...others } = node;
  const made = rest.length === 0 ? value : withValue(old ?? {}, rest, value);
  const isEmpty = made === undefined || (rest.length > 0 && value === undefined && sameJson(made, {}));
  return isEmpty ? others : { ...node, [step]: made };
}
