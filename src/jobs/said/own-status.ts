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

/** A commit still waits for its verdict. `error` is none: Fairlead could not do its part yet. */
export function isUnsettled({ state }: CommitStatus): boolean {
  return state === 'pending' || state === 'error';
}
