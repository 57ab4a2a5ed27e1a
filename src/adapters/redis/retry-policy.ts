import { Failure } from '../../domain/failure.ts';

/** How often a job is tried whose failure may pass: about 2 minutes until it is given up. */
const tries = 8;
// What nobody foresaw is more often a mistake of ours than an accident: a few tries are enough to tell. A deadline of
// minutes that passed three times passes again.
const triesOfUnknown = 3;

const firstPauseMs = 1_000;
const longestPauseMs = 120_000;

export type RetryDecision = { readonly kind: 'retry'; readonly inMs: number } | { readonly kind: 'give-up' };

/** What follows the failure of the given try (counted from 1). */
export function decideRetry(error: unknown, madeTries: number): RetryDecision {
  return madeTries < allowedTries(error) ? { kind: 'retry', inMs: pauseMs(madeTries) } : { kind: 'give-up' };
}

function allowedTries(error: unknown): number {
  if (!(error instanceof Failure)) return triesOfUnknown;
  if (!error.retryable) return 1;
  return error.code === 'deadline' ? triesOfUnknown : tries;
}

/** The pause after the given failed try: doubling, bounded. */
function pauseMs(madeTries: number): number {
  return Math.min(firstPauseMs * 2 ** (madeTries - 1), longestPauseMs);
}
