import type { PlanRecord } from './inspection.ts';
import type { ReleaseReport } from './release.ts';

/**
 * When a release of the environment ended of which something was applied (ISO 8601); null: the report tells of none. What
 * was planned before compares with what is not released any more: its drift and its deletions may be gone.
 */
export function endOfRelease({ state, at }: ReleaseReport): string | null {
  return state.kind === 'converged' || state.kind === 'diverged' ? at : null;
}

/** Whether a plan was computed before that, or is being made again already. */
export function isOutlived({ outcome, again }: PlanRecord, releaseEnded: string | null): boolean {
  if (again === true) return true;
  if (outcome.kind !== 'planned' || releaseEnded === null) return false;
  return Date.parse(outcome.plan.at) < Date.parse(releaseEnded);
}
