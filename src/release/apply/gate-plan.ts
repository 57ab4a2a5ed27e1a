import { confirms } from '../../domain/confirms.ts';
import type { Ledger } from '../../domain/ledger.ts';
import { isKeptBack, type Plan } from '../../domain/plan.ts';
import type { ReleaseState, Wanted } from '../../domain/release.ts';
import { reasonOf } from '../../observe/verdict.ts';

/** Why a plan may not be carried out now, as what is said about it; null: it may. */
export function gatePlan(desired: Wanted, ledger: Ledger | null, plan: Plan): ReleaseState | null {
  const blocked = plan.changes.filter(isKeptBack);
  if (blocked.length > 0) {
    const reasons = blocked.map(({ identity, reason }) => reasonOf(identity, reason.message));
    // Of an attempt under way something may have been applied, or deleted to be replaced.
    return isUnderWay(desired, ledger) ? { kind: 'diverged', reasons } : { kind: 'blocked', reasons, plan };
  }
  if (plan.confirmReasons.length === 0 || isConfirmed(desired, plan) || isUnderWay(desired, ledger)) return null;
  const effects = plan.confirmReasons.join('; ');
  if (desired.pullRequest === null) {
    const reason = `needs a second person, whom a direct push has nowhere to ask: bring it by a pull request: ${effects}`;
    return { kind: 'waiting', reason, confirmDigest: null, plan };
  }
  return { kind: 'waiting', reason: `needs /confirm by a second person: ${effects}`, confirmDigest: plan.digest, plan };
}

function isConfirmed({ confirmations, pullRequest }: Wanted, { digest }: Plan): boolean {
  return confirmations.some((one) => confirms(one, { digest, author: pullRequest?.author ?? null }));
}

/**
 * An attempt began only after all questions were answered. What is left of it after a crash has another digest, and
 * nothing in it that was not confirmed: the inventory, and so what is deleted, is that of its first run.
 */
export function isUnderWay(desired: Wanted, ledger: Ledger | null): boolean {
  const attempt = ledger?.attempt ?? null;
  return attempt !== null && attempt.rendering === desired.rendering && attempt.settings === desired.settings;
}
