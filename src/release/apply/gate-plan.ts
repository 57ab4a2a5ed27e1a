import { confirms } from '../../domain/confirms.ts';
import type { Ledger } from '../../domain/ledger.ts';
import { type Identity, identityName } from '../../domain/manifest.ts';
import { isKeptBack, type Plan } from '../../domain/plan.ts';
import type { ReleaseState, Wanted } from '../../domain/release.ts';
import { reasonOf } from '../../observe/verdict.ts';

export interface GatedPlan {
  readonly desired: Wanted;
  readonly ledger: Ledger | null;
  readonly plan: Plan;
  /** `unannouncedTakeovers` */
  readonly takeovers: readonly Identity[];
}

/** Why a plan may not be carried out now, as what is said about it; null: it may. */
export function gatePlan({ desired, ledger, plan, takeovers }: GatedPlan): ReleaseState | null {
  const blocked = plan.changes.filter(isKeptBack);
  if (blocked.length > 0) {
    const reasons = blocked.map(({ identity, reason }) => reasonOf(identity, reason.message));
    // Of an attempt under way something may have been applied, or deleted to be replaced.
    return isUnderWay(desired, ledger) ? { kind: 'diverged', reasons } : { kind: 'blocked', reasons, plan };
  }
  const asks = [...takeoverReasons(takeovers), ...(isUnderWay(desired, ledger) ? [] : plan.confirmReasons)];
  if (asks.length === 0 || isConfirmed(desired, plan)) return null;
  const effects = asks.join('; ');
  if (desired.pullRequest === null) {
    const reason = `needs a second person, whom a push cannot ask: bring it by a pull request: ${effects}`;
    return { kind: 'waiting', reason, confirmDigest: null, plan };
  }
  return { kind: 'waiting', reason: `needs /confirm by a second person: ${effects}`, confirmDigest: plan.digest, plan };
}

/** Also of an attempt under way, which knows by its inventory what was there when it began. */
function takeoverReasons(taken: readonly Identity[]): readonly string[] {
  const [first, ...others] = taken.map(identityName);
  if (first === undefined) return [];
  if (others.length === 0) return [`takes over ${first}, which no plan announced`];
  const named = [first, ...others].slice(0, takeoversNamed);
  const more = taken.length - named.length;
  const rest = more === 0 ? '' : ` and ${more} more`;
  return [`takes over ${taken.length} objects that no plan announced: ${named.join(', ')}${rest}`];
}

const takeoversNamed = 10;

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
