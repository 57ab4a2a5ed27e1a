import { isJsonObject, type Json, type JsonObject } from './json.ts';
import type { Manifest } from './manifest.ts';

/**
 * The line (from 1) in the manifest's file where a member of its object is written, or the nearest member above it that
 * is: for a field that is missing, the place where it is missed. null: the renderer lost the lines.
 */
export function manifestLine(manifest: Manifest, path: readonly (string | number)[]): number | null {
  let line = manifest.origin?.line ?? null;
  const { lines } = manifest;
  if (lines === undefined) return line;
  let value: Json | undefined = manifest.object;
  let index = 0;
  for (const step of path) {
    const members = membersOf(value);
    const at = members.findIndex(([name]) => name === step);
    if (at < 0) break;
    for (const [, before] of members.slice(0, at)) index += 1 + sizeOf(before);
    line = lines[index] ?? line;
    index += 1;
    value = members[at]?.[1];
  }
  return line;
}

/**
 * The lines of an object's members in the order that `manifestLine` expects. `written` is the object as it stands in
 * the file: the same, with perhaps more members.
 */
export function flattenLines(
  object: Json,
  written: Json,
  lineOf: (container: object, member: string | number) => number,
): readonly number[] {
  const lines: number[] = [];
  const visit = (value: Json, container: Json | undefined): void => {
    if (container === null || typeof container !== 'object') return;
    for (const [name, member] of membersOf(value)) {
      lines.push(lineOf(container, name));
      visit(member, (container as Readonly<Record<string | number, Json>>)[name]);
    }
  };
  visit(object, written);
  return lines;
}

/**
 * The same for an object that was made of what is written. What a renderer added or changed has the line of the nearest
 * above it that is written; `line`: where that begins.
 */
export function nearestLines(
  object: Json,
  {
    written,
    line,
    lineIn,
  }: {
    readonly written: Json;
    readonly line: number;
    readonly lineIn: (container: object, member: string | number) => number;
  },
): readonly number[] {
  const lines: number[] = [];
  const visit = (value: Json, container: Json | undefined, above: number): void => {
    const known = new Map(membersOf(container));
    const named = namedItems(container);
    for (const [name, member] of membersOf(value)) {
      // Renderers put items before others: those with a name are known by it.
      const at = typeof name === 'number' && nameOf(member) !== null ? (named.get(nameOf(member)) ?? -1) : name;
      const twin = known.get(at);
      const isWritten = isContainer(container) && twin !== undefined && (isContainer(member) || member === twin);
      const here = isWritten ? lineIn(container, at) : above;
      lines.push(here);
      visit(member, twin, here);
    }
  };
  visit(object, written, line);
  return lines;
}

function namedItems(container: Json | undefined): ReadonlyMap<string | null, number> {
  if (!Array.isArray(container)) return new Map();
  return new Map(container.flatMap((item: Json, index) => (nameOf(item) === null ? [] : [[nameOf(item), index]])));
}

function nameOf(item: Json): string | null {
  return isJsonObject(item) && typeof item['name'] === 'string' ? item['name'] : null;
}

function isContainer(value: Json | undefined): value is JsonObject | readonly Json[] {
  return value !== null && typeof value === 'object';
}

/** Sorted, so that the order survives whatever JSON goes through. */
function membersOf(value: Json | undefined): readonly (readonly [string | number, Json])[] {
  if (Array.isArray(value)) return value.map((item: Json, index) => [index, item] as const);
  if (!isJsonObject(value)) return [];
  return Object.keys(value)
    .toSorted()
    .flatMap((name) => {
      const member = value[name];
      return member === undefined ? [] : [[name, member] as const];
    });
}

function sizeOf(value: Json): number {
  return membersOf(value).reduce((size, [, member]) => size + 1 + sizeOf(member), 0);
}
