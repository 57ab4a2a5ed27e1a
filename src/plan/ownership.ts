import { isJsonObject } from '../domain/json.ts';
import type { InventoryEntry } from '../domain/ledger.ts';
import { type KubernetesObject, ownManager } from '../domain/manifest.ts';
import type { Live } from '../domain/prediction.ts';
import { partOf } from './manifests/settle-manifest.ts';

/** Whose a living object is, by inventory, UID and label; which of them disagree where they do. */
export type Ownership =
  /** The ledger lists this very object. */
  | { readonly kind: 'held' }
  /** It is a member of another ApplySet: another environment's, or another tool's. */
  | { readonly kind: 'another-set'; readonly set: string }
  /** The ledger never listed it, or listed what it meant to take over or to make, and never applied it. */
  | { readonly kind: 'foreign' }
  /** The ledger lists the name, but this is not, or not surely, the object that it listed. */
  | { readonly kind: 'mismatch'; readonly why: string };

/** Deleting needs inventory, label and UID to agree: anything but `held` deletes nothing. */
export function ownershipOf(live: KubernetesObject, entry: InventoryEntry | null, applySet: string): Ownership {
  const set = live.metadata.labels?.[partOf];
  if (set !== undefined && set !== applySet) return { kind: 'another-set', set };
  if (entry === null) return { kind: 'foreign' };
  if (entry.uid === null) {
    // Written ahead of an apply that may never have come: only the label can say that it did.
    if (set === undefined) return { kind: 'foreign' };
    return { kind: 'mismatch', why: 'the ledger lists it without a UID: the release that made it was interrupted' };
  }
  if (entry.uid !== live.metadata.uid) {
    return { kind: 'mismatch', why: 'the ledger lists another object of this name: it was deleted and made again' };
  }
  if (set === undefined && !isApplied(live)) return { kind: 'foreign' };
  if (set === undefined) {
    return {
      kind: 'mismatch',
      why: `its label ${partOf} was taken away, or it was not yet taken over: somebody may want to keep it`,
    };
  }
  return { kind: 'held' };
}

/**
 * Whether an object that was released stays where it is when the environment goes: it lives and is still ours, or nobody
 * may say that it is not. `found` is null where it may not be read.
 */
export function isOrphan(entry: InventoryEntry, found: Live | null, applySet: string): boolean {
  switch (found?.kind) {
    case 'present':
      return ownershipOf(found.object, entry, applySet).kind === 'held';
    case 'absent':
      return false;
    case 'unreadable':
    case undefined:
      return true;
  }
}

/** Whether the ledger owns this very object: weaker than `held`, for a label can be lost without a change of hands. */
export function isReleased(live: KubernetesObject, entry: InventoryEntry | null, applySet: string): boolean {
  if (entry === null) return false;
  const labelled = live.metadata.labels?.[partOf] === applySet;
  if (entry.uid === null) return labelled;
  return entry.uid === live.metadata.uid && (labelled || isApplied(live));
}

/** Whether Fairlead ever applied it: an entry that was written ahead of a takeover has its UID already. */
export function isApplied({ metadata }: KubernetesObject): boolean {
  return (metadata.managedFields ?? []).some(
    (entry) => isJsonObject(entry) && entry['manager'] === ownManager && entry['operation'] === 'Apply',
  );
}
