import { isJsonObject, type Json, parseJson } from '../../../domain/json.ts';
import type { KubernetesObject } from '../../../domain/manifest.ts';
import { type FieldSet, noFields, parseFields, unionOf } from '../managed/field-set.ts';
import { takenFields } from './dropped-fields.ts';
import { isOwnEntry, managedEntries, predecessorsOf, type Takeover } from './predecessors.ts';

/**
 * What a manifest makes of an object once what its predecessors hold is ours, merged here: only where the API server refuses
 * to, because the old field and the new one exclude each other (two sources of a volume, `rollingUpdate` under another
 * strategy) and a dry run sees both. An estimate, to be asked about as a patch. Lists are merged by the keys that
 * `managedFields` names.
 */
export function overlaid(live: KubernetesObject, manifest: KubernetesObject, takeover: Takeover): KubernetesObject {
  const predecessors = predecessorsOf(live, takeover);
  const entries = managedEntries(live);
  const others = entries.filter((entry) => !predecessors.includes(entry) && !isOwnEntry(entry));
  const ours = [...predecessors, ...entries.filter(isOwnEntry)];
  const had = unionOf(ours.map((entry) => takenFields(entry, live, takeover)));
  const kept = unionOf(others.map(({ fieldsV1 }) => parseFields(fieldsV1)));
  return merged(live, manifest, { had, kept }) as KubernetesObject;
}

interface Held {
  readonly had: FieldSet;
  readonly kept: FieldSet;
}

function merged(live: Json, wanted: Json, held: Held): Json {
  if (Array.isArray(live) && Array.isArray(wanted)) {
    const steps = [...held.had.children.keys(), ...held.kept.children.keys()].filter((step) => step.startsWith('k:'));
    const [first] = steps;
    return first === undefined ? wanted : mergedItems(live, wanted, Object.keys(keysOf(first)), held);
  }
  if (!isJsonObject(live) || !isJsonObject(wanted)) return wanted;
  const names = [...new Set([...Object.keys(live), ...Object.keys(wanted)])];
  const members = names.flatMap((name) => {
    const step = `f:${name}`;
    const [old, next] = [live[name], wanted[name]];
    if (old === undefined) return [[name, next] as const];
    if (next !== undefined) return [[name, merged(old, next, below(held, step))] as const];
    const goes = held.had.children.has(step) && !held.kept.children.has(step);
    return goes ? [] : [[name, old] as const];
  });
  return Object.fromEntries(members);
}

function mergedItems(live: readonly Json[], wanted: readonly Json[], keys: readonly string[], held: Held): Json {
  // A key that the manifest leaves to its default (the `protocol` of a port) is taken to match.
  const isSame = (item: Json, next: Json) =>
    isJsonObject(item) &&
    isJsonObject(next) &&
    keys.every((key) => next[key] === item[key] || (next[key] === undefined && defaults.has(item[key])));
  const staying = live.flatMap((item) => {
    const step = [...held.had.children.keys()].find((one) => isSame(item, keysOf(one)));
    const next = wanted.find((one) => isSame(item, one));
    if (next !== undefined) return [step === undefined ? next : merged(item, next, below(held, step))];
    const goes = step !== undefined && held.kept.children.get(step)?.member !== true;
    return goes ? [] : [item];
  });
  return [...staying, ...wanted.filter((next) => !live.some((item) => isSame(item, next)))];
}

const defaults: ReadonlySet<Json | undefined> = new Set(['TCP']);

function below({ had, kept }: Held, step: string): Held {
  return { had: had.children.get(step) ?? noFields, kept: kept.children.get(step) ?? noFields };
}

function keysOf(step: string): Readonly<Record<string, Json | undefined>> {
  const keys = step.startsWith('k:') ? parseJson(step.slice(2)) : null;
  return isJsonObject(keys) ? keys : {};
}
