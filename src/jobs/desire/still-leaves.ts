import type { ClusterEntry } from '../../domain/allowance.ts';
import type { Leaving } from '../../domain/release.ts';
import type { Records } from '../../ports/records.ts';
import { leavingOf } from './departures.ts';
import type { Wish } from './desire-environment.ts';

/**
 * The cluster that an environment moved away from: as the latest commits tell it, and beyond them until it has answered. It
 * may be out of reach for longer than they last.
 */
export async function stillLeaves(
  { reading, environment, moved, previous }: Pick<Wish, 'reading' | 'environment' | 'moved' | 'previous'>,
  ports: { readonly records: Pick<Records, 'leaving'>; readonly clusters: readonly ClusterEntry[] },
): Promise<Leaving | null> {
  if (moved !== null) return leavingOf(moved);
  const before = previous?.leaves ?? null;
  if (before === null || before.cluster === environment.cluster) return null;
  // Nobody is there to answer.
  if (!ports.clusters.some(({ name }) => name === before.cluster)) return null;
  const said = await ports.records.leaving(reading.facts.repository, environment.name, before.cluster);
  return said?.commit === before.commit ? null : before;
}
