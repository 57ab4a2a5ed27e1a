import { type Identity, type IdentityKey, identityKey, identityName } from '../domain/manifest.ts';

/** Of these, all that are called like another one of another API group: `Service shop/web`, Knative's and Kubernetes' own. */
export function namesakes(identities: readonly Identity[]): ReadonlySet<IdentityKey> {
  const byName = Map.groupBy(identities, identityName);
  return new Set(
    [...byName.values()].flatMap((called) => {
      const keys = new Set(called.map(identityKey));
      return keys.size < 2 ? [] : [...keys];
    }),
  );
}
