import { aggregateName, type CheckRun } from '../../domain/check-run.ts';
import { externalId, noBase } from '../../domain/external-id.ts';
import type { CommitId } from '../../domain/repository.ts';

/**
 * A pull request that Fairlead could not look at, although it tried again and again. Red, because what was not looked
 * at is not known to be safe. Bound to no base, so that the sweep looks again in any case.
 */
export function presentFailedInspection(number: number, head: CommitId): CheckRun {
  return {
    name: aggregateName,
    head,
    externalId: externalId({ number, base: noBase, digest: null }),
    conclusion: 'failure',
    title: 'Fairlead failed here',
    summary:
      'What this pull request does could not be found out, and trying again did not help. The reason is in the log, for whoever operates this Fairlead. It is tried again every few minutes; *Plan again* (or a comment `/plan`) tries now.',
    text: '',
    annotations: [],
    actions: [{ label: 'Plan again', description: 'Predict it again, now', identifier: 'plan-again' }],
  };
}
