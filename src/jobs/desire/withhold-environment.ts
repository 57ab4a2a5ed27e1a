import type { CommitStatus } from '../../domain/commit-status.ts';
import { isoTime } from '../../domain/iso-time.ts';
import type { JobContext } from '../../ports/handler.ts';
import { presentPending } from '../../present/release/status.ts';
import { historyLimit } from '../repository/history-limit.ts';
import { isUnsettled, unsettledStatus } from '../said/own-status.ts';
import { leaveSyncReply } from '../say/end-sync-reply.ts';
import { askForOrphans } from './ask-for-orphans.ts';
import type { SharingPorts, Wish } from './desire-environment.ts';
import { isWrittenOver } from './is-written-over.ts';
import { lastingDeparture } from './lasting-departure.ts';

export interface Withholding {
  readonly wish: Wish;
  /** Why nothing is released. */
  readonly reason: string;
  /** What is said of it on the commit; null: nothing. */
  readonly status: CommitStatus | null;
}

/**
 * Writes that nothing of an environment is to be released, so that what was desired before goes no further, and says so
 * on the commits that still wait. `overtaken`: see `desireEnvironment`.
 */
export async function withholdEnvironment(
  { wish, reason, status }: Withholding,
  ports: SharingPorts,
  context: JobContext,
): Promise<'withheld' | 'overtaken'> {
  const { environment, commit, previous } = wish;
  const { repository, defaultBranch, visibility } = wish.reading.facts;
  if (await isWrittenOver(wish, ports)) return 'overtaken';
  if (status !== null) await ports.forge.setStatus(repository, commit, status);
  if (previous?.kind !== 'withheld') await tellWaiting(wish, reason, ports);
  await leaveSyncReply(previous, { commit, syncedAt: null, withheld: reason }, ports);
  const departure = await lastingDeparture(wish, ports);
  // Saying it took requests to GitHub.
  if (await isWrittenOver(wish, ports)) return 'overtaken';
  const at = isoTime(ports.clock.now());
  const desired = {
    kind: 'withheld',
    repository,
    environment,
    defaultBranch,
    visibility,
    commit,
    departure,
    at,
    reason,
  } as const;
  await ports.records.saveDesired(desired);
  context.log.debug('release withheld', { environment: environment.name, commit, reason });
  await askForOrphans(desired, ports);
  return 'withheld';
}

/** Commits whose release has not ended, and goes no further now: the next that converges gives them its verdict. */
async function tellWaiting(wish: Wish, reason: string, ports: SharingPorts): Promise<void> {
  const { repository } = wish.reading.facts;
  const environment = wish.environment.name;
  const [, ...older] = await ports.git.history(repository, wish.commit, historyLimit);
  for (const commit of older) {
    const status = await unsettledStatus({ repository, commit, environment }, ports);
    if (status === null) continue;
    if (!isUnsettled(status)) return;
    const waiting = presentPending(environment, { kind: 'waiting', reason }, status.targetUrl);
    await ports.afresh.setStatus(repository, commit, waiting, status);
  }
}
