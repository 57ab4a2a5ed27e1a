import type { Environment } from '../../../domain/environment.ts';
import { type KubernetesObject, referenceOf } from '../../../domain/manifest.ts';
import { foreignFields } from '../others/foreign.ts';
import { ignoredPaths, rulesFor } from '../others/ignored-fields.ts';
import { predecessorsOf, type Takeover } from './predecessors.ts';

/**
 * What a release takes over so that it takes foreign fields away, where the settings say `foreign: remove`: once they are ours,
 * and nobody else's, the apply that leaves them out removes them. The rest of a manager's fields stays its own.
 * `predecessors`: what is taken over in any case; null: nothing.
 */
export function withForeign(
  predecessors: Takeover | null,
  live: KubernetesObject,
  manifests: readonly (KubernetesObject | null)[],
  { foreign, ignore }: Pick<Environment, 'foreign' | 'ignore'>,
): Takeover | null {
  const written = manifests.at(-1) ?? null;
  if (foreign !== 'remove' || written === null) return predecessors;
  const reference = referenceOf(live);
  const ignored = ignoredPaths(rulesFor(ignore, reference), live, manifests);
  const { fields } = foreignFields(live, { written, applied: written }, reference, ignored);
  const managers = predecessors?.managers ?? [];
  const paths = fields.flatMap(({ path, manager }) => (managers.includes(manager.name) ? [] : [path]));
  if (paths.length === 0) return predecessors;
  const takeover: Takeover = { managers, untouched: predecessors?.untouched ?? [], foreign: paths };
  return predecessorsOf(live, takeover).length === 0 ? predecessors : takeover;
}
