import { field } from '../../../domain/field.ts';
import { isJsonObject, type Json, type JsonObject, parseJson, sameJson } from '../../../domain/json.ts';

/**
 * A set of fields as `managedFields` writes it (FieldsV1, structured-merge-diff): `f:` a member, `k:` a list item by its
 * keys, `v:` a member of a set, `i:` an item by its index. Also of a part of an object: what is below one step.
 */
export interface FieldSet {
  /** Whether the field itself is in it, and not only what is below. */
  readonly member: boolean;
  readonly children: ReadonlyMap<string, FieldSet>;
}

export const noFields: FieldSet = { member: false, children: new Map() };

export function parseFields(fieldsV1: JsonObject): FieldSet {
  return { ...parsed(fieldsV1), member: false };
}

function parsed(fields: Json | undefined): FieldSet {
  const members = isJsonObject(fields) ? Object.entries(fields) : [];
  const children = members.filter(([step]) => step !== '.');
  return {
    member: members.length === 0 || children.length < members.length,
    children: new Map(children.map(([step, below]) => [step, parsed(below)])),
  };
}

/** As `managedFields` writes it. */
export function fieldsText({ member, children }: FieldSet): JsonObject {
  const below = Object.fromEntries([...children].map(([step, set]) => [step, fieldsText(set)]));
  return member && children.size > 0 ? { '.': {}, ...below } : below;
}

export function unionOf(sets: readonly FieldSet[]): FieldSet {
  const steps = new Set(sets.flatMap(({ children }) => [...children.keys()]));
  return {
    member: sets.some(({ member }) => member),
    children: new Map(
      [...steps].map((step) => [step, unionOf(sets.flatMap(({ children }) => children.get(step) ?? []))]),
    ),
  };
}

/** The part of it that is at and below one path, as a set of the whole object. */
export function fieldsBelow({ children }: FieldSet, [step, ...rest]: readonly string[]): FieldSet {
  const below = step === undefined ? undefined : children.get(step);
  if (step === undefined || below === undefined) return noFields;
  const found = rest.length === 0 ? below : fieldsBelow(below, rest);
  return isEmpty(found) ? noFields : { member: false, children: new Map([[step, found]]) };
}

/** Without what is at and below a path; a field of which nothing is left goes with it. */
export function withoutField({ member, children }: FieldSet, [step, ...rest]: readonly string[]): FieldSet {
  const below = step === undefined ? undefined : children.get(step);
  if (step === undefined || below === undefined) return { member, children };
  const left = rest.length === 0 ? noFields : withoutField(below, rest);
  const others = [...children].filter(([name]) => name !== step);
  return { member, children: new Map(isEmpty(left) ? others : [...others, [step, left]]) };
}

/** The steps of a set that lead to a position in the object that it is of; null: nothing there is in it. */
export function stepsTo(
  { children }: FieldSet,
  object: Json | undefined,
  [place, ...rest]: readonly (string | number)[],
): readonly string[] | null {
  if (place === undefined) return [];
  const below = field(object, place);
  if (below === undefined) return null;
  const step =
    typeof place === 'string' ? `f:${place}` : [...children.keys()].find((one) => namesItem(one, below, place));
  const set = step === undefined ? undefined : children.get(step);
  if (step === undefined || set === undefined) return null;
  const steps = stepsTo(set, below, rest);
  return steps === null ? null : [step, ...steps];
}

/** Whether a step leads to an item of a list. */
export function namesItem(step: string, item: Json, index: number): boolean {
  switch (step.slice(0, 2)) {
    case 'k:': {
      const keys = parseJson(step.slice(2));
      return isJsonObject(keys) && isJsonObject(item) && Object.keys(keys).every((key) => item[key] === keys[key]);
    }
    case 'v:':
      return sameJson(parseJson(step.slice(2)), item);
    case 'i:':
      return Number(step.slice(2)) === index;
    default:
      return false;
  }
}

export function isEmpty({ member, children }: FieldSet): boolean {
  return !member && children.size === 0;
}
