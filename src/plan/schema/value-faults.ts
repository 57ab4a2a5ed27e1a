import { isJsonObject, type Json, type JsonObject, sameJson, stringifyJson } from '../../domain/json.ts';
import type { Checking } from './checking.ts';
import { type Fault, fault, missing, type Place } from './fault.ts';
import { safePattern } from './safe-pattern.ts';

/** What is wrong with one value besides its type: the value validations of OpenAPI v3, in the API server's words. */
export function valueFaults(value: Json, schema: JsonObject, place: Place, checking: Checking): readonly Fault[] {
  const wrong = (message: string | null): readonly Fault[] =>
    message === null ? [] : [fault('invalid', place, message)];
  const faults = wrong(enumComplaint(value, schema));
  if (typeof value === 'string') return [...faults, ...wrong(textComplaint(value, schema, checking))];
  if (typeof value === 'number' || typeof value === 'bigint')
    return [...faults, ...wrong(numberComplaint(value, schema))];
  if (Array.isArray(value)) return [...faults, ...wrong(countComplaint(value.length, schema, 'Items', 'items'))];
  if (!isJsonObject(value)) return faults;
  const required = Array.isArray(schema['required']) ? schema['required'] : [];
  const absent = required.filter((name: Json): name is string => typeof name === 'string' && isAbsent(value[name]));
  const count = Object.values(value).filter((member) => member !== undefined).length;
  return [
    ...faults,
    ...absent.map((name) => missing(place, name)),
    ...wrong(countComplaint(count, schema, 'Properties', 'properties')),
  ];
}

function isAbsent(value: Json | undefined): boolean {
  return value === undefined || value === null;
}

function enumComplaint(value: Json, schema: JsonObject): string | null {
  const allowed = schema['enum'];
  if (!Array.isArray(allowed) || allowed.some((one: Json) => sameJson(one, value))) return null;
  return `supported values: ${allowed.map((one: Json) => stringifyJson(one)).join(', ')}`;
}

function textComplaint(text: string, schema: JsonObject, { budget, unchecked }: Checking): string | null {
  const { minLength, maxLength, pattern, format } = schema;
  const length = Array.from(text).length;
  if (typeof minLength === 'number' && length < minLength) return `should be at least ${minLength} chars long`;
  if (typeof maxLength === 'number' && length > maxLength)
    return `Too long: may not be more than ${maxLength} characters`;
  if (typeof format === 'string' && format !== '') unchecked.add('formats');
  if (typeof pattern !== 'string') return null;
  const safe = safePattern(pattern, length);
  if (safe === null || budget.left < safe.cost) {
    unchecked.add('patterns');
    return null;
  }
  budget.left -= safe.cost;
  return safe.expression.test(text) ? null : `should match '${pattern}'`;
}

function numberComplaint(value: number | bigint, schema: JsonObject): string | null {
  const { minimum, maximum, exclusiveMinimum, exclusiveMaximum, multipleOf } = schema;
  if (isNumber(minimum)) {
    if (exclusiveMinimum === true && value <= minimum) return `should be greater than ${minimum}`;
    if (value < minimum) return `should be greater than or equal to ${minimum}`;
  }
  if (isNumber(maximum)) {
    if (exclusiveMaximum === true && value >= maximum) return `should be less than ${maximum}`;
    if (value > maximum) return `should be less than or equal to ${maximum}`;
  }
  const isWhole = typeof value === 'number' && Number.isInteger(value);
  if (isWhole && typeof multipleOf === 'number' && Number.isInteger(multipleOf) && value % multipleOf !== 0) {
    return `should be a multiple of ${multipleOf}`;
  }
  return null;
}

function isNumber(value: Json | undefined): value is number | bigint {
  return typeof value === 'number' || typeof value === 'bigint';
}

function countComplaint(count: number, schema: JsonObject, what: 'Items' | 'Properties', word: string): string | null {
  const [least, most] = [schema[`min${what}`], schema[`max${what}`]];
  if (typeof least === 'number' && count < least) return `should have at least ${least} ${word}`;
  return typeof most === 'number' && count > most ? `must have at most ${most} ${word}` : null;
}
