import type { CheckRun } from '../domain/check-run.ts';
import type { CommitStatus } from '../domain/commit-status.ts';
import type { CommitId } from '../domain/repository.ts';
import { aggregateName, externalId, noBase } from './check-run/seen-head.ts';
import { statusContext } from './release/status.ts';

/**
 * A pull request that Fairlead could not look at, although it tried again and again. Red, because what was not looked
 * at is not known to be safe. Bound to no base, so that the sweep looks again in any case.
 */
export function presentFailedInspection(number: number, head: CommitId): CheckRun {
  return {
    name: aggregateName,
    head,
    externalId: externalId(number, noBase, null),
    conclusion: 'failure',
    title: 'Fairlead failed here',
    summary:
      'What this pull request does could not be found out, and trying again did not help. The reason is in the log, for whoever operates this Fairlead. It is tried again by and by; *Plan again* tries now.',
    text: '',
    annotations: [],
    actions: [{ label: 'Plan again', description: 'Predict it again, now', identifier: 'plan-again' }],
  };
}

/** The answer to a comment whose commands could not be carried out. */
export function presentFailedCommand(): string {
  return 'Fairlead failed while doing this, and trying again did not help. The reason is in the log, for whoever operates it. What was asked for may be half done: ask again.';
}

const failedFanOut =
  'Fairlead failed before the release began; its operator finds the reason in the log. It is tried again.';

/** A commit whose releases could not even be asked for. `targetUrl`: where more is said; null: nowhere. */
export function presentFailedFanOut(environment: string, targetUrl: string | null): CommitStatus {
  return { context: statusContext(environment), state: 'error', description: failedFanOut, targetUrl };
}

/** Whether a status says no more than that: nobody was promised a release by it. */
export function saysFailedFanOut({ description }: CommitStatus): boolean {
  return description === failedFanOut;
}
