import {
  type IdentityKey,
  identityKey,
  type Manifest,
  type ObjectReference,
  referenceOf,
} from '../../src/domain/manifest.ts';
import { settleManifest } from '../../src/plan/manifests/settle-manifest.ts';
import type { Stage } from './stage.ts';

/** What each manifest is called in the cluster. */
export interface References {
  /** Of those that are served, each once. */
  readonly list: readonly ObjectReference[];
  readonly of: Map<Manifest, ObjectReference>;
}

export function keyOf(manifest: Manifest, references: References): IdentityKey {
  return identityKey(referenceIn(manifest, references));
}

export function referenceIn(manifest: Manifest, { of }: References): ObjectReference {
  const reference = of.get(manifest);
  if (reference === undefined) throw new Error('a manifest that nobody asked about');
  return reference;
}

/** Asks the cluster which of these kinds have namespaces. */
export async function referencesOf(stage: Stage, manifests: readonly Manifest[]): Promise<References> {
  const of = new Map<Manifest, ObjectReference>();
  const served: ObjectReference[] = [];
  for (const manifest of manifests) {
    const kind = await stage.served(manifest.object.apiVersion, manifest.object.kind);
    // Of what is not served only the manifest itself can tell.
    const isInside = kind?.namespaced ?? manifest.object.metadata.namespace !== undefined;
    const scope = isInside ? 'namespaced' : 'cluster';
    const settled = settleManifest(manifest.object, { scope, namespace: stage.environment.namespace, applySet: '' });
    const reference = { ...referenceOf(settled), ...(scope === 'cluster' ? { namespace: null } : {}) };
    of.set(manifest, reference);
    if (kind !== null) served.push(reference);
  }
  const list = [...new Map(served.map((reference) => [identityKey(reference), reference])).values()];
  return { list, of };
}
