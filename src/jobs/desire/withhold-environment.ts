import type { CommitStatus } from '../../domain/commit-status.ts';
import { isoTime } from '../../domain/iso-time.ts';
import type { CommitId } from '../../domain/repository.ts';
import type { JobContext } from '../../ports/handler.ts';
import { presentPending } from '../../present/release/status.ts';
import { historyLimit } from '../repository/history-limit.ts';
import { isUnsettled, ownStatus } from '../said/own-status.ts';
import { askForOrphans } from './ask-for-orphans.ts';
import type { DesirePorts, Wish } from './desire-environment.ts';
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
  ports: DesirePorts,
  context: JobContext,
): Promise<'withheld' | 'overtaken'> {
  const { environment, commit, previous } = wish;
  const { repository, defaultBranch, visibility } = wish.reading.facts;
  if (await isWrittenOver(wish, ports)) return 'overtaken';
  if (status !== null) await ports.forge.setStatus(repository, commit, status);
  if (previous?.kind !== 'withheld') await tellWaiting(wish, reason, ports);
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
async function tellWaiting({ environment: { name }, commit, reading }: Wish, reason: string, ports: DesirePorts) {
  const { repository } = reading.facts;
  for (const older of await olderThan(commit, reading.facts.repository, ports)) {
    const status = await ownStatus({ repository, commit: older, environment: name }, ports.forge);
    if (status === null) continue;
    if (!isUnsettled(status)) return;
    await ports.forge.setStatus(repository, older, presentPending(name, { kind: 'waiting', reason }, status.targetUrl));
  }
}

async function olderThan(commit: CommitId, repository: Wish['reading']['facts']['repository'], { git }: DesirePorts) {
  return (await git.history(repository, commit, historyLimit)).slice(1);
}
