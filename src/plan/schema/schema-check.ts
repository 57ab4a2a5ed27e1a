import { isJsonObject, type Json, type JsonObject } from '../../domain/json.ts';
import { nearestName } from '../../domain/nearest-name.ts';
import type { CheckBudget, Checking, Unchecked } from './checking.ts';
import { elementFaults } from './element-faults.ts';
import { type Fault, fault, memberPlace, type Place } from './fault.ts';
import { valueFaults } from './value-faults.ts';

export interface SchemaCheck {
  readonly faults: readonly Fault[];
  readonly unchecked: ReadonlySet<Unchecked>;
}

/**
 * What is wrong with a custom resource by the schema of its version: `openAPIV3Schema` of a CRD, structural as the API
 * server demands it (kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions). Faults are in the
 * API server's words. An interpreter and no compiler: the schema comes from a pull request, and nothing of it
 * becomes code here.
 */
export function checkSchema(object: JsonObject, schema: JsonObject, budget: CheckBudget): SchemaCheck {
  const unchecked = new Set<Unchecked>();
  const faults = schemaFaults(object, schema, [], { budget, unchecked, declares: true });
  return { faults, unchecked };
}

function schemaFaults(value: Json, schema: JsonObject, place: Place, checking: Checking): readonly Fault[] {
  checking.budget.left -= 1;
  if (checking.budget.left < 0) {
    checking.unchecked.add('what is very large');
    return [];
  }
  if (value === null && schema['nullable'] === true) return [];
  if (schema['x-kubernetes-validations'] !== undefined) checking.unchecked.add('CEL rules');
  const type = typeFault(value, schema, place);
  if (type !== null) return [type];
  return [
    ...(isJsonObject(value) ? objectFaults(value, schema, place, checking) : []),
    ...(Array.isArray(value) ? elementFaults(value, schema, place, checking, schemaFaults) : []),
    ...valueFaults(value, schema, place, checking),
    ...junctorFaults(value, schema, place, { ...checking, declares: false }),
  ];
}

function typeFault(value: Json, schema: JsonObject, place: Place): Fault | null {
  const type = schema['type'];
  if (schema['x-kubernetes-int-or-string'] === true) {
    return typeof value === 'string' || isInteger(value) ? null : mistyped('integer or string', value, place);
  }
  return typeof type !== 'string' || isOfType(value, type) ? null : mistyped(type, value, place);
}

function mistyped(type: string, value: Json, place: Place): Fault {
  return fault('malformed', place, `must be of type ${type}: it is ${typeName(value)}`);
}

function isOfType(value: Json, type: string): boolean {
  switch (type) {
    case 'object':
      return isJsonObject(value);
    case 'array':
      return Array.isArray(value);
    case 'integer':
      return isInteger(value);
    case 'number':
      return typeof value === 'number' || typeof value === 'bigint';
    default:
      return typeof value === type;
  }
}

function isInteger(value: Json): boolean {
  return typeof value === 'bigint' || (typeof value === 'number' && Number.isInteger(value));
}

function typeName(value: Json): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'a list';
  if (isInteger(value)) return 'an integer';
  return isJsonObject(value) ? 'an object' : `a ${typeof value}`;
}

const objectMeta: ReadonlySet<string> = new Set(['apiVersion', 'kind', 'metadata']);

function objectFaults(object: JsonObject, schema: JsonObject, place: Place, checking: Checking): readonly Fault[] {
  const properties = isJsonObject(schema['properties']) ? schema['properties'] : {};
  const others = schema['additionalProperties'];
  const isResource = place.length === 0 || schema['x-kubernetes-embedded-resource'] === true;
  const keeps = schema['x-kubernetes-preserve-unknown-fields'] === true;
  // What declares nothing is not looked into by an apply, nor is what is inside of what keeps unknown fields.
  const isBlank = schema['properties'] === undefined && others === undefined && place.length > 0;
  const open = !checking.declares || keeps || isBlank || others === true;
  const within = keeps ? { ...checking, declares: false } : checking;
  return Object.entries(object).flatMap(([name, value]) => {
    if (value === undefined || (isResource && objectMeta.has(name))) return [];
    const inside = memberPlace(place, name);
    const declared = Object.hasOwn(properties, name) ? properties[name] : undefined;
    const known = declared ?? (isJsonObject(others) ? others : undefined);
    if (isJsonObject(known)) return schemaFaults(value, known, inside, within);
    return open ? [] : [undeclared(inside, name, hinted(properties, object, checking))];
  });
}

/** What may have been meant: each is compared sign by sign, so there may be few, and none may be long. */
function hinted(properties: JsonObject, beside: JsonObject, { budget }: Checking): readonly string[] {
  const free = Object.keys(properties).filter((one) => one.length <= longestHint && !Object.hasOwn(beside, one));
  if (free.length > mostHints || budget.left < 0) return [];
  // Two names of forty signs are compared in about as much time as a hundred values are looked at.
  budget.left -= free.length * 100;
  return free;
}

const longestHint = 40;
const mostHints = 200;

function undeclared(place: Place, name: string, free: readonly string[]): Fault {
  const meant = name.length <= longestHint ? nearestName(name, free) : null;
  const hint = meant === null ? '' : `. Did you mean \`${meant}\`?`;
  return fault('unknown-field', place, `field not declared in schema${hint}`);
}

function junctorFaults(value: Json, schema: JsonObject, place: Place, checking: Checking): readonly Fault[] {
  const of = (name: string): readonly JsonObject[] =>
    Array.isArray(schema[name]) ? schema[name].filter((one: Json) => isJsonObject(one)) : [];
  const answers = (name: string): readonly Answer[] => of(name).map((one) => answerOf(value, one, place, checking));
  const faults: Fault[] = of('allOf').flatMap((one) => schemaFaults(value, one, place, checking));
  const any = answers('anyOf');
  if (any.length > 0 && !any.some((one) => one !== 'no')) {
    faults.push(fault('invalid', place, 'must validate at least one schema (anyOf)'));
  }
  const one = answers('oneOf');
  const isOne = one.some((each) => each !== 'no') && one.filter((each) => each === 'yes').length <= 1;
  if (one.length > 0 && !isOne) {
    faults.push(fault('invalid', place, 'must validate one and only one schema (oneOf)'));
  }
  const not = schema['not'];
  if (isJsonObject(not) && answerOf(value, not, place, checking) === 'yes') {
    faults.push(fault('invalid', place, 'must not validate the schema (not)'));
  }
  return faults;
}

/** Whether a value holds what a schema says; `maybe`: of what it says something is not checked. */
type Answer = 'yes' | 'no' | 'maybe';

function answerOf(value: Json, schema: JsonObject, place: Place, checking: Checking): Answer {
  const unchecked = new Set<Unchecked>();
  const faults = schemaFaults(value, schema, place, { ...checking, unchecked });
  for (const one of unchecked) checking.unchecked.add(one);
  if (faults.length > 0) return 'no';
  return unchecked.size === 0 ? 'yes' : 'maybe';
}
