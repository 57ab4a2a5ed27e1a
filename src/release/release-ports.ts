import type { Clock } from '../ports/clock.ts';
import type { ClusterAccess } from '../ports/cluster-access.ts';
import type { Metrics } from '../ports/metrics.ts';
import type { Queue } from '../ports/queue.ts';
import type { Records } from '../ports/records.ts';
import type { FactsRecords } from '../predict/keep-cluster-facts.ts';

/** All that releasing touches: one cluster, and what a cluster worker and forge hand each other. No forge, no Git. */
export interface ReleasePorts {
  readonly access: ClusterAccess;
  readonly records: Pick<Records, 'desired' | 'rendering' | 'shownPlan' | 'report' | 'saveReport' | 'saveOrphanCount'> &
    FactsRecords;
  readonly queue: Queue;
  readonly clock: Clock;
  readonly metrics: Pick<Metrics, 'planned' | 'released'>;
}
