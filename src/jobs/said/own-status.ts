import type { CommitStatus } from '../../domain/commit-status.ts';
import { statusContext } from '../../domain/own-status.ts';
import type { CommitId, Repository } from '../../domain/repository.ts';
import type { PublishedStatus, Statuses } from '../../ports/forge.ts';

/** What Fairlead said last on a commit about an environment; null: nothing. */
export async function ownStatus(
  of: { readonly repository: Repository; readonly commit: CommitId; readonly environment: string },
  forge: Pick<Statuses, 'statuses'>,
): Promise<PublishedStatus | null> {
  const statuses = await forge.statuses(of.repository, of.commit);
  return statuses.find(({ context }) => context === statusContext(of.environment)) ?? null;
}

/**
 * The same for who would write over what is unsettled: `forge` may tell what was a while ago, `afresh` tells what is, which
 * is asked for only where it matters.
 */
export async function unsettledStatus(
  of: Parameters<typeof ownStatus>[0],
  { forge, afresh }: { readonly forge: Pick<Statuses, 'statuses'>; readonly afresh: Pick<Statuses, 'statuses'> },
): Promise<PublishedStatus | null> {
  const status = await ownStatus(of, forge);
  return status !== null && isUnsettled(status) ? ownStatus(of, afresh) : status;
}

/** A commit still waits for its verdict. `error` is none: Fairlead could not do its part yet. */
export function isUnsettled({ state }: CommitStatus): boolean {
  return state === 'pending' || state === 'error';
}
