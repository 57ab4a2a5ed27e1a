import { canonicalJson, isJsonObject, type Json, type JsonObject, sameJson } from '../../domain/json.ts';
import { itemKey } from '../fields/differences.ts';
import { edits, runsOf, textDiff } from './text-diff.ts';
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
  return key === null ? unnamedItems(before, after, indent) : namedItems(before, after, key, indent);
}

function namedItems(before: readonly Json[], after: readonly Json[], key: string, indent: string): readonly string[] {
  const nameOf = (item: Json): string => canonicalJson(isJsonObject(item) ? (item[key] ?? null) : item);
  const old = new Map(before.map((item) => [nameOf(item), item]));
  const now = new Map(after.map((item) => [nameOf(item), item]));
  const steps = edits(before.map(nameOf), after.map(nameOf));
  if (steps === null) return [...whole('-', before, indent), ...whole('+', after, indent)];
  return steps.flatMap(({ sign, value: name }) => {
    const [was, is] = [old.get(name), now.get(name)];
    // An item that changed its place is shown at both.
    if (sign !== ' ') return whole(sign, [(sign === '-' ? was : is) ?? null], indent);
    if (!isJsonObject(was) || !isJsonObject(is) || sameJson(was, is)) return [];
    return [...whole(' ', [{ [key]: is[key] }], indent), ...members(was, is, `${indent}  `, key)];
  });
}

// Items that nothing names are the same where they say the same.
function unnamedItems(before: readonly Json[], after: readonly Json[], indent: string): readonly string[] {
  const steps = edits(before, after, sameJson);
  if (steps === null) return [...whole('-', before, indent), ...whole('+', after, indent)];
  return runsOf(steps).flatMap(({ gone, come }) => {
    const pairs = Array.from({ length: Math.max(gone.length, come.length) }, (_, index) => [gone[index], come[index]]);
    return pairs.flatMap(([was, is]) => replacement(was, is, indent));
  });
}

// An item in the place of a similar one is that one, changed: shown whole, with what changes in it.
function replacement(was: Json | undefined, is: Json | undefined, indent: string): readonly string[] {
  const [old, now] = [was, is].map((item) => (item === undefined ? [] : yamlLines([item])));
  const lines = edits(old ?? [], now ?? []) ?? [];
  const kept = lines.filter(({ sign }) => sign === ' ').length;
  if (2 * kept >= Math.max(old?.length ?? 0, now?.length ?? 0)) {
    return lines.map(({ sign, value }) => sign + indent + value);
  }
  return [...(old ?? []).map((line) => `-${indent}${line}`), ...(now ?? []).map((line) => `+${indent}${line}`)];
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
