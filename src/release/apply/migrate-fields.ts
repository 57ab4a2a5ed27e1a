import type { KubernetesObject, ObjectReference } from '../../domain/manifest.ts';
import type { ApplyOutcome } from '../../domain/prediction.ts';
import { migratedFields } from '../../plan/fields/takeover/migrated-fields.ts';
import type { Takeover } from '../../plan/fields/takeover/predecessors.ts';
import type { Cluster } from '../../ports/cluster.ts';

export interface Migration {
  readonly reference: ObjectReference;
  /** As it was read. */
  readonly live: KubernetesObject;
  readonly takeover: Takeover;
}

/**
 * Makes what its predecessors hold of an object ours, in the very state that was read: the apply that follows takes away
 * what Git leaves out. Nothing else changes, so that a death in between leaves nothing to mend; the next run finds it
 * ours and applies. null: it is ours already.
 */
export async function migrateFields(
  { reference, live, takeover }: Migration,
  cluster: Pick<Cluster, 'patch'>,
  signal: AbortSignal,
): Promise<ApplyOutcome | null> {
  const managedFields = migratedFields(live, takeover);
  if (managedFields === null) return null;
  const { uid = '', resourceVersion = '' } = live.metadata;
  const operations = [{ op: 'add', path: '/metadata/managedFields', value: managedFields }] as const;
  return await cluster.patch({ reference, uid, resourceVersion, operations, dryRun: false }, signal);
}
