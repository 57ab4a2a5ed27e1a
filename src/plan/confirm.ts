import type { Effect, VolumeClaims } from '../domain/effect.ts';
import type { ConfirmRule } from '../domain/environment.ts';
import { type Identity, identityName } from '../domain/manifest.ts';
import type { Action } from '../domain/plan.ts';

export interface ConfirmRules {
  /** What the settings say now. */
  readonly now: ConfirmRule;
  /** What they said when what lives was released; null: it cannot be told. Empty: nothing was released. */
  readonly before: readonly (ConfirmRule | null)[];
}

/**
 * Why a second person must agree before these changes are made, whoever caused them; empty: nobody need. A commit that
 * weakens the rule is judged by the rule that it weakens: whichever allows less counts. `redirected`: how the settings
 * redirected the environment (`redirectedSince`), after which every deletion is asked about.
 */
export function confirmReasons(
  changes: readonly Confirmable[],
  rules: ConfirmRules,
  redirected: string | null,
): readonly string[] {
  const taken = changes.filter(({ action }) => action === 'delete' || action === 'replace');
  const claims = changes.flatMap(({ identity, effects }) =>
    effects.flatMap((effect) =>
      effect.kind === 'deletes-data' && effect.claims !== null ? [{ identity, ...effect.claims }] : [],
    ),
  );
  const kinds = [
    ...taken.flatMap(({ identity, action }) => {
      const asks = askedByKind(identity.kind, rules);
      return asks === null ? [] : [`${action === 'delete' ? 'deletes' : 'replaces'} ${identityName(identity)}${asks}`];
    }),
    ...claims.flatMap((lost) => {
      const asks = askedByKind('PersistentVolumeClaim', rules);
      return asks === null ? [] : [`${claimWords(lost)}${asks}`];
    }),
  ];
  const lost = claims.reduce((sum, { count }) => sum + count, 0);
  const deleted = taken.filter(({ action }) => action === 'delete').length + lost;
  const reasons =
    redirected === null || deleted === 0 ? kinds : [`deletes ${objects(deleted)}, for ${redirected}`, ...kinds];
  const all = taken.length + lost;
  const over = askedByNumber(all, rules);
  return over === null ? reasons : [`deletes or replaces ${objects(all)}${over}`, ...reasons];
}

interface Confirmable {
  readonly identity: Identity;
  readonly action: Action;
  readonly effects: readonly Effect[];
}

/** `deletes 2 volume claims of StatefulSet shop/db and their data (data-db-0, data-db-1)` */
function claimWords({ identity, count, names }: VolumeClaims & { readonly identity: Identity }): string {
  const rest = count - names.length;
  const listed = `${names.join(', ')}${rest === 0 ? '' : ` and ${rest} more`}`;
  return count === 1
    ? `deletes the volume claim ${listed} of ${identityName(identity)} and its data`
    : `deletes ${count} volume claims of ${identityName(identity)} and their data (${listed})`;
}

/** What to add to the reason; null: no rule names the kind. */
function askedByKind(kind: string, { now, before }: ConfirmRules): string | null {
  if (now.kinds.includes(kind)) return '';
  const named = before.some((rule) => rule?.kinds.includes(kind) === true);
  return named ? ', which the rule before this commit asks about' : null;
}

/** What to add to the reason; null: so many are allowed by every rule. */
function askedByNumber(taken: number, { now, before }: ConfirmRules): string | null {
  if (taken > now.deletions) return now.deletions === 0 ? '' : `, more than ${now.deletions}`;
  if (taken === 0) return null;
  // Fail closed: a rule that cannot be told may have allowed none.
  if (before.includes(null)) return '; the rule before this commit cannot be told';
  const allowed = Math.min(...before.map((rule) => rule?.deletions ?? 0));
  return taken > allowed ? `; the rule before this commit allowed ${allowed === 0 ? 'none' : allowed}` : null;
}

function objects(count: number): string {
  return `${count} ${count === 1 ? 'object' : 'objects'}`;
}
