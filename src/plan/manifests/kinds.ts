import { isJsonObject, type Json } from '../../domain/json.ts';
import type { Ledger } from '../../domain/ledger.ts';
import { apiVersionOf, type KubernetesObject, type ObjectReference, referenceOf } from '../../domain/manifest.ts';
import type { Rendering } from '../../domain/rendering.ts';
import type { Scope } from './settle-manifest.ts';

/** A kind that manifests may be of. */
export interface Kind {
  readonly scope: Scope;
  /** The CRD of the merged rendering that makes it; null: the cluster serves it already. */
  readonly needs: ObjectReference | null;
}

/** Discovery answers for one version of one kind: both name it. */
export function kindKey(apiVersion: string, kind: string): string {
  return `${apiVersion} ${kind}`;
}

/** Every kind that occurs in the renderings and the inventory, once: what to ask discovery about. */
export function occurringKinds(
  renderings: readonly (Rendering | null)[],
  ledger: Ledger | null,
): readonly { readonly apiVersion: string; readonly kind: string }[] {
  const occurring = new Map<string, { readonly apiVersion: string; readonly kind: string }>();
  for (const rendering of new Set(renderings)) {
    for (const { object } of rendering?.manifests ?? []) occurring.set(kindKey(object.apiVersion, object.kind), object);
  }
  for (const entry of ledger?.inventory ?? []) {
    const apiVersion = apiVersionOf(entry);
    occurring.set(kindKey(apiVersion, entry.kind), { apiVersion, kind: entry.kind });
  }
  return [...occurring.values()].map(({ apiVersion, kind }) => ({ apiVersion, kind }));
}

/** The kinds the cluster serves, and those that CRDs of the merged rendering will add to them, by `kindKey`. */
export function knownKinds(served: ReadonlyMap<string, Scope>, merged: Rendering | null): ReadonlyMap<string, Kind> {
  const kinds = new Map<string, Kind>();
  for (const [key, scope] of served) kinds.set(key, { scope, needs: null });
  for (const { object } of merged?.manifests ?? []) {
    for (const [key, scope] of definedKinds(object)) {
      if (!kinds.has(key)) kinds.set(key, { scope, needs: { ...referenceOf(object), namespace: null } });
    }
  }
  return kinds;
}

// What a CustomResourceDefinition defines, version by version as far as they are served; nothing for other objects.
function definedKinds(object: KubernetesObject): readonly (readonly [string, Scope])[] {
  const spec = object['spec'];
  if (object.kind !== 'CustomResourceDefinition' || !isJsonObject(spec)) return [];
  const { group, names, scope, versions } = spec;
  const kind = isJsonObject(names) ? names['kind'] : undefined;
  if (typeof group !== 'string' || typeof kind !== 'string' || !Array.isArray(versions)) return [];
  return versions.flatMap((version: Json) => {
    if (!isJsonObject(version) || typeof version['name'] !== 'string' || version['served'] !== true) return [];
    const key = kindKey(apiVersionOf({ group, version: version['name'] }), kind);
    return [[key, scope === 'Cluster' ? 'cluster' : 'namespaced'] as const];
  });
}
