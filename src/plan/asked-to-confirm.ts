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

/** What a second person must agree to. */
export interface AskedToConfirm<C extends Confirmable> {
  /** Why; empty: nobody need. */
  readonly reasons: readonly string[];
  /** The changes that the reasons are about: of a number over the whole plan all that it counts. */
  readonly changes: ReadonlySet<C>;
}

/**
 * What a second person must agree to before these changes are made, whoever caused them. A commit that weakens the rule is
 * judged by the rule that it weakens: whichever allows less counts. `redirected`: how the settings redirected the
 * environment (`redirectedSince`), after which every deletion is asked about.
 */
export function askedToConfirm<C extends Confirmable>(
  changes: readonly C[],
  rules: ConfirmRules,
  redirected: string | null,
): AskedToConfirm<C> {
  const taken = changes.filter(({ action }) => action === 'delete' || action === 'replace');
  const losses = changes.flatMap((change) =>
    change.effects.flatMap((effect) =>
      effect.kind === 'deletes-data' && effect.claims !== null ? [{ change, claims: effect.claims }] : [],
    ),
  );
  const lost = losses.reduce((sum, { claims }) => sum + claims.count, 0);
  const deleted = taken.filter(({ action }) => action === 'delete');
  const all = taken.length + lost;
  const deletions = deleted.length + lost;
  const losing = losses.map(({ change }) => change);
  const over = askedByNumber(all, rules);
  const asked = [
    ...(over === null ? [] : [{ why: `deletes or replaces ${objects(all)}${over}`, changes: [...taken, ...losing] }]),
    ...(redirected === null || deletions === 0
      ? []
      : [{ why: `deletes ${objects(deletions)}, for ${redirected}`, changes: [...deleted, ...losing] }]),
    ...taken.flatMap((change) => {
      const asks = askedByKind(change.identity.kind, rules);
      const verb = change.action === 'delete' ? 'deletes' : 'replaces';
      return asks === null ? [] : [{ why: `${verb} ${identityName(change.identity)}${asks}`, changes: [change] }];
    }),
    ...losses.flatMap(({ change, claims }) => {
      const asks = askedByKind('PersistentVolumeClaim', rules);
      return asks === null ? [] : [{ why: `${claimWords(change.identity, claims)}${asks}`, changes: [change] }];
    }),
    ...changes.flatMap((change) => {
      const asks = askedByKind('CustomResourceDefinition', rules);
      const dropped = change.effects.filter((effect) => effect.kind === 'drops-fields');
      return asks === null
        ? []
        : dropped.map((effect) => ({ why: `${droppedWords(change.identity, effect)}${asks}`, changes: [change] }));
    }),
  ];
  return { reasons: asked.map(({ why }) => why), changes: new Set(asked.flatMap((one) => one.changes)) };
}

export interface Confirmable {
  readonly identity: Identity;
  readonly action: Action;
  readonly effects: readonly Effect[];
}

/** `deletes 2 volume claims of StatefulSet shop/db and their data (data-db-0, data-db-1)` */
function claimWords(identity: Identity, { count, names }: VolumeClaims): string {
  const rest = count - names.length;
  const listed = `${names.join(', ')}${rest === 0 ? '' : ` and ${rest} more`}`;
  return count === 1
    ? `deletes the volume claim ${listed} of ${identityName(identity)} and its data`
    : `deletes ${count} volume claims of ${identityName(identity)} and their data (${listed})`;
}

/** How many fields are named. */
const named = 5;

/** `drops fields of 3 objects of kind Widget with CustomResourceDefinition widgets.example.com (spec.a, spec.b)` */
function droppedWords(identity: Identity, { of, fields, count, whole }: DroppedFields): string {
  const objects = whole ? `${count} ${count === 1 ? 'object' : 'objects'} of kind ${of}` : `objects of kind ${of}`;
  const rest = fields.length - named;
  const listed = `${fields.slice(0, named).join(', ')}${rest > 0 ? ` and ${rest} more` : ''}`;
  return `drops fields of ${objects} with ${identityName(identity)} (${listed})`;
}

type DroppedFields = Extract<Effect, { readonly kind: 'drops-fields' }>;

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
