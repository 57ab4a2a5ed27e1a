import type { InventoryEntry, Ledger } from './ledger.ts';
import { leadOf } from './own-status.ts';
import type { CommitId, Repository } from './repository.ts';

/** What stays behind in one cluster, as people count it. */
export interface Orphaned {
  readonly cluster: string;
  /** null: they are not all in one namespace. */
  readonly namespace: string | null;
  /** null: the cluster has not said how many. */
  readonly objects: number | null;
}

/** What an environment orphaned by its move to another cluster. */
export interface OrphanedByMove {
  /** The commit that moved it. */
  readonly commit: CommitId;
  readonly orphaned: Orphaned;
}

/** The answer of a cluster that an environment moved away from. */
export interface OrphanCount extends Pick<OrphanedByMove, 'commit'> {
  readonly repository: Repository;
  readonly environment: string;
  readonly cluster: string;
  /** null: nothing of it stays there. */
  readonly orphaned: Orphaned | null;
}

/** null: nothing stays. */
export function orphanedIn(cluster: string, objects: readonly InventoryEntry[]): Orphaned | null {
  const [first, ...others] = new Set(objects.map(({ namespace }) => namespace));
  if (first === undefined) return null;
  return { cluster, namespace: others.length === 0 ? first : null, objects: objects.length };
}

/** What the release of a commit left behind, as its report says it: a wiped Redis does not change what is said. */
export function orphanedBy(ledger: Ledger, commit: CommitId, cluster: string): { readonly orphaned?: Orphaned } {
  const objects = ledger.orphaned.flatMap((left) => (left.commit === commit ? left.objects : []));
  const orphaned = orphanedIn(cluster, objects);
  return orphaned === null ? {} : { orphaned };
}

/** `orphaned: 3 objects stay in namespace shop of cluster staging` */
export function orphanedWords({ cluster, namespace, objects }: Orphaned): string {
  const where = namespace === null ? `cluster ${cluster}` : `namespace ${namespace} of cluster ${cluster}`;
  if (objects === null) return `${leadOf('orphaned')}: what it released stays in ${where}`;
  return `${leadOf('orphaned')}: ${objects.toLocaleString('en-US')} ${objects === 1 ? 'object stays' : 'objects stay'} in ${where}`;
}
