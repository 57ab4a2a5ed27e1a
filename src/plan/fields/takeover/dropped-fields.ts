import { isJsonObject, type Json, parseJson } from '../../../domain/json.ts';
import type { KubernetesObject } from '../../../domain/manifest.ts';
import {
  type FieldSet,
  fieldsBelow,
  fieldsText,
  isEmpty,
  namesItem,
  parseFields,
  stepsTo,
  unionOf,
  withoutField,
} from '../managed/field-set.ts';
import { type Path, positionOf } from '../path.ts';
import {
  foreignSteps,
  isOwnEntry,
  type ManagedEntry,
  managedEntries,
  predecessorsOf,
  type Takeover,
} from './predecessors.ts';

/** An object without the fields that Git drops. */
export interface Dropped {
  readonly object: KubernetesObject;
  /** Why it may come otherwise; null: it comes so. */
  readonly doubt: string | null;
}

/**
 * What an apply will make of an object once it holds what its predecessors hold (DESIGN, section 5, rule 6), computed from
 * `predicted`: what it would make of it now, for a dry run cannot show that. Gone is what they or our own last apply held,
 * and neither the new apply nor any other manager does. Defaults are taken away as well, and come back: the result is
 * a question to the API server, not an answer.
 */
export function withoutDropped(predicted: KubernetesObject, live: KubernetesObject, takeover: Takeover): Dropped {
  const before = [...predecessorsOf(live, takeover), ...managedEntries(live).filter(isOwnEntry)];
  const after = fieldsAfter(predicted, live, takeover);
  // Its name is nobody's, and stays.
  const name = parseFields({ 'f:metadata': { 'f:name': {} } });
  const had = unionOf(before.map((entry) => takenFields(entry, live, takeover)));
  const kept = unionOf([name, ...after.map(({ fieldsV1 }) => parseFields(fieldsV1))]);
  const emptied: string[] = [];
  const object = without(predicted, { had, kept, emptied }, []) as KubernetesObject;
  const [first] = emptied;
  if (first !== undefined) return { object, doubt: `what was in ${first} goes, and Git sets it to nothing` };
  const translated = after.some((entry) => entry['apiVersion'] !== live.apiVersion);
  return { object, doubt: translated ? 'another manager wrote it in another version of its API' : null };
}

/** Who holds what of an object once it is taken over and applied, where `predicted` is what an apply would make of it now. */
export function fieldsAfter(
  predicted: KubernetesObject,
  live: KubernetesObject,
  takeover: Takeover,
): readonly ManagedEntry[] {
  const predecessors = predecessorsOf(live, takeover);
  const names = new Set(predecessors.map(nameOf));
  const left = predecessors.flatMap((entry) => {
    const fields = untakenFields(entry, live, takeover);
    return isEmpty(fields) ? [] : [{ ...entry, fieldsV1: fieldsText(fields) }];
  });
  return [...managedEntries(predicted).filter((entry) => !names.has(nameOf(entry))), ...left];
}

/** What of a manager's fields becomes ours. */
export function takenFields(entry: ManagedEntry, live: KubernetesObject, takeover: Takeover): FieldSet {
  const fields = parseFields(entry.fieldsV1);
  if (isForeignHolder(entry, takeover)) {
    return unionOf(foreignSteps(entry, live, takeover).map((steps) => fieldsBelow(fields, steps)));
  }
  return untouchedSteps(fields, live, takeover).reduce(withoutField, fields);
}

/** What of a manager's fields stays its own. */
export function untakenFields(entry: ManagedEntry, live: KubernetesObject, takeover: Takeover): FieldSet {
  const fields = parseFields(entry.fieldsV1);
  if (isForeignHolder(entry, takeover)) return foreignSteps(entry, live, takeover).reduce(withoutField, fields);
  return unionOf(untouchedSteps(fields, live, takeover).map((steps) => fieldsBelow(fields, steps)));
}

// Not a predecessor, whose fields are taken as a whole, nor ourselves.
function isForeignHolder(entry: ManagedEntry, { managers }: Takeover): boolean {
  return !isOwnEntry(entry) && !managers.includes(entry.manager);
}

/** What a controller says (of a kind without a subresource for it), what Git may not say, and what the settings ignore. */
function untouchedSteps(
  fields: FieldSet,
  live: KubernetesObject,
  { untouched }: Takeover,
): readonly (readonly string[])[] {
  const paths: readonly Path[] = [['status'], ['metadata', 'ownerReferences'], ...untouched];
  return paths.flatMap((path) => {
    const position = positionOf(live, path);
    const steps = position === null ? null : stepsTo(fields, live, position);
    return steps === null ? [] : [steps];
  });
}

function nameOf({ manager, operation, apiVersion, subresource }: ManagedEntry): string {
  return JSON.stringify([manager, operation, apiVersion, subresource ?? null]);
}

interface Held {
  readonly had: FieldSet;
  readonly kept: FieldSet | undefined;
  /** Names of members that Git wants there and empty, and that were not empty before. */
  readonly emptied: string[];
}

/**
 * Structured-merge-diff's `prune`, without its schema. A member goes with all that is in it as soon as nobody holds
 * anything in it any more; a list item goes as soon as nobody holds the item itself, with what others set in it. `keys`:
 * the members that name this item, which stay as long as it does.
 */
function without(value: Json, held: Held, keys: readonly string[]): Json {
  const { had, kept } = held;
  if (Array.isArray(value)) {
    const steps = [...had.children].filter(([step]) => !step.startsWith('f:'));
    return value.flatMap((item: Json, index) => {
      const [step, below] = steps.find(([name]) => namesItem(name, item, index)) ?? [];
      if (step === undefined || below === undefined) return [item];
      const still = kept?.children.get(step);
      if (below.member && still?.member !== true) return [];
      return [without(item, { ...held, had: below, kept: still }, keysOf(step))];
    });
  }
  if (!isJsonObject(value)) return value;
  const members = Object.entries(value).flatMap(([name, member]) => {
    const below = had.children.get(`f:${name}`);
    if (below === undefined || member === undefined || keys.includes(name)) return [[name, member] as const];
    const still = kept?.children.get(`f:${name}`);
    if (still === undefined) return [];
    const left = without(member, { ...held, had: below, kept: still }, []);
    if (!isEmptied(member, left)) return [[name, left] as const];
    // The API server makes it null; where it has no default of its own, that is as good as absent.
    if (still.member) held.emptied.push(name);
    return [];
  });
  return Object.fromEntries(members);
}

function isEmptied(before: Json, after: Json): boolean {
  const size = (value: Json) => (typeof value === 'object' && value !== null ? Object.keys(value).length : 1);
  return size(before) > 0 && size(after) === 0;
}

function keysOf(step: string): readonly string[] {
  const keys = step.startsWith('k:') ? parseJson(step.slice(2)) : null;
  return isJsonObject(keys) ? Object.keys(keys) : [];
}
