import type { SandboxCluster } from '../../../sandbox/cluster/cluster.ts';
import { systemClock } from '../../../src/adapters/clock/system-clock.ts';
import {
  type ClusterAccessOptions,
  type OpenClusterAccess,
  openClusterAccess,
} from '../../../src/adapters/kubernetes/open-cluster-access.ts';
import type { ClusterEntry } from '../../../src/domain/allowance.ts';
import { silentLogger } from '../../fakes/logger.ts';
import { forgottenMetrics } from '../../fakes/metrics.ts';

/** Aborts never. */
export const patient = new AbortController().signal;

/** Access to a sandbox cluster as its administrator, or by another kubeconfig. */
export async function openAccess(
  cluster: Pick<SandboxCluster, 'name' | 'adminKubeconfig'>,
  changes: { readonly entry?: Partial<ClusterEntry>; readonly options?: Partial<ClusterAccessOptions> } = {},
): Promise<OpenClusterAccess> {
  const entry = {
    name: cluster.name,
    kubeconfig: cluster.adminKubeconfig,
    context: null,
    ledgers: 'fairlead',
    allow: [],
    ...changes.entry,
  };
  return await openClusterAccess(entry, {
    clock: systemClock,
    log: silentLogger,
    metrics: forgottenMetrics,
    userAgent: 'fairlead/0.0.0-test (tests)',
    ...changes.options,
  });
}
