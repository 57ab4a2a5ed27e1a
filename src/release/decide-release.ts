import type { Ledger, Released } from '../domain/ledger.ts';
import type { ReleaseReport, ReleaseState, Wanted } from '../domain/release.ts';
import type { CommitId } from '../domain/repository.ts';

/** What there is to do about an environment before anything is asked of the cluster but its ledger. */
export type Decision =
  /** `rendering`: what is desired, which renders something. */
  | { readonly kind: 'release'; readonly rendering: string }
  /** It is applied: whoever observes says the rest. */
  | { readonly kind: 'observe' }
  /** This commit converged, and nobody has been told. */
  | { readonly kind: 'say-converged'; readonly ledger: Ledger; readonly released: Released }
  /** An earlier commit that renders the same converged. */
  | { readonly kind: 'unchanged'; readonly ledger: Ledger }
  /** It cannot begin: for this reason. */
  | { readonly kind: 'say'; readonly state: ReleaseState }
  | { readonly kind: 'nothing' };

/** Level-triggered: decided anew each time from what is desired, the ledger, and what was said last. */
export function decideRelease(desired: Wanted, ledger: Ledger | null, report: ReleaseReport | null): Decision {
  const released = releasedAsDesired(desired, ledger);
  if (ledger !== null && released !== null && !asksAgain(desired, released)) {
    switch (released.phase) {
      case 'observing':
        return { kind: 'observe' };
      case 'converged':
        if (isSaid(report, desired.commit, ['converged', 'unchanged'])) return { kind: 'nothing' };
        return released.commit === desired.commit
          ? { kind: 'say-converged', ledger, released }
          : { kind: 'unchanged', ledger };
      case 'diverged':
        // Nothing more until the next commit or /sync; a verdict that got lost is found again.
        if (released.commit !== desired.commit) break;
        return isSaid(report, desired.commit, ['diverged']) ? { kind: 'nothing' } : { kind: 'observe' };
    }
  }
  if (desired.gate.kind === 'waiting') return waits(desired.gate.reason);
  // Installing Fairlead must not deploy.
  if (ledger === null && desired.asked.kind === 'sweep') {
    return waits('nothing was released here yet; /sync releases it');
  }
  if (desired.rendering === null) return { kind: 'say', state: rendersNothing };
  return { kind: 'release', rendering: desired.rendering };
}

export const rendersNothing: ReleaseState = {
  kind: 'blocked',
  reasons: ['it renders nothing; refusing to delete everything'],
  plan: null,
};

/** The release in the ledger where it is what is desired, whole: same manifests, same settings. */
export function releasedAsDesired(desired: Wanted, ledger: Ledger | null): Released | null {
  if (ledger === null || ledger.attempt !== null || ledger.released === null) return null;
  const { rendering, settings } = ledger.released;
  return rendering === desired.rendering && settings === desired.settings ? ledger.released : null;
}

/** A `/sync` is honoured once; it stays in Desired as long as the commit does. */
function asksAgain({ asked }: Wanted, released: Released): boolean {
  return asked.kind === 'sync' && released.sync !== asked.at;
}

/** Whether the last report is of this commit and of one of these kinds: then nobody needs to be told again. */
export function isSaid(
  report: ReleaseReport | null,
  commit: CommitId,
  kinds: readonly ReleaseState['kind'][],
): report is ReleaseReport {
  return report !== null && report.commit === commit && kinds.includes(report.state.kind);
}

function waits(reason: string): Decision {
  return { kind: 'say', state: { kind: 'waiting', reason, confirmDigest: null, plan: null } };
}
