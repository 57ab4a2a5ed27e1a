import type { Environment } from '../../domain/environment.ts';
import type { InventoryEntry, Ledger } from '../../domain/ledger.ts';
import { type IdentityKey, identityKey, type KubernetesObject, referenceOf } from '../../domain/manifest.ts';
import type { Rendering } from '../../domain/rendering.ts';
import { withoutLeft } from '../../plan/fields/others/left-fields.ts';
import { settleManifest } from '../../plan/manifests/settle-manifest.ts';

/** An object that the released rendering asks for. */
export interface OwnedObject {
  readonly entry: InventoryEntry;
  /** Its manifest as it was sent: without what was left to others. */
  readonly manifest: KubernetesObject;
}

export interface Ownings {
  readonly owned: readonly OwnedObject[];
  /** In the inventory, and no longer in Git: what prune deletes. */
  readonly surplus: readonly InventoryEntry[];
}

/**
 * Splits the inventory by what the released rendering holds. Whether a kind has namespaces is told by the inventory:
 * everything released is in it.
 */
export function ownings(ledger: Ledger, rendering: Rendering, environment: Environment): Ownings {
  const inventory = new Map(ledger.inventory.map((entry) => [identityKey(entry), entry]));
  const owned = new Map<IdentityKey, OwnedObject>();
  for (const { object } of rendering.manifests) {
    const settings = { namespace: environment.namespace, applySet: ledger.applySet };
    for (const scope of ['namespaced', 'cluster'] as const) {
      const manifest = settleManifest(object, { scope, ...settings });
      const reference = { ...referenceOf(manifest), ...(scope === 'cluster' ? { namespace: null } : {}) };
      const entry = inventory.get(identityKey(reference));
      // The manifest's own version: what it is read and compared at.
      if (entry !== undefined)
        owned.set(identityKey(entry), {
          entry: { ...entry, ...reference },
          manifest: withoutLeft(manifest, entry.left ?? []),
        });
    }
  }
  // The same object may be listed under the other group of its kind, too.
  const uids = new Set([...owned.values()].map(({ entry }) => entry.uid));
  const surplus = ledger.inventory.filter(
    (entry) => !owned.has(identityKey(entry)) && (entry.uid === null || !uids.has(entry.uid)),
  );
  return { owned: [...owned.values()], surplus };
}
