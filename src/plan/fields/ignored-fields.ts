import type { IgnoreRule } from '../../domain/environment.ts';
import { field } from '../../domain/field.ts';
import { isJsonObject, type Json, type JsonObject, sameJson } from '../../domain/json.ts';
import type { Identity, KubernetesObject } from '../../domain/manifest.ts';
import type { HiddenFields } from '../../domain/plan.ts';
import { type Path, pathText, valueAt } from './path.ts';

/** The rules of the settings that are about this object. */
export function rulesFor(rules: readonly IgnoreRule[], identity: Identity): readonly IgnoreRule[] {
  return rules.filter(
    ({ kind, name, path }) =>
      (kind === null || kind === identity.kind) &&
      (name === null || name === identity.name) &&
      path !== null &&
      isHideable(path),
  );
}

/** Whether there is anything to ignore at a JSON pointer: what makes an object this object, and the server's own, is not. */
export function isHideable(path: string): boolean {
  return hideable.test(path);
}

const hideable = /^\/(?:metadata\/(?:labels|annotations)\/[^/]|(?!(?:metadata|status|apiVersion|kind)(?:\/|$))[^/])/;

/**
 * A manifest that leaves ignored fields as they live: they are others' to set, so hiding a difference must not mean to
 * make it. Git's value goes into a new object only. A field that was released and that Git just dropped stays as well:
 * without it, server-side apply would reset to its default what we were the last to set.
 */
export function leaveIgnored(
  manifest: KubernetesObject,
  live: KubernetesObject,
  released: KubernetesObject | null,
  rules: readonly IgnoreRule[],
): KubernetesObject {
  return rules.reduce((object, rule) => {
    const tokens = pointerTokens(rule.path ?? '');
    const lives = pointed(live, tokens);
    const wanted = pointed(object, tokens);
    const dropped = wanted === undefined && pointed(released ?? undefined, tokens) !== undefined;
    if ((wanted === undefined && !dropped) || sameJson(wanted, lives)) return object;
    // `hideable` keeps every rule below the root: an object stays an object with its name and kind.
    return placed(object, tokens, lives) as KubernetesObject;
  }, manifest);
}

/** The content without its ignored fields: what differences are looked for in. */
export function withoutIgnored(content: JsonObject, rules: readonly IgnoreRule[]): JsonObject {
  return rules.reduce((rest, rule) => placed(rest, pointerTokens(rule.path ?? ''), undefined) as JsonObject, content);
}

/**
 * Which rules hide a difference between what Git says or said (`wanted`) and what lives, for people to see that they
 * do. A field that Git never named is not hidden: it is others' in any case.
 */
export function hiddenFields(
  identity: Identity,
  live: KubernetesObject,
  wanted: readonly (KubernetesObject | null)[],
  rules: readonly IgnoreRule[],
): readonly HiddenFields[] {
  return rules.flatMap((rule) => {
    const tokens = pointerTokens(rule.path ?? '');
    const named = wanted.find((manifest) => pointed(manifest ?? undefined, tokens) !== undefined);
    const lives = pointed(live, tokens);
    const differs = wanted.some((manifest) => manifest !== null && !sameJson(pointed(manifest, tokens), lives));
    if (named === undefined || named === null || !differs) return [];
    const path = pathText(pointerPath(named, tokens));
    return [{ identity, path, rule: rule.line === null ? 'settings' : `settings, line ${rule.line}` }];
  });
}

// RFC 6901.
function pointerTokens(pointer: string): readonly string[] {
  return pointer
    .split('/')
    .slice(1)
    .map((token) => token.replaceAll('~1', '/').replaceAll('~0', '~'));
}

function pointed(root: Json | undefined, tokens: readonly string[]): Json | undefined {
  return valueAt(root, pointerPath(root, tokens));
}

function pointerPath(root: Json | undefined, tokens: readonly string[]): Path {
  let node = root;
  return tokens.map((token) => {
    const place = placeIn(node, token);
    node = field(node, place);
    return place;
  });
}

function placeIn(node: Json | undefined, token: string): string | number {
  return Array.isArray(node) && /^\d+$/.test(token) ? Number(token) : token;
}

// A copy with this value there (undefined: without it); the object itself where the parent is not there.
function placed(node: Json, tokens: readonly string[], value: Json | undefined): Json {
  const [token, ...rest] = tokens;
  if (token === undefined) return node;
  const old = field(node, placeIn(node, token));
  if (old === undefined && (rest.length > 0 || !isJsonObject(node))) return node;
  const next = rest.length > 0 && old !== undefined ? placed(old, rest, value) : value;
  if (Array.isArray(node)) {
    return node.flatMap((item: Json, index) => (index !== Number(token) ? [item] : next === undefined ? [] : [next]));
  }
  const { [token]: _old, ...others } = node as JsonObject;
  return next === undefined ? others : { ...others, [token]: next };
}
