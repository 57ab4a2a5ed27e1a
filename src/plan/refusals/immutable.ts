import type { ApplyOutcome, Refusal } from '../../domain/prediction.ts';

/** A name that nothing has: what is refused under it too is wrong in itself. */
export const freshName = 'fairlead-probe';

/** Kinds whose name follows from their content: no other name is possible for them. */
export function hasOwnName(kind: string): boolean {
  return kind === 'CustomResourceDefinition' || kind === 'APIService';
}

/**
 * Whether a 422 on an update means that what lives cannot be changed so. There are at least six wordings for it, and a
 * wrong UID has one of them: so the same manifest is dry-run under a fresh name, and only where that says nothing (null,
 * forbidden) the words decide. A probe that is refused for other reasons only (a node port that the living object
 * holds) leaves immutability as what was wrong with the update.
 */
export function isImmutable(update: Refusal, probe: ApplyOutcome | null): boolean {
  if (update.reason !== 'invalid') return false;
  if (probe?.kind === 'accepted') return true;
  if (probe?.kind !== 'refused' || probe.refusal.reason !== 'invalid') return wordings.test(update.message);
  const wrong = new Set(probe.refusal.causes.map(({ field, message }) => `${field} ${message}`));
  return update.causes.length > 0 && !update.causes.some(({ field, message }) => wrong.has(`${field} ${message}`));
}

const wordings = /immutable|may not change|may not be changed|cannot change|cannot be changed|for fields other than/i;
