import { DUMP_SCHEMA, dump, intYaml11Tag } from 'js-yaml';
import { isJsonObject, type Json } from '../../domain/json.ts';

/** A value as the lines of YAML that a person would write, in one order of fields whatever the API server's. */
export function yamlLines(value: Json): readonly string[] {
  const text = dump(ordered(value), { schema, seqNoIndent: true, lineWidth: -1, noRefs: true });
  return text.replace(/\n$/, '').split('\n');
}

/** Names of members in the order of `yamlLines`: what an object is comes first, and an item's name before its rest. */
export function inYamlOrder(names: Iterable<string>): readonly string[] {
  return [...names].toSorted((left, right) => rank(left) - rank(right) || (left < right ? -1 : 1));
}

// 64-bit integers, as `parseJson` keeps them, are integers of the dumper's own kind (which decides what is quoted).
const schema = DUMP_SCHEMA.withTags(
  DUMP_SCHEMA.tags
    .filter((tag) => tag.nodeKind === 'scalar')
    .map((tag) =>
      tag.tagName === intYaml11Tag.tagName
        ? { ...tag, identify: (value: unknown) => typeof value === 'bigint' || tag.identify(value) }
        : tag,
    ),
);

function ordered(value: Json): Json {
  if (Array.isArray(value)) return value.map((item: Json) => ordered(item));
  if (!isJsonObject(value)) return value;
  const names = Object.keys(value).filter((name) => value[name] !== undefined);
  return Object.fromEntries(inYamlOrder(names).map((name) => [name, ordered(value[name] ?? null)]));
}

const first: readonly string[] = ['apiVersion', 'kind', 'metadata', 'name', 'namespace'];

function rank(name: string): number {
  const place = first.indexOf(name);
  return place < 0 ? first.length : place;
}
