import type { ClusterEntry } from '../../domain/allowance.ts';
import type { Departure } from '../../domain/release.ts';
import type { Records } from '../../ports/records.ts';
import type { Wish } from './wish.ts';

/**
 * The cluster that an environment moved away from: as the latest commits tell it, and beyond them until it has answered. It
 * may be out of reach for longer than they last.
 */
export async function lastingDeparture(
  { reading, environment, departure, previous }: Pick<Wish, 'reading' | 'environment' | 'departure' | 'previous'>,
  ports: { readonly records: Pick<Records, 'orphanCount'>; readonly clusters: readonly ClusterEntry[] },
): Promise<Departure | null> {
  if (departure !== null) return departure;
  const before = previous?.departure ?? null;
  if (before === null || before.cluster === environment.cluster) return null;
  // Nobody is there to answer.
  if (!ports.clusters.some(({ name }) => name === before.cluster)) return null;
  const counted = await ports.records.orphanCount(reading.facts.repository, environment.name, before.cluster);
  return counted?.commit === before.commit ? null : before;
}
