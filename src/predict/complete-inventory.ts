import type { InventoryEntry, Ledger } from '../domain/ledger.ts';
import { type IdentityKey, identityKey, type KubernetesObject } from '../domain/manifest.ts';
import type { Live } from '../domain/prediction.ts';
import { partOf } from '../plan/manifests/settle-manifest.ts';
import { isApplied } from '../plan/ownership.ts';
import type { Cluster } from '../ports/cluster.ts';

/**
 * The ledger with the UIDs that a release could not note because it died between an apply and the next write. An entry
 * without a UID gets that of the living object where our label and our field manager say that we made it, and is left out
 * where we did not. What cannot be read stays as it is.
 */
export async function completeInventory(ledger: Ledger, cluster: Cluster, signal: AbortSignal): Promise<Ledger> {
  const incomplete = ledger.inventory.filter(({ uid }) => uid === null);
  if (incomplete.length === 0) return ledger;
  const live = await cluster.live(incomplete, signal);
  return { ...ledger, inventory: ledger.inventory.flatMap((entry) => completed(entry, live, ledger.applySet)) };
}

function completed(
  entry: InventoryEntry,
  live: ReadonlyMap<IdentityKey, Live>,
  applySet: string,
): readonly InventoryEntry[] {
  if (entry.uid !== null) return [entry];
  const found = live.get(identityKey(entry));
  if (found === undefined || found.kind === 'unreadable') return [entry];
  if (found.kind === 'absent' || !isOurs(found.object, applySet)) return [];
  return [{ ...entry, uid: found.object.metadata.uid ?? null }];
}

/** The label alone is no proof (controllers copy labels), nor is the manager alone (it may serve another set). */
export function isOurs(object: KubernetesObject, applySet: string): boolean {
  return isApplied(object) && object.metadata.labels?.[partOf] === applySet;
}
