import type { Environment } from '../../domain/environment.ts';
import type { InventoryEntry } from '../../domain/ledger.ts';
import type { ReleasedSettings } from './released-settings.ts';

/**
 * How the settings moved an environment since these releases, in words; null: they did not. What it then no longer
 * holds was nobody's wish to delete: no pull request's plan has shown it.
 */
export function movedSince(
  released: readonly ReleasedSettings[],
  environment: Pick<Environment, 'path' | 'namespace'>,
): string | null {
  const moves = (['path', 'namespace'] as const).flatMap((setting) => {
    const to = environment[setting];
    const from = released.map((settings) => settings[setting]).find((place) => place !== null && place !== to);
    return from === undefined || from === null ? [] : [`its ${setting} moved from ${from || '.'} to ${to || '.'}`];
  });
  return moves.length === 0 ? null : moves.join(' and ');
}

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
