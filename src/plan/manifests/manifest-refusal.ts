import type { KubernetesObject } from '../../domain/manifest.ts';
import { partOf } from './settle-manifest.ts';
import { sopsPlaces, sopsRefusal } from './sops.ts';

/** The metadata that only a cluster may set, and why a manifest that has it cannot be applied, now or one day. */
export const clusterOwns: Readonly<Record<string, string>> = {
  ownerReferences: 'an object whose owner is gone is deleted within seconds',
  uid: 'no object made anew has the same',
  resourceVersion: 'no object has the same for long',
  managedFields: 'it cannot be applied',
};

/**
 * Why a manifest may not be applied whatever the API server would say; null: it may. Whoever renders refuses most of it
 * already, at its line (`readManifest`). The worker asks again, because a rendering comes to it by Redis, and it alone
 * knows the ApplySet: another set's label would take the object away from its owner.
 */
export function manifestRefusal(object: KubernetesObject, applySet: string): string | null {
  for (const field of Object.keys(clusterOwns)) {
    if (object.metadata[field] !== undefined) {
      return `metadata.${field} is set by the cluster: remove it from the manifest`;
    }
  }
  const set = object.metadata.labels?.[partOf];
  if (set !== undefined && set !== applySet) {
    return `the label ${partOf} makes it a member of another set (${set}): remove the label from the manifest`;
  }
  return sopsPlaces(object).length === 0 ? null : `it ${sopsRefusal}`;
}
