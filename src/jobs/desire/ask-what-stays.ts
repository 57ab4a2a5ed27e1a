import type { ClusterEntry } from '../../domain/allowance.ts';
import type { Desired } from '../../domain/release.ts';
import type { Queue } from '../../ports/queue.ts';
import type { Records } from '../../ports/records.ts';

export interface LeftClusterPorts {
  readonly records: Pick<Records, 'leaving'>;
  readonly queue: Queue;
  readonly clusters: readonly ClusterEntry[];
}

/**
 * Asks the cluster that an environment moved away from, until it has answered: what stays there is said with its
 * release.
 */
export async function askWhatStays(
  { repository, environment, leaves }: Desired,
  ports: LeftClusterPorts,
): Promise<void> {
  if (leaves === null || !ports.clusters.some(({ name }) => name === leaves.cluster)) return;
  const { cluster, commit } = leaves;
  const said = await ports.records.leaving(repository, environment.name, cluster);
  if (said?.commit === commit) return;
  await ports.queue.ask({ kind: 'converge-environment', repository, environment: environment.name, cluster });
}
