import { isJsonObject, type Json, type JsonObject } from '../domain/json.ts';
import type { KubernetesObject } from '../domain/manifest.ts';

/**
 * An object that reports how it does in single words (reasons, phases, types, times, quantities), for a place where what a
 * controller or a program writes in its own words is not for everybody: a message may repeat whatever it came across.
 * Of images, those that Git names.
 */
export function withoutFreeText(object: KubernetesObject, said: ReadonlySet<string>): KubernetesObject {
  const spec = isJsonObject(object['spec']) ? { spec: knownImages(object['spec'], said) } : {};
  const status = object['status'] === undefined ? {} : { status: words(object['status'], said) };
  return { ...object, ...spec, ...status, metadata: { ...object.metadata, annotations: {} } };
}

// A reason as the API conventions have it, a type with its domain, a time, a quantity or address.
const word = /^(?:[A-Za-z](?:[\w,:]*\w)?|[a-z0-9.-]+\/[A-Za-z][\w.-]*|\d{4}-\d\d-\d\dT[\d:.]+Z|\d[\w.]*)$/;

function words(value: Json | undefined, said: ReadonlySet<string>): Json {
  if (typeof value === 'string') return said.has(value) || (word.test(value) && value.length <= 64) ? value : '';
  if (Array.isArray(value)) return value.map((item: Json) => words(item, said));
  if (!isJsonObject(value)) return value ?? null;
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, member]) => {
      if (messages.has(name)) return [];
      return member === undefined ? [] : [[name, words(member, said)] as const];
    }),
  );
}

const messages: ReadonlySet<string> = new Set([
  'message',
  'error',
  'errMsg',
  'errorMessage',
  'errorDescription',
  'failureMessage',
]);

function knownImages(spec: JsonObject, said: ReadonlySet<string>): JsonObject {
  const known = (container: Json): Json => {
    const image = isJsonObject(container) ? container['image'] : undefined;
    if (!isJsonObject(container) || typeof image !== 'string' || said.has(image)) return container;
    return { ...container, image: '(not shown)' };
  };
  const lists = ['initContainers', 'containers'].flatMap((name) => {
    const list = spec[name];
    return Array.isArray(list) ? [[name, list.map((item: Json) => known(item))] as const] : [];
  });
  return { ...spec, ...Object.fromEntries(lists) };
}
