import { diffArrays } from 'diff';
import { DUMP_SCHEMA, dump, intYaml11Tag } from 'js-yaml';
import { isJsonObject, type Json, type JsonObject } from '../domain/json.ts';

/**
 * A unified diff of two objects as YAML: the lines that change and, above them, the lines that say where they are
 * (`spec:`, `containers:`, `- name: web`), as a person would quote it. null is a side that is not there. '' where the
 * two are equal.
 */
export function yamlDiff(before: JsonObject | null, after: JsonObject | null): string {
  if (before === null || after === null) {
    const sign = before === null ? '+' : '-';
    return yamlLines(before ?? after)
      .map((line) => sign + line)
      .join('\n');
  }
  const [old, now] = [yamlLines(before), yamlLines(after)];
  const chunks = diffArrays([...old], [...now], { timeout: 1_000, maxEditLength: 5_000 });
  // A pathological pair would take seconds: say so, and let whoever needs it read both.
  if (chunks === undefined) return `# too large to show: ${old.length} lines become ${now.length}`;
  const lines = chunks.flatMap((chunk) => {
    const sign: Sign = chunk.added ? '+' : chunk.removed ? '-' : ' ';
    return chunk.value.map((text) => ({ sign, text }));
  });
  return withPlaces(lines)
    .map(({ sign, text }) => sign + text)
    .join('\n');
}

type Sign = '+' | '-' | ' ';

interface Line {
  readonly sign: Sign;
  readonly text: string;
}

// Of the lines that do not change, only those that a changed line stands below.
function withPlaces(lines: readonly Line[]): readonly Line[] {
  const shown = new Set<number>();
  lines.forEach(({ sign }, index) => {
    if (sign === ' ') return;
    shown.add(index);
    let depth = depthOf(lines[index]?.text ?? '');
    for (let above = index - 1; above >= 0 && depth > 0; above--) {
      const text = lines[above]?.text ?? '';
      if (text.trim() === '' || depthOf(text) >= depth) continue;
      // Everything above a line that is shown already has been shown for it.
      if (shown.has(above) && lines[above]?.sign === ' ') break;
      depth = depthOf(text);
      if (lines[above]?.sign === ' ') shown.add(above);
    }
  });
  return lines.filter((_line, index) => shown.has(index));
}

// A list's items stand at the indentation of the key that they belong to, and yet below it.
function depthOf(text: string): number {
  const indent = text.length - text.trimStart().length;
  return 2 * indent + (text.startsWith('- ', indent) ? 1 : 0);
}

function yamlLines(object: JsonObject | null): readonly string[] {
  if (object === null) return [];
  const text = dump(ordered(object), { schema, seqNoIndent: true, lineWidth: -1, noRefs: true });
  return text.replace(/\n$/, '').split('\n');
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

// One order whatever the API server's, in which a person finds an object by its first lines and an item by its name.
function ordered(value: Json): Json {
  if (Array.isArray(value)) return value.map((item: Json) => ordered(item));
  if (!isJsonObject(value)) return value;
  const names = Object.keys(value).filter((name) => value[name] !== undefined);
  const sorted = names.toSorted((left, right) => rank(left) - rank(right) || (left < right ? -1 : 1));
  return Object.fromEntries(sorted.map((name) => [name, ordered(value[name] ?? null)]));
}

const first: readonly string[] = ['apiVersion', 'kind', 'metadata', 'name', 'namespace'];

function rank(name: string): number {
  const place = first.indexOf(name);
  return place < 0 ? first.length : place;
}
