import type { OrphanedByMove } from '../../domain/orphaned.ts';
import type { ReleaseReport } from '../../domain/release.ts';
import type { Records } from '../../ports/records.ts';

/** What an environment orphaned when it moved to another cluster; null: it did not move lately, or nothing. */
export async function orphanedByMove(
  { repository, environment }: Pick<ReleaseReport, 'repository' | 'environment'>,
  records: Pick<Records, 'desired' | 'orphanCount'>,
): Promise<OrphanedByMove | null> {
  const desired = await records.desired(repository, environment);
  if (desired === null || desired.kind === 'removed' || desired.departure === null) return null;
  const { cluster, commit } = desired.departure;
  const counted = await records.orphanCount(repository, environment, cluster);
  if (counted?.commit !== commit) return { commit, orphaned: { cluster, namespace: null, objects: null } };
  return counted.orphaned === null ? null : { commit, orphaned: counted.orphaned };
}
