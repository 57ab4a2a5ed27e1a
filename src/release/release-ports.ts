import type { Clock, ClusterAccess, Metrics, Queue, Records } from '../ports.ts';

/** All that releasing touches: one cluster, and what a cluster worker and forge hand each other. No forge, no Git. */
export interface ReleasePorts {
  readonly access: ClusterAccess;
  readonly records: Pick<Records, 'desired' | 'rendering' | 'report' | 'saveReport' | 'saveLeaving'>;
  readonly queue: Queue;
  readonly clock: Clock;
  readonly metrics: Pick<Metrics, 'planned' | 'released'>;
}
