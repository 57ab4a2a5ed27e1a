import type { KubernetesObject } from '../domain/manifest.ts';
import { type Mask, maskOf } from '../plan/change/mask.ts';
import { isSecretKind } from '../plan/change/opaque.ts';

/** A mask for the values of all Secrets among these objects, as Git has them and as they live: what an error or an event may repeat. */
export function maskFor(written: readonly KubernetesObject[], live: readonly KubernetesObject[]): Mask {
  return maskOf({ written: written.filter(isSecretKind), live: live.filter(isSecretKind), said: written.map(beside) });
}

/** What it says besides the values that it is to keep. */
function beside(object: KubernetesObject): KubernetesObject {
  return isSecretKind(object) ? { ...object, data: undefined, stringData: undefined } : object;
}
