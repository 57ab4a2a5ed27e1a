import type { Environment } from '../../domain/environment.ts';
import type { InventoryEntry } from '../../domain/ledger.ts';
import type { ReleasedSettings } from './released-settings.ts';

/**
 * Whether an object that Git no longer holds stands where the settings moved the environment away from. It is orphaned,
 * not deleted: that it is no longer rendered there says where the environment went, not that somebody dropped it.
 */
export function isOrphanedByMove(
  entry: Pick<InventoryEntry, 'namespace'>,
  released: readonly ReleasedSettings[],
  environment: Pick<Environment, 'namespace'>,
): boolean {
  if (entry.namespace === null || entry.namespace === environment.namespace) return false;
  return released.some(({ namespace }) => namespace === entry.namespace);
}
