import type { JobOf } from '../domain/job.ts';
import type { ClusterAccess } from '../ports/cluster-access.ts';
import type { JobContext } from '../ports/handler.ts';
import type { Queue } from '../ports/queue.ts';
import { type FactsRecords, keepClusterFacts } from '../predict/keep-cluster-facts.ts';

export interface FactsPorts {
  readonly access: Pick<ClusterAccess, 'own'>;
  readonly records: FactsRecords;
  readonly queue: Queue;
}

/** Tells forge, which has no cluster, what charts are rendered for, and asks for the job that waits for it, or for the cluster. */
export async function tellClusterFacts(
  job: JobOf<'tell-cluster-facts'>,
  { access, records, queue }: FactsPorts,
  context: JobContext,
): Promise<void> {
  const news = await keepClusterFacts({ cluster: access.own, records }, context.signal);
  context.log.debug('cluster facts told', { news });
  await queue.ask(job.afterwards);
}
