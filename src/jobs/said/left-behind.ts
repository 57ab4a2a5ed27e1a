import type { Left, ReleaseReport } from '../../domain/release.ts';
import type { Records } from '../../ports/records.ts';

/** What stays where an environment was before it moved to another cluster; null: it did not move lately, or nothing. */
export async function leftBehind(
  { repository, environment }: Pick<ReleaseReport, 'repository' | 'environment'>,
  records: Pick<Records, 'desired' | 'leaving'>,
): Promise<Left | null> {
  const desired = await records.desired(repository, environment);
  if (desired === null || desired.kind === 'removed' || desired.leaves === null) return null;
  const { cluster, commit } = desired.leaves;
  const counted = await records.leaving(repository, environment, cluster);
  if (counted?.commit !== commit || counted.state.kind !== 'orphaned') {
    return { commit, orphaned: { cluster, namespace: null, objects: null } };
  }
  const { orphaned } = counted.state;
  return orphaned === null ? null : { commit, orphaned };
}
