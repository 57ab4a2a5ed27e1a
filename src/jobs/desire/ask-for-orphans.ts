import type { ClusterEntry } from '../../domain/allowance.ts';
import type { Desired } from '../../domain/release.ts';
import type { Queue } from '../../ports/queue.ts';
import type { Records } from '../../ports/records.ts';

export interface OrphanPorts {
  readonly records: Pick<Records, 'orphanCount'>;
  readonly queue: Queue;
  readonly clusters: readonly ClusterEntry[];
}

/**
 * Asks the cluster that an environment moved away from, until it has answered: what is orphaned there is said with its
 * release.
 */
export async function askForOrphans(
  { repository, environment, departure }: Desired,
  ports: OrphanPorts,
): Promise<void> {
  if (departure === null || !ports.clusters.some(({ name }) => name === departure.cluster)) return;
  const { cluster, commit } = departure;
  const counted = await ports.records.orphanCount(repository, environment.name, cluster);
  if (counted?.commit === commit) return;
  await ports.queue.ask({ kind: 'converge-environment', repository, environment: environment.name, cluster });
}
