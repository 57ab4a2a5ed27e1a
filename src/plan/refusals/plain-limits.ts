import { isJsonObject, type Json } from '../../domain/json.ts';
import type { KubernetesObject } from '../../domain/manifest.ts';
import type { Refusal, RefusalCause } from '../../domain/prediction.ts';
import { namedPosition } from '../fields/named-field.ts';
import { valueAt } from '../fields/path.ts';

/**
 * A refusal that says of whatever is over a limit how much there is and how much may be: the API server's own words are
 * `Too long: may not be more than 63 bytes`, and of a whole ConfigMap `[]: Too long` (field.TooLong and field.TooMany of
 * k8s.io/apimachinery).
 */
export function withPlainLimits(refusal: Refusal, object: KubernetesObject | null): Refusal {
  return { ...refusal, causes: refusal.causes.map((cause) => plainLimit(cause, object)) };
}

function plainLimit(cause: RefusalCause, object: KubernetesObject | null): RefusalCause {
  const { field, message } = cause;
  const [, allowed, unit] = /^Too long: may not be more than (\d+) (byte|character)s?$/.exec(message) ?? [];
  if (allowed !== undefined) {
    const isText = unit === 'character';
    const size = (text: string): number => (isText ? Array.from(text).length : Buffer.byteLength(text));
    // The path of an object itself has no name (ValidateConfigMap of k8s.io/kubernetes).
    if (field === '[]') {
      const written = object?.['data'] === undefined ? 'binaryData' : 'data';
      return { field: written, message: limitWords(dataBytes(object), Number(allowed), 'byte') };
    }
    return { field, message: limitWords(sizeOf(valueOf(object, field), size), Number(allowed), unit ?? 'byte') };
  }
  const [, counted, most] = /^Too many: (?:(\d+): )?must have at most (\d+) items?$/.exec(message) ?? [];
  if (most === undefined) return cause;
  const had = counted === undefined ? countOf(valueOf(object, field)) : Number(counted);
  return { field, message: limitWords(had, Number(most), 'item') };
}

/** `1,100,006 bytes, and at most 1,048,576 are allowed`. `had` null: not known. */
function limitWords(had: number | null, allowed: number, unit: string): string {
  const number = (count: number): string => count.toLocaleString('en-US');
  const units = (count: number): string => `${number(count)} ${unit}${count === 1 ? '' : 's'}`;
  // What Git holds may be less than what is refused: others write to the same map.
  if (had === null || had <= allowed) return `more than the ${units(allowed)} that are allowed`;
  return `${units(had)}, and at most ${number(allowed)} ${allowed === 1 ? 'is' : 'are'} allowed`;
}

function valueOf(object: KubernetesObject | null, field: string | null): Json | undefined {
  const position = object === null || field === null ? null : namedPosition(object, `.${field}`);
  return object === null || position === null ? undefined : valueAt(object, position);
}

/** Of a text, or of the names and texts of a map: annotations are counted so. */
function sizeOf(value: Json | undefined, size: (text: string) => number): number | null {
  if (typeof value === 'string') return size(value);
  if (!isJsonObject(value)) return null;
  return Object.entries(value).reduce(
    (sum, [name, text]) => sum + size(name) + (typeof text === 'string' ? size(text) : 0),
    0,
  );
}

function countOf(value: Json | undefined): number | null {
  if (Array.isArray(value)) return value.length;
  return isJsonObject(value) ? Object.keys(value).length : null;
}

function dataBytes(object: KubernetesObject | null): number {
  const texts = (member: 'data' | 'binaryData'): readonly string[] => {
    const map = object?.[member];
    return isJsonObject(map) ? Object.values(map).filter((text) => typeof text === 'string') : [];
  };
  const plain = texts('data').map((text) => Buffer.byteLength(text));
  const binary = texts('binaryData').map((text) => Buffer.byteLength(text, 'base64'));
  return [...plain, ...binary].reduce((sum, bytes) => sum + bytes, 0);
}
