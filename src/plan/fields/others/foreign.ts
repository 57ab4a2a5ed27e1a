import { isJsonObject, type Json } from '../../../domain/json.ts';
import type { Identity, KubernetesObject } from '../../../domain/manifest.ts';
import { ownManager } from '../../../domain/manifest.ts';
import type { HiddenFields, PathChange } from '../../../domain/plan.ts';
import { contentOf } from '../content.ts';
import { heldPaths } from '../managed/held-paths.ts';
import { type Path, pathText, valueAt } from '../path.ts';
import { type IgnoredPath, isWithin, ruleName } from './ignored-fields.ts';
import { builtInRule, type Writer } from './written-by-controllers.ts';

/** A field in the cluster that somebody set and Git does not mention. */
export interface ForeignField {
  readonly path: Path;
  readonly value: Json;
  readonly manager: NonNullable<PathChange['manager']>;
  /** A release takes away what the settings let it (`foreign: remove`). */
  readonly fate: 'stays' | 'removed';
}

export interface ForeignFields {
  readonly fields: readonly ForeignField[];
  /** By built-in rules, for nobody set them, and by the settings' rules. */
  readonly hidden: readonly HiddenFields[];
}

/** What Git says of an object. */
interface Manifests {
  readonly written: KubernetesObject;
  /** Without what is left to others, and with what is ignored as it lives. */
  readonly applied: KubernetesObject;
}

/**
 * What others hold of an object, as it will be, that Git does not mention: by `managedFields`, without what
 * Fairlead applied, the status, and what the API server keeps about the object. Defaults are nobody's.
 */
export function foreignFields(
  object: KubernetesObject,
  manifests: Manifests,
  { group, kind, namespace, name }: Identity,
  ignored: readonly IgnoredPath[],
): ForeignFields {
  const entries = (object.metadata.managedFields ?? [])
    .flatMap((entry) => entryOf(entry) ?? [])
    .toSorted((left, right) => (right.at ?? '').localeCompare(left.at ?? ''));
  if (entries.length === 0) return { fields: [], hidden: [] };
  const content = contentOf(object);
  const found = new Map<string, ForeignField>();
  const hidden = new Map<string, { readonly path: Path; count: number }>();
  const told = new Set<string>();
  for (const { writer, at, fieldsV1 } of entries) {
    for (const { path, value, other } of heldPaths(fieldsV1, object, manifests.applied)) {
      if (other !== undefined || valueAt(manifests.written, path) !== undefined) continue;
      // What the API server keeps about it is no setting.
      if (valueAt(content, path) === undefined) continue;
      const text = pathText(path);
      if (told.has(text)) continue;
      const rule = ignoringRule(path, writer, ignored) ?? builtInRule(object, path, writer);
      if (rule === null) {
        found.set(text, { path, value, manager: { name: writer.manager, at }, fate: 'stays' });
      } else {
        hidden.set(rule, { path: hidden.get(rule)?.path ?? path, count: (hidden.get(rule)?.count ?? 0) + 1 });
      }
      told.add(text);
    }
  }
  return {
    fields: [...found.values()],
    hidden: [...hidden].map(([rule, { path, count }]) => ({
      identity: { group, kind, namespace, name },
      path: pathText(path),
      rule,
      ...(count === 1 ? {} : { count }),
    })),
  };
}

/** Of the foreign fields of what lives, those that an object that is predicted does not have any more. */
export function removedFields(lives: readonly ForeignField[], predicted: KubernetesObject): readonly ForeignField[] {
  return lives.flatMap((field) =>
    valueAt(predicted, field.path) === undefined ? [{ ...field, fate: 'removed' as const }] : [],
  );
}

interface Entry {
  readonly writer: Writer;
  readonly at: string | null;
  readonly fieldsV1: Json | undefined;
}

// The last to write is the one to be named, where several hold a field.
function entryOf(entry: Json): Entry | null {
  if (!isJsonObject(entry)) return null;
  const { manager, operation, time, fieldsV1, subresource = '' } = entry;
  if (typeof manager !== 'string' || typeof operation !== 'string' || typeof subresource !== 'string') return null;
  if (subresource === 'status' || (manager === ownManager && operation === 'Apply')) return null;
  return { writer: { manager, operation, subresource }, at: typeof time === 'string' ? time : null, fieldsV1 };
}

function ignoringRule(path: Path, { manager }: Writer, ignored: readonly IgnoredPath[]): string | null {
  const found = ignored.find(
    ({ path: hidden, rule }) =>
      (rule.manager === null || rule.manager === manager) &&
      (isWithin(path, hidden) || (rule.manager === manager && isWithin(hidden, path))),
  );
  return found === undefined ? null : ruleName(found.rule);
}
