import { field, listField, textField } from '../../domain/field.ts';
import { isJsonObject, type JsonObject } from '../../domain/json.ts';
import { fieldsGone, prunedFields } from './pruned-fields.ts';

/** What a change of a CRD takes away from the objects of its kind. */
export interface Narrowing {
  /** The version in which objects are to be read: as they are stored, where that is served. */
  readonly version: string;
  /** Fields that the schema knew and knows no more. At least one. */
  readonly gone: readonly string[];
  /** Which of an object's fields go. */
  readonly lostBy: (object: JsonObject) => readonly string[];
}

/**
 * null: nothing goes. An object passes through the schema of the version that it is stored in and, written again, through that of
 * the new storage version, where no webhook converts it. What only other versions drop stays stored and is no loss; so it is
 * with a version that is served no more.
 */
export function narrowingOf(before: JsonObject, after: JsonObject): Narrowing | null {
  if (field(after, 'spec', 'preserveUnknownFields') === true) return null;
  const stored = versionsOf(before).find(({ storage }) => storage === true);
  const name = stored && textField(stored, 'name');
  const old = stored && schemaOf(stored);
  if (name === undefined || !isJsonObject(old)) return null;
  const next = versionsOf(after);
  const converts = field(after, 'spec', 'conversion', 'strategy') === 'Webhook';
  const passed = next.filter((one) => one['name'] === name || (one['storage'] === true && !converts));
  const schemas = passed.map(schemaOf).filter(isJsonObject);
  const known = field(before, 'spec', 'preserveUnknownFields') === true ? { ...old, ...keepsAll } : old;
  const gone = [...new Set(schemas.flatMap((schema) => [...fieldsGone(known, schema)]))];
  if (gone.length === 0) return null;
  const read = stored?.['served'] === true ? name : versionsOf(before).flatMap(servedName)[0];
  return {
    version: read ?? name,
    gone,
    lostBy: (object) => [...new Set(schemas.flatMap((schema) => [...prunedFields(object, schema)]))],
  };
}

const keepsAll = { 'x-kubernetes-preserve-unknown-fields': true };

function versionsOf(definition: JsonObject): readonly JsonObject[] {
  return listField(definition, 'spec', 'versions');
}

function schemaOf(version: JsonObject): JsonObject | undefined {
  const schema = field(version, 'schema', 'openAPIV3Schema');
  return isJsonObject(schema) ? schema : undefined;
}

function servedName({ name, served }: JsonObject): readonly string[] {
  return served === true && typeof name === 'string' ? [name] : [];
}
