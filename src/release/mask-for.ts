import type { KubernetesObject } from '../domain/manifest.ts';
import { parseApiVersion } from '../domain/manifest.ts';
import { type Mask, maskOf } from '../plan/change/mask.ts';
import { isSecret } from '../plan/manifests/settle-manifest.ts';

/** A mask for the values of all Secrets among these objects: what an error or an event may repeat. */
export function maskFor(objects: readonly KubernetesObject[]): Mask {
  return maskOf(objects.filter(({ apiVersion, kind }) => isSecret({ group: parseApiVersion(apiVersion).group, kind })));
}
