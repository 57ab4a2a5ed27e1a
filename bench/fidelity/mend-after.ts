import { identityName, type KubernetesObject, type Manifest } from '../../src/domain/manifest.ts';
import type { LeftOut } from './left-out.ts';
import { keyOf, type References, referenceIn } from './references.ts';

/**
 * As the words of a block say: what cannot be changed is replaced, and what is no longer in Git and would take others
 * along is put back; anything else stays as it was, or away.
 */
export function mended(
  after: readonly Manifest[],
  {
    before,
    refused,
    references,
  }: { readonly before: readonly Manifest[]; readonly refused: readonly LeftOut[]; readonly references: References },
): readonly Manifest[] {
  const codes = new Map(refused.map(({ key, code }) => [key, code]));
  const old = new Map(before.map((manifest) => [keyOf(manifest, references), manifest]));
  const there = new Set(after.map((manifest) => keyOf(manifest, references)));
  const gone = [...old].filter(([key]) => !there.has(key));
  const ground = gone.filter(([key, manifest]) => {
    const name = identityName(referenceIn(manifest, references));
    return codes.has(key) || refused.some(({ message }) => message.startsWith(`${name} is no longer in Git`));
  });
  const isStanding = (message: string): boolean => !message.includes(' is no longer in Git');
  const words = new Map(refused.map(({ key, message }) => [key, message]));
  const changed = after.flatMap((manifest) => {
    const key = keyOf(manifest, references);
    const code = codes.get(key);
    if (code === undefined || !isStanding(words.get(key) ?? '')) return [manifest];
    if (code !== 'immutable') return old.get(key) ?? [];
    const replaced = { ...manifest, object: withReplace(manifest.object) };
    references.of.set(replaced, referenceIn(manifest, references));
    return [replaced];
  });
  return [...changed, ...ground.map(([, manifest]) => manifest)];
}

/** What `next` holds and `after` does not. */
export function putBack(
  after: readonly Manifest[],
  next: readonly Manifest[],
  references: References,
): readonly LeftOut[] {
  const there = new Set(after.map((manifest) => keyOf(manifest, references)));
  const back = next.filter((manifest) => !there.has(keyOf(manifest, references)));
  const message = 'it is in Git again, so that what needs it stays';
  return back.map((manifest) => ({ key: keyOf(manifest, references), when: 'after', code: 'put-back', message }));
}

function withReplace(object: KubernetesObject): KubernetesObject {
  const annotations = { ...object.metadata.annotations, 'fairlead.dev/replace': 'true' };
  return { ...object, metadata: { ...object.metadata, annotations } };
}
