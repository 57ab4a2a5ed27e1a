import { confirms } from '../../domain/confirms.ts';
import type { Attempt, Ledger } from '../../domain/ledger.ts';
import { type Identity, identityName } from '../../domain/manifest.ts';
import { isKeptBack, type Plan } from '../../domain/plan.ts';
import type { ReleaseState, Wanted } from '../../domain/release.ts';
import { reasonOf } from '../../observe/verdict.ts';
import { isAgreed } from './agreed-effects.ts';
import { attemptUnderWay } from './attempt-under-way.ts';
import type { UnannouncedTakeover } from './unannounced-takeovers.ts';

export interface GatedPlan {
  readonly desired: Wanted;
  readonly ledger: Ledger | null;
  readonly plan: Plan;
  readonly takeovers: readonly UnannouncedTakeover[];
}

/** Why a plan may not be carried out now, as what is said about it; null: it may. */
export function gatePlan({ desired, ledger, plan, takeovers }: GatedPlan): ReleaseState | null {
  const blocked = plan.changes.filter(isKeptBack);
  if (blocked.length > 0) {
    const reasons = blocked.map(({ identity, reason }) => reasonOf(identity, reason.message));
    // Of an attempt under way something may have been applied, or deleted to be replaced.
    return attemptUnderWay(desired, ledger) !== null
      ? { kind: 'diverged', reasons }
      : { kind: 'blocked', reasons, plan };
  }
  const asks = [...takeoverReasons(takeovers), ...confirmReasons(plan, attemptUnderWay(desired, ledger))];
  if (asks.length === 0 || isConfirmed(desired, plan)) return null;
  const effects = asks.join('; ');
  if (desired.pullRequest === null) {
    const reason = `needs a second person, whom a push cannot ask: bring it by a pull request: ${effects}`;
    return { kind: 'waiting', reason, confirmDigest: null, plan };
  }
  return { kind: 'waiting', reason: `needs /confirm by a second person: ${effects}`, confirmDigest: plan.digest, plan };
}

/**
 * An attempt began only after all questions were answered, and is not asked again about what it began with. But it may stand
 * for long, for as long as a hook fails say, and what lives changes meanwhile: what it would do besides is asked about.
 */
function confirmReasons({ changes, confirmReasons: reasons }: Plan, attempt: Attempt | null): readonly string[] {
  if (attempt === null || reasons.length === 0) return reasons;
  const news = changes.filter((change) => change.asks === true && !isAgreed(change, attempt));
  if (news.length === 0) return [];
  const since =
    attempt.agreed === undefined
      ? 'what was agreed to when this release began is not known'
      : `not agreed to when this release began: ${named(news)}`;
  return [`${reasons.join('; ')} (${since})`];
}

const takeoverWords: Readonly<Record<UnannouncedTakeover['why'], readonly [one: string, several: string]>> = {
  unannounced: ['which no plan announced', 'that no plan announced'],
  unknown: ['which no plan that is still known announced', 'that no plan that is still known announced'],
  'loses-more': ['which loses fields by it that no plan showed', 'that lose fields by it that no plan showed'],
};

function takeoverReasons(taken: readonly UnannouncedTakeover[]): readonly string[] {
  return [...Map.groupBy(taken, ({ why }) => why)].map(([why, alike]) => {
    const [one, several] = takeoverWords[why];
    return alike.length === 1
      ? `takes over ${named(alike)}, ${one}`
      : `takes over ${alike.length} objects ${several}: ${named(alike)}`;
  });
}

const objectsNamed = 10;

function named(objects: readonly { readonly identity: Identity }[]): string {
  const more = objects.length - objectsNamed;
  const names = objects.slice(0, objectsNamed).map(({ identity }) => identityName(identity));
  return `${names.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}

function isConfirmed({ confirmations, pullRequest }: Wanted, { digest }: Plan): boolean {
  return confirmations.some((one) => confirms(one, { digest, author: pullRequest?.author ?? null }));
}
