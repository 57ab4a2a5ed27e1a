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
 * One for each version that objects may be stored in and that takes something. An object passes through the schema of the
 * version that it is stored in and, written again, through that of the new storage version, where no webhook converts it. What only
 * other versions drop stays stored and is no loss; so it is with a version that is served no more.
 */
export function narrowingsOf(before: JsonObject, after: JsonObject): readonly Narrowing[] {
  if (field(after, 'spec', 'preserveUnknownFields') === true) return [];
  const versions = versionsOf(before);
  const ever = field(before, 'status', 'storedVersions');
  const stored = versions.filter(
    ({ name, storage }) => storage === true || (Array.isArray(ever) && name !== undefined && ever.includes(name)),
  );
  return stored.flatMap((version) => narrowingOf(version, before, after) ?? []);
}

/** null: nothing goes. */
function narrowingOf(stored: JsonObject, before: JsonObject, after: JsonObject): Narrowing | null {
  const name = textField(stored, 'name');
  const old = schemaOf(stored);
  if (name === undefined || old === undefined) return null;
  const converts = field(after, 'spec', 'conversion', 'strategy') === 'Webhook';
  // What is still stored in an older version is written in the storage version of now next time, whatever changes.
  const moves = stored['storage'] === true && !converts;
  const passed = versionsOf(after).filter((one) => one['name'] === name || (one['storage'] === true && moves));
  const schemas = passed.map(schemaOf).filter(isJsonObject);
  const known = field(before, 'spec', 'preserveUnknownFields') === true ? { ...old, ...keepsAll } : old;
  const gone = [...new Set(schemas.flatMap((schema) => [...fieldsGone(known, schema)]))];
  if (gone.length === 0) return null;
  const read = stored['served'] === true ? name : versionsOf(before).flatMap(servedName)[0];
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
