import { canonicalJson, type Json } from '../domain/json.ts';
import type { Plan } from '../domain/plan.ts';
import { allocated } from './fields/allocated.ts';
import { contentOf } from './fields/content.ts';
import { pathText } from './fields/path.ts';
import type { Judgement } from './judgement.ts';
import { keyedHash } from './keyed-hash.ts';
import { lostByTakeover } from './lost-by-takeover.ts';
import { volumeClaimsOf } from './volume-claims.ts';

/**
 * The HMAC of what one object's change does, or '' where the pull request does nothing to it: drift and what was
 * merged before are repaired by anybody's release. Deletions (of a StatefulSet's volume claims and of fields, too), replacements and what
 * is taken over always count, whoever caused them: what a person confirms must name every one of them. So must it say what
 * data goes with it: a volume that was kept by then, a claim that was made in the namespace since, is another effect. So is a
 * takeover that takes other fields from the object.
 *
 * In it: identity, action, UID, and path, before and after of the pull request's paths. Not in it: resourceVersion,
 * generation, times, status, what the server allocates, what is hidden. So the same change has the same effect in the
 * plan of the pull request and in that of the release. The key keeps a guessed password from being confirmed.
 */
export function effectOf(judgement: Judgement, key: Uint8Array): string {
  const { subject, action, live, adopted, fromPullRequest } = judgement;
  const claims = volumeClaimsOf(judgement);
  const loses = claims?.fate === 'deleted' ? { volumeClaims: [claims.count, ...claims.names] } : null;
  const drops = judgement.goesWith?.kind === 'dropped-fields';
  const final = action === 'delete' || action === 'replace' || adopted || loses !== null || drops;
  if (!final && (!fromPullRequest || action === 'unchanged')) return '';
  const { group, kind, namespace, name } = subject.reference;
  const effect: Json = {
    identity: { group, kind, namespace, name },
    action,
    uid: live.kind === 'present' ? (live.object.metadata.uid ?? null) : null,
    paths: effectPaths(judgement),
    ...loses,
    ...dataGoingWith(judgement),
    ...(adopted ? { takesOver: lostByTakeover(judgement, key) } : null),
  };
  return keyedHash(key, canonicalJson(effect));
}

/**
 * The plan's digest: the HMAC of where it is for and the sorted list of its effects. Which objects stand in the plan first is no
 * matter. A cluster has one key, so that without the place all plans that do nothing would be called the same, whoever's they are.
 */
export function digestOf(
  { repository, environment }: Pick<Plan, 'repository' | 'environment'>,
  effects: readonly string[],
  key: Uint8Array,
): string {
  const counted = effects.filter((effect) => effect !== '').toSorted();
  return keyedHash(key, canonicalJson({ repository: repository.id, environment, effects: counted }));
}

// What comes and goes by itself all day is not counted: nobody could confirm it in time.
function dataGoingWith({ action, goesWith }: Judgement): { readonly [member: string]: Json } | null {
  if (goesWith?.kind === 'dropped-fields') return { droppedFields: goesWith.fields };
  if (action !== 'delete' && action !== 'replace') return null;
  switch (goesWith?.kind) {
    case 'contents': {
      const { counts, unread } = goesWith;
      const claims = counts.find(({ kind }) => kind === claim)?.count ?? 0;
      const known = unread !== 'everything' && !unread.includes(claim);
      return { claims: known ? claims : null };
    }
    case 'custom-resources':
      return { customResources: goesWith.whole ? goesWith.count > 0 : null };
    case 'volume':
      return { reclaimPolicy: goesWith.reclaimPolicy };
    case 'made-claims':
    case undefined:
      return null;
  }
}

const claim = 'PersistentVolumeClaim';

function effectPaths({ action, desired, paths, adopted }: Judgement): Json {
  // A whole object is what Git says of it: what the server adds is not for a person to agree to.
  if (action === 'create' || action === 'replace' || (action === 'update' && adopted && paths.length === 0)) {
    return [{ path: '', after: desired === null ? undefined : contentOf(desired) }];
  }
  return paths
    .filter(({ causes, merged }) => causes.includes('pull-request') && !holdsAllocated(merged))
    .map(({ path, live, merged }) => ({ path: pathText(path), before: live, after: merged }))
    .toSorted((left, right) => (left.path < right.path ? -1 : 1));
}

function holdsAllocated(value: Json | undefined): boolean {
  return value === allocated || (Array.isArray(value) && value.includes(allocated));
}
