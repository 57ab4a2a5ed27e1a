import type { Environment } from '../../domain/environment.ts';
import type { KubernetesObject } from '../../domain/manifest.ts';
import { reasonOf } from '../../observe/verdict.ts';
import { sameContent } from '../../plan/fields/content.ts';
import { holds } from '../../plan/fields/holds.ts';
import { ignoredPaths, leaveIgnored, rulesFor } from '../../plan/fields/others/ignored-fields.ts';
import type { Cluster } from '../../ports/cluster.ts';
import type { OwnedObject } from './owned-objects.ts';

export interface ReleasedObject extends OwnedObject {
  /** As it lives now. */
  readonly live: KubernetesObject;
}

/**
 * Which objects are no longer what was released, as reasons; empty: none. Where every value that the manifest sets
 * stands in live as it is written, there is no difference and nobody is asked; of the others the API server says by dry
 * run what applying would change (it alone knows its defaults and how it writes a quantity).
 */
export async function changedSinceRelease(
  objects: readonly ReleasedObject[],
  environment: Environment,
  cluster: Cluster,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const doubtful = objects.flatMap((object) => {
    const rules = rulesFor(environment.ignore, object.entry);
    const ignored = rules.length === 0 ? [] : ignoredPaths(rules, object.live, [object.manifest]);
    const wanted = leaveIgnored(object.manifest, object.live, object.manifest, ignored);
    return holds(object.live, wanted) ? [] : [{ ...object, wanted }];
  });
  const answers = doubtful.map((object) => changeOf(object, cluster, signal));
  return (await Promise.all(answers)).flat();
}

interface Doubtful extends ReleasedObject {
  readonly wanted: KubernetesObject;
}

/**
 * Empty: applying would change nothing. Controllers write meanwhile, so an answer counts only if it was computed from
 * what was read.
 */
async function changeOf(
  { entry, live, wanted }: Doubtful,
  cluster: Cluster,
  signal: AbortSignal,
): Promise<readonly string[]> {
  let seen = live;
  for (let tries = 1; ; tries += 1) {
    const outcome = await cluster.apply({ object: wanted, dryRun: true, force: true, uid: entry.uid }, signal);
    if (outcome.kind !== 'accepted') {
      const stale = outcome.kind === 'refused' && outcome.refusal.reason === 'stale';
      return [reasonOf(entry, stale ? 'was deleted and made again by somebody else' : 'cannot be compared with Git')];
    }
    if (sameContent(outcome.object, seen)) return [];
    const again = await cluster.read(entry, signal);
    if (again.kind !== 'present') return [reasonOf(entry, 'is missing')];
    const settled = outcome.object.metadata.resourceVersion === seen.metadata.resourceVersion;
    if (settled || tries === 5) return [reasonOf(entry, 'differs from Git: somebody else changed it meanwhile')];
    seen = again.object;
  }
}
