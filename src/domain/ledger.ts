import type { Environment } from './environment.ts';
import { type IdentityKey, identityKey, type ObjectReference } from './manifest.ts';
import type { ReleasedSource } from './rendering.ts';
import type { CommitId, Repository } from './repository.ts';

/** An object a release owns: what prune may delete. */
export interface InventoryEntry extends ObjectReference {
  /** null: written ahead of the apply, not yet seen. An entry without UID deletes nothing. */
  readonly uid: string | null;
  /**
   * Fields of its manifest that were left to other managers (`conflicts: leave`) and so never released, in the API server's
   * notation. Absent: none.
   */
  readonly left?: readonly string[];
}

/**
 * Fairlead's record of an environment, kept in the target cluster. Written ahead: before the first write of a
 * release the inventory is the union of what is owned and what will be; after prune it is exact.
 */
export interface Ledger {
  readonly environment: LedgerKey;
  /** Fences concurrent writers: a write names the version that it read. */
  readonly resourceVersion: string;
  /** `applyset-…-v1` (KEP-3659): the value of the members' `applyset.kubernetes.io/part-of`. */
  readonly applySet: string;
  readonly inventory: readonly InventoryEntry[];
  /**
   * What the environment left behind, oldest first. No object is also in the inventory, but while a release is under
   * way.
   */
  readonly orphaned: readonly Orphans[];
  /** The last commit whose objects were all applied; null: none was yet. */
  readonly released: Released | null;
  /** A release that has begun to write and was not finished; null: none. */
  readonly attempt: Attempt | null;
}

/**
 * Objects that were released from here until the settings moved the environment away from them, or named it no more.
 * Nothing deletes them; a release that finds one in Git again owns it again.
 */
export interface Orphans {
  /** The commit that left them behind. */
  readonly commit: CommitId;
  /** ISO 8601. */
  readonly at: string;
  readonly objects: readonly InventoryEntry[];
}

export interface LedgerKey {
  /** The repository's numeric id. */
  readonly repository: number;
  readonly environment: string;
}

/** The key of an environment's ledger: the repository's id, which survives renames. */
export function ledgerKeyOf(of: {
  readonly repository: Repository;
  readonly environment: Pick<Environment, 'name'>;
}): LedgerKey {
  return { repository: of.repository.id, environment: of.environment.name };
}

export interface Released extends ReleasedSource {
  /** `Desired.settings` it was released with. */
  readonly settings: string;
  /** ISO 8601: when its objects were applied. */
  readonly at: string;
  readonly phase: 'observing' | 'converged' | 'diverged';
  /**
   * Milliseconds. Once converged: from the first write to the verdict, because a wiped Redis must not change what is
   * said. Before: how long applying took; null: not known.
   */
  readonly tookMs: number | null;
  /** Since when each look has found the same; null: something moves yet, or the verdict is written. */
  readonly steady: Steady | null;
  /** `at` of the `/sync` that this release honoured; null: none did. The same `/sync` does not release twice. */
  readonly sync: string | null;
}

/** What lasts while a release is observed, and becomes its verdict once it has lasted long enough. */
export interface Steady {
  /** `failed`: something has, and nothing moves any more. */
  readonly kind: 'healthy' | 'failed';
  /** ISO 8601: when it was seen first. */
  readonly since: string;
}

export interface Attempt extends ReleasedSource {
  readonly settings: string;
  readonly at: string;
  /**
   * The first digits of the effects that need not be asked about again: what it takes over and what asks for a second person
   * was announced or confirmed when it began. Absent: it is of a version that did not note it.
   */
  readonly agreed?: readonly string[];
}

/** The ledger's content without what the API server adds: what a write carries. */
export type LedgerContent = Omit<Ledger, 'resourceVersion' | 'applySet' | 'environment'>;

/** The list of what was left behind once `left` is, too: each object in it once, and none that is owned (again). */
export function withOrphans(
  orphaned: readonly Orphans[],
  left: Orphans,
  owned: readonly InventoryEntry[],
): readonly Orphans[] {
  const taken = new Set<IdentityKey>(owned.map(identityKey));
  return [left, ...orphaned.toReversed()]
    .map((orphans) => ({ ...orphans, objects: orphans.objects.filter((entry) => isFirst(entry, taken)) }))
    .filter(({ objects }) => objects.length > 0)
    .toReversed();
}

function isFirst(entry: InventoryEntry, taken: Set<IdentityKey>): boolean {
  const key = identityKey(entry);
  if (taken.has(key)) return false;
  taken.add(key);
  return true;
}
