import type { ConfirmRule } from '../domain/environment.ts';
import { type Identity, identityName } from '../domain/manifest.ts';
import type { Action } from '../domain/plan.ts';

/**
 * Why a second person must agree before these changes are made, whoever caused them; empty: nobody need. `moved`: how
 * the settings moved the environment (`movedSince`), after which every deletion is asked about.
 */
export function confirmReasons(
  changes: readonly { readonly identity: Identity; readonly action: Action }[],
  rule: ConfirmRule,
  moved: string | null,
): readonly string[] {
  const taken = changes.filter(({ action }) => action === 'delete' || action === 'replace');
  const kinds = taken
    .filter(({ identity }) => rule.kinds.includes(identity.kind))
    .map(({ identity, action }) => `${action === 'delete' ? 'deletes' : 'replaces'} ${identityName(identity)}`);
  const deleted = taken.filter(({ action }) => action === 'delete').length;
  const reasons = moved === null || deleted === 0 ? kinds : [`deletes ${objects(deleted)}, for ${moved}`, ...kinds];
  if (taken.length <= rule.deletions) return reasons;
  const count = `deletes or replaces ${objects(taken.length)}`;
  return [rule.deletions === 0 ? count : `${count}, more than ${rule.deletions}`, ...reasons];
}

function objects(count: number): string {
  return `${count} ${count === 1 ? 'object' : 'objects'}`;
}
