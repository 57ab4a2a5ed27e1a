import type { KubernetesObject } from '../domain/manifest.ts';
import type { Wanted } from '../domain/release.ts';
import { gitOnlyText } from '../plan/change/git-only-text.ts';
import { maskOf } from '../plan/change/mask.ts';
import { isSecretKind } from '../plan/change/opaque.ts';

export type Words = (reason: string) => string;

/**
 * What errors and events say, as it may be read: without the values of the Secrets among these objects, as Git has them and as they
 * live, and in a public repository without what only lives.
 */
export function wordsFor(
  { visibility }: Pick<Wanted, 'visibility'>,
  written: readonly KubernetesObject[],
  live: readonly KubernetesObject[],
): Words {
  const said = written.map(besideSecrets);
  const mask = maskOf({ written: written.filter(isSecretKind), live: live.filter(isSecretKind), said });
  if (visibility === 'private') return mask.text;
  let tell: Words | null = null;
  return (reason) => {
    tell ??= gitOnlyText(written, live);
    return mask.text(tell(reason));
  };
}

/** What it says besides the values that it is to keep. */
function besideSecrets(object: KubernetesObject): KubernetesObject {
  return isSecretKind(object) ? { ...object, data: undefined, stringData: undefined } : object;
}
