import { isJsonObject, type Json, type JsonObject, sameJson } from '../../domain/json.ts';
import { notShown } from '../../domain/plan.ts';
import { itemKey } from '../fields/differences.ts';

/**
 * One side of a diff with only the values that Git shows anyway: of what differs, the path; of what does not, and of an
 * object that is not there on the other side, nothing. For objects that Fairlead does not own, and for public
 * repositories.
 */
export function gitOnly(
  side: JsonObject | null,
  other: JsonObject | null,
  git: readonly (JsonObject | null)[],
): JsonObject | null {
  if (side === null) return null;
  const manifests = git.filter((manifest) => manifest !== null);
  const kept = keep(side, other ?? side, manifests);
  return isJsonObject(kept) ? kept : {};
}

// undefined: nothing of it is to be shown.
function keep(node: Json, other: Json | undefined, git: readonly Json[]): Json | undefined {
  if (isJsonObject(node) && Object.keys(node).length > 0) return keepMembers(node, other, git);
  if (Array.isArray(node) && node.length > 0) {
    const lists = [other, ...git].filter((one): one is readonly Json[] => Array.isArray(one));
    const key = itemKey([node, ...lists]);
    if (key !== null) return keepItems(node, key, other, git);
  }
  if (git.some((value) => sameJson(value, node))) return node;
  if (sameJson(node, other)) return undefined;
  // Of `{}` and `[]` there is nothing to hide.
  return sameJson(node, {}) || sameJson(node, []) ? node : notShown;
}

function keepMembers(node: JsonObject, other: Json | undefined, git: readonly Json[]): JsonObject | undefined {
  const members = Object.entries(node).flatMap(([name, value]) => {
    const kept =
      value === undefined
        ? value
        : keep(
            value,
            member(other, name),
            present(git, (one) => member(one, name)),
          );
    return kept === undefined ? [] : [[name, kept] as const];
  });
  return members.length === 0 ? undefined : Object.fromEntries(members);
}

function keepItems(
  list: readonly Json[],
  key: string,
  other: Json | undefined,
  git: readonly Json[],
): readonly Json[] | undefined {
  const items = list.flatMap((item) => {
    const name = member(item, key);
    const counterpart = (one: Json | undefined) =>
      Array.isArray(one) ? (one.find((twin: Json) => member(twin, key) === name) as Json | undefined) : undefined;
    const kept = keep(item, counterpart(other), present(git, counterpart));
    // What names an item is a part of the path.
    return isJsonObject(kept) && name !== undefined ? [{ ...kept, [key]: name }] : kept === undefined ? [] : [kept];
  });
  return items.length === 0 ? undefined : items;
}

function member(node: Json | undefined, name: string): Json | undefined {
  return isJsonObject(node) ? node[name] : undefined;
}

function present(values: readonly Json[], pick: (value: Json) => Json | undefined): readonly Json[] {
  return values.map(pick).filter((value) => value !== undefined);
}
