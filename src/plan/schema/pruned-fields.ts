import { isJsonObject, type Json, type JsonObject } from '../../domain/json.ts';

/** A schema as it stands in a CRD; null: there is none, and nothing is known there. */
type Schema = JsonObject | null;

/**
 * Which fields of a custom resource its schema does not know, so that the API server drops them as it reads the object
 * from where it is stored, and for good with the next write to it (k8s.io/apiextensions-apiserver/pkg/apiserver/schema/pruning).
 * As `spec.size`, `spec.ports[].name`, `spec.hosts.*.port`: wherever they stand, once.
 */
export function prunedFields(object: JsonObject, schema: JsonObject): ReadonlySet<string> {
  return new Set(prunedIn(object, { ...schema, 'x-kubernetes-embedded-resource': true }, ''));
}

function* prunedIn(value: Json, schema: Schema, place: string): Generator<string> {
  if (Array.isArray(value)) {
    for (const item of value as readonly Json[]) yield* prunedIn(item, schemaIn(schema, 'items'), `${place}[]`);
    return;
  }
  if (!isJsonObject(value)) return;
  const isResource = schema?.['x-kubernetes-embedded-resource'] === true;
  for (const [name, member] of Object.entries(value)) {
    if (member === undefined || (isResource && resourceFields.has(name))) continue;
    const known = memberOf(schema, name);
    if (known !== undefined) yield* prunedIn(member, known.schema, inside(place, known.isNamed ? name : '*'));
    else if (!keeps(schema)) yield inside(place, name);
  }
}

/**
 * Which fields a schema knows that are pruned by the one that follows it, whatever lives. `*`: members without names of their
 * own, or what an object kept although its schema does not know it.
 */
export function fieldsGone(before: JsonObject, after: JsonObject): ReadonlySet<string> {
  return new Set(goneIn(before, { ...after, 'x-kubernetes-embedded-resource': true }, ''));
}

function* goneIn(before: JsonObject, after: Schema, place: string): Generator<string> {
  const { properties } = before;
  const isResource = after?.['x-kubernetes-embedded-resource'] === true;
  for (const [name, member] of Object.entries(isJsonObject(properties) ? properties : {})) {
    if (!isJsonObject(member) || (isResource && resourceFields.has(name))) continue;
    const known = memberOf(after, name);
    if (known !== undefined) yield* goneIn(member, known.schema, inside(place, known.isNamed ? name : '*'));
    else if (!keeps(after)) yield inside(place, name);
  }
  const [others, next] = [before['additionalProperties'], after?.['additionalProperties']];
  if (others !== undefined && others !== false && next === undefined && !keeps(after)) yield inside(place, '*');
  if (isJsonObject(others) && next !== undefined) {
    yield* goneIn(others, isJsonObject(next) ? next : null, inside(place, '*'));
  }
  if (keeps(before) && !keeps(after)) yield inside(place, '*');
  if (after !== null && keeps(after)) yield* goneUnderNewNames(before, after, place);
  const items = before['items'];
  if (isJsonObject(items)) yield* goneIn(items, schemaIn(after, 'items'), `${place}[]`);
}

/** What is kept although no schema knows it loses, once one does, what that one does not know inside. */
function* goneUnderNewNames(before: JsonObject, after: JsonObject, place: string): Generator<string> {
  const [had, has] = [before['properties'], after['properties']];
  const others = before['additionalProperties'];
  const known = isJsonObject(others) ? others : null;
  const isResource = after['x-kubernetes-embedded-resource'] === true;
  for (const [name, member] of Object.entries(isJsonObject(has) ? has : {})) {
    if (!isJsonObject(member) || (isResource && resourceFields.has(name))) continue;
    if (isJsonObject(had) && Object.hasOwn(had, name)) continue;
    if (known !== null) yield* goneIn(known, member, inside(place, name));
    else if (keeps(before)) yield* goneOfAnything(member, inside(place, name));
  }
  const rest = after['additionalProperties'];
  if (others === undefined && keeps(before) && isJsonObject(rest)) yield* goneOfAnything(rest, inside(place, '*'));
}

function* goneOfAnything(after: JsonObject, place: string): Generator<string> {
  const items = after['items'];
  if (isJsonObject(items)) yield* goneOfAnything(items, `${place}[]`);
  else if (after['type'] === 'object') yield* goneIn(anything, after, place);
}

const anything = { 'x-kubernetes-preserve-unknown-fields': true };

const resourceFields: ReadonlySet<string> = new Set(['apiVersion', 'kind', 'metadata']);

function keeps(schema: Schema): boolean {
  return schema?.['x-kubernetes-preserve-unknown-fields'] === true;
}

/** undefined: the schema does not know it. */
function memberOf(schema: Schema, name: string): { readonly schema: Schema; readonly isNamed: boolean } | undefined {
  const properties = schema?.['properties'];
  const named = isJsonObject(properties) && Object.hasOwn(properties, name) ? properties[name] : undefined;
  if (isJsonObject(named)) return { schema: named, isNamed: true };
  const others = schema?.['additionalProperties'];
  if (others === undefined || others === false) return undefined;
  return { schema: isJsonObject(others) ? others : null, isNamed: false };
}

function schemaIn(schema: Schema, member: string): Schema {
  const found = schema?.[member];
  return isJsonObject(found) ? found : null;
}

function inside(place: string, name: string): string {
  return place === '' ? name : `${place}.${name}`;
}
