import type { KubernetesObject } from '../domain/manifest.ts';
import { partOf } from './settle-manifest.ts';

/**
 * Why a manifest may not be applied whatever the API server would say; null: it may. What the API server sets is no
 * business of Git: an owner that is dead collects the object within seconds, a `uid` or `resourceVersion` makes every
 * apply fail one day, and another set's label would take the object away from its owner.
 */
export function manifestRefusal(object: KubernetesObject, applySet: string): string | null {
  for (const field of ['ownerReferences', 'uid', 'resourceVersion', 'managedFields']) {
    if (object.metadata[field] !== undefined) {
      return `metadata.${field} is set by the cluster: remove it from the manifest`;
    }
  }
  const set = object.metadata.labels?.[partOf];
  if (set !== undefined && set !== applySet) {
    return `the label ${partOf} makes it a member of another set (${set}): remove the label from the manifest`;
  }
  if (object['sops'] !== undefined)
    return 'it is encrypted with SOPS: Fairlead does not decrypt, and applies no ciphertext';
  return null;
}
