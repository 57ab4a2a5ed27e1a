import type { CommitStatus } from '../../domain/commit-status.ts';
import type { CommitId } from '../../domain/repository.ts';
import { isUnsettled, unsettledStatus } from '../said/own-status.ts';
import type { SharingPorts, Wish } from './wish.ts';

/**
 * Says of the commits before a wish's (newest first) why the release that they still wait for goes no further: the next
 * that converges gives them its verdict. `told` is given the address that stands there. Ends at the first that is settled.
 */
export async function tellOlder(
  { reading, environment }: Wish,
  older: readonly CommitId[],
  told: (targetUrl: string | null) => CommitStatus,
  ports: SharingPorts,
): Promise<void> {
  const { repository } = reading.facts;
  for (const commit of older) {
    const status = await unsettledStatus({ repository, commit, environment: environment.name }, ports);
    if (status === null) continue;
    if (!isUnsettled(status)) return;
    await ports.afresh.setStatus(repository, commit, told(status.targetUrl), status);
  }
}
