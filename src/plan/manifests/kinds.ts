import { listField, textField } from '../../domain/field.ts';
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
    for (const { apiVersion, kind, scope } of definedKinds(object)) {
      const key = kindKey(apiVersion, kind);
      if (!kinds.has(key)) kinds.set(key, { scope, needs: { ...referenceOf(object), namespace: null } });
    }
  }
  return kinds;
}

/** What a CustomResourceDefinition defines, version by version as far as they are served; nothing for other objects. */
export function definedKinds(
  object: KubernetesObject,
): readonly { readonly apiVersion: string; readonly kind: string; readonly scope: Scope }[] {
  if (object.kind !== 'CustomResourceDefinition') return [];
  const group = textField(object, 'spec', 'group');
  const kind = textField(object, 'spec', 'names', 'kind');
  if (group === undefined || kind === undefined) return [];
  const scope = textField(object, 'spec', 'scope') === 'Cluster' ? 'cluster' : 'namespaced';
  return listField(object, 'spec', 'versions').flatMap(({ name, served }) => {
    if (typeof name !== 'string' || served !== true) return [];
    return [{ apiVersion: apiVersionOf({ group, version: name }), kind, scope }];
  });
}
