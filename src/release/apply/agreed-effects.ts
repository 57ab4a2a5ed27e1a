import type { Attempt } from '../../domain/ledger.ts';
import type { Change } from '../../domain/plan.ts';

/**
 * What an attempt need not ask about again, as it is noted: what a second person confirmed, a plan announced, or nobody had
 * to be asked about when it began.
 */
export function agreedEffects(changes: readonly Change[], before: Attempt | null): readonly string[] {
  const now = changes.filter(({ asks, adopted, effect }) => (asks === true || adopted) && effect !== '');
  return [...new Set([...(before?.agreed ?? []), ...now.map(({ effect }) => effect.slice(0, digits))])].toSorted();
}

/** Whether a change is one that this attempt began with. */
export function isAgreed({ effect }: Pick<Change, 'effect'>, attempt: Attempt | null): boolean {
  return effect !== '' && attempt?.agreed?.includes(effect.slice(0, digits)) === true;
}

/** So many digits of a keyed hash tell effects apart, and ten thousand of them fit the ledger. */
const digits = 16;
