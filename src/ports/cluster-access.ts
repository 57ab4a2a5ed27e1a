import type { ClusterEntry } from '../domain/allowance.ts';
import type { Cluster } from './cluster.ts';
import type { Ledgers } from './ledgers.ts';

/** One cluster of the operator's file as its worker holds it. */
export interface ClusterAccess {
  readonly entry: ClusterEntry;
  /** Fairlead's own identity: ledgers, and questions of existence that an impersonated identity may not ask. */
  readonly own: Cluster;
  /** Everything else runs under the identity the allow rule names; null (the operator wrote `none`): Fairlead's own. */
  as(impersonate: string | null): Cluster;
  readonly ledgers: Ledgers;
}
