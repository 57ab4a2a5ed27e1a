import { field } from '../../domain/field.ts';
import { isJsonObject, type Json } from '../../domain/json.ts';
import { itemKey } from './differences.ts';
import type { Path, Segment } from './path.ts';

/** One step of a pointer: a member or an index, the item of a list with that member, or everything that there is. */
export type Step =
  | { readonly kind: 'member'; readonly name: string }
  | { readonly kind: 'item'; readonly key: string; readonly value: string }
  | { readonly kind: 'every' };

/** Reads a JSON pointer (RFC 6901) that knows two patterns, `*` and `[name=web]`; null: it is none. */
export function parsePointer(pointer: string): readonly Step[] | null {
  if (!/^(\/([^~/]|~[01])*)+$/.test(pointer)) return null;
  const steps = pointer.split('/').slice(1).map(stepOf);
  return steps.every((step) => step !== null) ? steps : null;
}

// Brackets or a star at the end that are no pattern were meant to be one.
function stepOf(token: string): Step | null {
  const name = token.replaceAll('~1', '/').replaceAll('~0', '~');
  if (name === '*') return { kind: 'every' };
  const [, key, value] = /^\[([A-Za-z][\w-]*)=(.+)\]$/.exec(name) ?? [];
  if (key !== undefined && value !== undefined) return { kind: 'item', key, value };
  return /\*$|\[.*\]$/.test(name) ? null : { kind: 'member', name };
}

/** Every place to which the pointer leads in one of these versions of an object, each once. */
export function pointedPaths(steps: readonly Step[], versions: readonly (Json | undefined)[]): readonly Path[] {
  const [step, ...rest] = steps;
  if (step === undefined) return versions.some((version) => version !== undefined) ? [[]] : [];
  return segmentsOf(step, versions).flatMap((segment) => {
    const below = versions.map((version) => member(version, segment));
    return pointedPaths(rest, below).map((path) => [segment, ...path]);
  });
}

function segmentsOf(step: Step, versions: readonly (Json | undefined)[]): readonly Segment[] {
  const lists = versions.filter((version): version is readonly Json[] => Array.isArray(version));
  switch (step.kind) {
    case 'member':
      if (lists.length === 0) return [step.name];
      return /^\d+$/.test(step.name) ? [Number(step.name)] : [];
    case 'item':
      return unique(
        lists.flatMap((list) => list.map((item) => named(item, step.key))),
        (value) => String(value) === step.value,
      ).map((value) => ({ key: step.key, value }));
    case 'every': {
      if (lists.length === 0) {
        return [...new Set(versions.flatMap((version) => (isJsonObject(version) ? Object.keys(version) : [])))];
      }
      const key = itemKey(lists);
      if (key === null)
        return Array.from({ length: Math.max(...lists.map((list) => list.length)) }, (_, index) => index);
      return unique(
        lists.flatMap((list) => list.map((item) => named(item, key))),
        () => true,
      ).map((value) => ({ key, value }));
    }
  }
}

function unique(
  values: readonly (string | number | undefined)[],
  fits: (value: string | number) => boolean,
): readonly (string | number)[] {
  return [...new Set(values.filter((value) => value !== undefined))].filter(fits);
}

function named(item: Json, key: string): string | number | undefined {
  const value = isJsonObject(item) ? item[key] : undefined;
  return typeof value === 'string' || typeof value === 'number' ? value : undefined;
}

function member(node: Json | undefined, segment: Segment): Json | undefined {
  if (typeof segment !== 'object') return field(node, segment);
  if (!Array.isArray(node)) return undefined;
  return node.find((item: Json) => named(item, segment.key) === segment.value) as Json | undefined;
}
