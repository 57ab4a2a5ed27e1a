import type { ConfirmRule } from '../domain/environment.ts';
import { type Identity, identityName } from '../domain/manifest.ts';
import type { Action } from '../domain/plan.ts';

/** Why a second person must agree before these changes are made, whoever caused them; empty: nobody need. */
export function confirmReasons(
  changes: readonly { readonly identity: Identity; readonly action: Action }[],
  rule: ConfirmRule,
): readonly string[] {
  const taken = changes.filter(({ action }) => action === 'delete' || action === 'replace');
  const kinds = taken
    .filter(({ identity }) => rule.kinds.includes(identity.kind))
    .map(({ identity, action }) => `${action === 'delete' ? 'deletes' : 'replaces'} ${identityName(identity)}`);
  if (taken.length <= rule.deletions) return kinds;
  const count = `deletes or replaces ${taken.length} ${taken.length === 1 ? 'object' : 'objects'}`;
  return [rule.deletions === 0 ? count : `${count}, more than ${rule.deletions}`, ...kinds];
}
