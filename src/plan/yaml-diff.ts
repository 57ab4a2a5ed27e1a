import { canonicalJson, isJsonObject, type Json, type JsonObject, sameJson } from '../domain/json.ts';
import { itemKey } from './differences.ts';
import { edits, textDiff } from './text-diff.ts';
import { inYamlOrder, yamlLines } from './yaml-text.ts';

/**
 * A unified diff of two objects as YAML: what changes and, above it, the lines that say where (`spec:`, `containers:`,
 * `- name: web`), as a person would quote it. null is a side that is not there; '' where the two are equal.
 *
 * It follows the structure and not the lines: an equal line somewhere else never passes for one that stayed.
 */
export function yamlDiff(before: JsonObject | null, after: JsonObject | null): string {
  if (before === null && after === null) return '';
  if (before === null || after === null) {
    const sign = before === null ? '+' : '-';
    return whole(sign, before ?? after ?? {}, '').join('\n');
  }
  return members(before, after, '', null).join('\n');
}

type Sign = '+' | '-' | ' ';

function whole(sign: Sign, value: Json, indent: string): readonly string[] {
  return yamlLines(value).map((line) => sign + indent + line);
}

// `named`: the member that stands in the line above already, `- name: web`.
function members(before: JsonObject, after: JsonObject, indent: string, named: string | null): readonly string[] {
  const names = new Set([...Object.keys(before), ...Object.keys(after)]);
  return inYamlOrder(names).flatMap((name) =>
    name === named ? [] : member(name, { before: before[name], after: after[name] }, indent),
  );
}

interface Sides {
  readonly before: Json | undefined;
  readonly after: Json | undefined;
}

function member(name: string, { before, after }: Sides, indent: string): readonly string[] {
  if (sameJson(before, after)) return [];
  if (isFilled(before) && isFilled(after)) {
    return [` ${indent}${keyText(name)}`, ...members(before, after, `${indent}  `, null)];
  }
  if (isFilledList(before) && isFilledList(after))
    return [` ${indent}${keyText(name)}`, ...list(before, after, indent)];
  if (isLong(before) && isLong(after)) return text(name, before, after, indent);
  return [
    ...(before === undefined ? [] : whole('-', { [name]: before }, indent)),
    ...(after === undefined ? [] : whole('+', { [name]: after }, indent)),
  ];
}

function list(before: readonly Json[], after: readonly Json[], indent: string): readonly string[] {
  const key = itemKey([before, after]);
  const idOf = (item: Json): string => canonicalJson(key !== null && isJsonObject(item) ? (item[key] ?? null) : item);
  const [old, now] = [
    new Map(before.map((item) => [idOf(item), item])),
    new Map(after.map((item) => [idOf(item), item])),
  ];
  const steps = edits(before.map(idOf), after.map(idOf));
  if (steps === null) return [...whole('-', before, indent), ...whole('+', after, indent)];
  return steps.flatMap(({ sign, value: id }) => {
    const [was, is] = [old.get(id), now.get(id)];
    // An item that changed its place is shown at both.
    if (sign !== ' ') return whole(sign, [(sign === '-' ? was : is) ?? null], indent);
    if (key === null || !isJsonObject(was) || !isJsonObject(is) || sameJson(was, is)) return [];
    return [...whole(' ', [{ [key]: is[key] }], indent), ...members(was, is, `${indent}  `, key)];
  });
}

// A text of several lines is compared line by line.
function text(name: string, before: string, after: string, indent: string): readonly string[] {
  const [old, now] = [blockOf(before), blockOf(after)];
  const steps = textDiff(old.lines, now.lines);
  const within = `${indent}  `;
  const heads = [...new Set([old.style, now.style])];
  return [
    ...heads.map((style, index) => {
      const sign = heads.length === 1 ? ' ' : index === 0 ? '-' : '+';
      return `${sign}${indent}${keyText(name)} ${style}`;
    }),
    ...(steps === null
      ? [` ${within}# too large to show: ${old.lines.length} lines become ${now.lines.length}`]
      : steps.map(({ sign, value }) => sign + within + value)),
  ];
}

function blockOf(value: string): { readonly style: '|' | '|-'; readonly lines: readonly string[] } {
  const ended = value.endsWith('\n');
  const lines = (ended ? value.slice(0, -1) : value).split('\n');
  return { style: ended ? '|' : '|-', lines: lines.map(printable) };
}

function printable(line: string): string {
  return line.replace(/[^\P{Cc}\t]/gu, (sign) => `\\x${sign.charCodeAt(0).toString(16).padStart(2, '0')}`);
}

function keyText(name: string): string {
  return (yamlLines({ [name]: {} })[0] ?? '').replace(/ \{\}$/, '');
}

function isFilled(value: Json | undefined): value is JsonObject {
  return isJsonObject(value) && Object.keys(value).length > 0;
}

function isFilledList(value: Json | undefined): value is readonly Json[] {
  return Array.isArray(value) && value.length > 0;
}

function isLong(value: Json | undefined): value is string {
  return typeof value === 'string' && value.includes('\n');
}
