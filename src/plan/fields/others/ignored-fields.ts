import type { IgnoreRule } from '../../../domain/environment.ts';
import { isJsonObject, type Json, type JsonObject, sameJson } from '../../../domain/json.ts';
import type { Identity, KubernetesObject } from '../../../domain/manifest.ts';
import type { HiddenFields } from '../../../domain/plan.ts';
import { partOf } from '../../manifests/settle-manifest.ts';
import { differences } from '../differences.ts';
import { heldPaths } from '../managed/held-paths.ts';
import { type Path, pathText, valueAt } from '../path.ts';
import { placed } from '../placed.ts';
import { parsePointer, pointedPaths, type Step } from '../pointer.ts';

/** The rules of the settings that are about this object. */
export function rulesFor(rules: readonly IgnoreRule[], identity: Identity): readonly IgnoreRule[] {
  return rules.filter(
    ({ kind, name, path, manager }) =>
      (kind === null || kind === identity.kind) &&
      (name === null || name === identity.name) &&
      (path === null ? manager !== null : isHideable(path)),
  );
}

/** Whether there is anything to ignore at a pointer: what makes an object this object, and the server's own, is not. */
export function isHideable(pointer: string): boolean {
  const steps = parsePointer(pointer);
  if (steps === null) return false;
  const [first, second, third] = steps;
  if (first === undefined || first.kind !== 'member') return false;
  if (['status', 'apiVersion', 'kind', ''].includes(first.name)) return false;
  if (first.name !== 'metadata') return true;
  return (
    second?.kind === 'member' && (second.name === 'labels' || second.name === 'annotations') && third !== undefined
  );
}

/** A place in one object where a rule of the settings leaves what lives. */
export interface IgnoredPath {
  readonly path: Path;
  readonly rule: IgnoreRule;
}

/**
 * Where these rules apply in an object as it lives and as Git says or said it: patterns are looked up in all of them, and
 * what a manager holds in what lives.
 */
export function ignoredPaths(
  rules: readonly IgnoreRule[],
  live: KubernetesObject,
  manifests: readonly (KubernetesObject | null)[],
): readonly IgnoredPath[] {
  const versions = [live, ...manifests.map((manifest) => manifest ?? undefined)];
  return rules.flatMap((rule) =>
    pathsOf(rule, live, versions)
      .filter(isIgnorable)
      .map((path) => ({ path, rule })),
  );
}

function pathsOf(
  { path: pointer, manager }: IgnoreRule,
  live: KubernetesObject,
  versions: readonly (KubernetesObject | undefined)[],
): readonly Path[] {
  const steps: readonly Step[] = pointer === null ? [] : (parsePointer(pointer) ?? []);
  const pointed = pointedPaths(steps, versions);
  if (manager === null) return pointed;
  const held = managedPaths(live, manager);
  return pointed.flatMap((path) => {
    if (held.some((one) => one.length < path.length && isWithin(path, one))) return [path];
    return held.filter((one) => isWithin(one, path));
  });
}

function managedPaths(live: KubernetesObject, manager: string): readonly Path[] {
  return (live.metadata.managedFields ?? []).flatMap((entry) => {
    if (!isJsonObject(entry) || entry['manager'] !== manager || entry['subresource'] === 'status') return [];
    return heldPaths(entry['fieldsV1'], live, live).map(({ path }) => path);
  });
}

/** How people find the rule. */
export function ruleName({ line }: IgnoreRule): string {
  return line === null ? 'settings' : `settings, line ${line}`;
}

/** Whether a path is at or below another one. */
export function isWithin(path: Path, above: Path): boolean {
  return above.every((segment, index) => sameJson(segment, path[index]));
}

// A manager may hold more than a rule could name.
function isIgnorable([first, second, third]: Path): boolean {
  if (first === 'status' || first === 'apiVersion' || first === 'kind') return false;
  if (first !== 'metadata') return first !== undefined;
  return (second === 'labels' || second === 'annotations') && third !== undefined && third !== partOf;
}

/**
 * A manifest that leaves ignored fields as they live: they are others' to set, so hiding a difference must not mean to
 * make it. Git's value goes into a new object only. A field that was released and that Git just dropped stays as well:
 * without it, server-side apply would reset to its default what we were the last to set.
 */
export function leaveIgnored(
  manifest: KubernetesObject,
  live: KubernetesObject,
  released: KubernetesObject | null,
  ignored: readonly IgnoredPath[],
): KubernetesObject {
  return ignored.toReversed().reduce((object, { path }) => {
    const lives = valueAt(live, path);
    const wanted = valueAt(object, path);
    const dropped = wanted === undefined && valueAt(released ?? undefined, path) !== undefined;
    if ((wanted === undefined && !dropped) || sameJson(wanted, lives)) return object;
    // `isHideable` keeps every rule below the root: an object stays an object with its name and kind.
    return placed(object, path, lives) as KubernetesObject;
  }, manifest);
}

/** The content without its ignored fields: what differences are looked for in. */
export function withoutIgnored(content: JsonObject, ignored: readonly IgnoredPath[]): JsonObject {
  // From the last to the first: what goes from a list moves what is behind it.
  return ignored.toReversed().reduce((rest, { path }) => placed(rest, path, undefined) as JsonObject, content);
}

/**
 * Which rules hide a difference between what Git says or said (`wanted`) and what lives, and in how many fields, for
 * people to see that they do. A field that Git never named is not hidden: it is others' in any case.
 */
export function hiddenFields(
  { group, kind, namespace, name }: Identity,
  live: KubernetesObject,
  wanted: readonly (KubernetesObject | null)[],
  ignored: readonly IgnoredPath[],
): readonly HiddenFields[] {
  const hidden = new Map<IgnoreRule, { readonly path: Path; readonly count: number }>();
  for (const { path, rule } of ignored) {
    const count = hiddenAt(path, live, wanted);
    const known = hidden.get(rule);
    if (count > 0) hidden.set(rule, { path: known?.path ?? path, count: (known?.count ?? 0) + count });
  }
  return [...hidden].map(([rule, { path, count }]) => ({
    identity: { group, kind, namespace, name },
    path: pathText(path),
    rule: ruleName(rule),
    ...(count === 1 ? {} : { count }),
  }));
}

function hiddenAt(path: Path, live: KubernetesObject, wanted: readonly (KubernetesObject | null)[]): number {
  const lives = valueAt(live, path);
  const said = wanted.filter((manifest) => manifest !== null).map((manifest) => valueAt(manifest, path));
  if (said.every((value) => value === undefined)) return 0;
  return said.every((value) => sameJson(value, lives)) ? 0 : hiddenLeaves(lives, said);
}

// What Git leaves out below an ignored field is no field of Git's: not what the API server adds is counted, but what was said.
function hiddenLeaves(lives: Json | undefined, said: readonly (Json | undefined)[]): number {
  const leaves = differences([lives, ...said]).filter(({ values: [, ...ours] }) =>
    ours.some((value) => value !== undefined),
  );
  return Math.max(1, leaves.length);
}
