import type { CommitStatus } from '../../domain/commit-status.ts';
import { isoTime } from '../../domain/iso-time.ts';
import type { JobContext } from '../../ports/handler.ts';
import { presentPending } from '../../present/release/status.ts';
import { historyLimit } from '../repository/history-limit.ts';
import { leaveSyncReply } from '../say/end-sync-reply.ts';
import { askForOrphans } from './ask-for-orphans.ts';
import { isWrittenOver } from './is-written-over.ts';
import { lastingDeparture } from './lasting-departure.ts';
import { tellOlder } from './tell-older.ts';
import type { SharingPorts, Wish } from './wish.ts';

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
  if (previous?.kind !== 'withheld') {
    const [, ...older] = await ports.git.history(repository, commit, historyLimit);
    const told = (url: string | null) => presentPending(environment.name, { kind: 'waiting', reason }, url);
    await tellOlder(wish, older, told, ports);
  }
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
