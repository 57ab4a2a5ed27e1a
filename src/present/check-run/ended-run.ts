import type { CheckRun } from '../../domain/check-run.ts';
import { externalId, noBase } from '../../domain/external-id.ts';
import type { CommitId } from '../../domain/repository.ts';

/**
 * A check run that was in progress when its pull request ended: nobody finishes it any more, and it would turn for
 * ever.
 */
export function presentEnded(
  { name }: Pick<CheckRun, 'name'>,
  { number, head, merged }: { readonly number: number; readonly head: CommitId; readonly merged: boolean },
): CheckRun {
  return {
    name,
    head,
    // Reopened, it is planned anew, also where the webhook that says so is lost.
    externalId: externalId({ number, base: noBase, digest: null }),
    // Without a plan it is never green, whatever became of the merge.
    conclusion: 'failure',
    title: `${merged ? 'Merged' : 'Closed'} before it was planned`,
    summary: merged
      ? 'Nobody has seen a plan of it. What became of its release is said on the commit that the merge made.'
      : 'Nothing was planned, and nothing is released of it. Reopened, it is planned anew.',
    text: '',
    annotations: [],
    actions: [],
  };
}

/**
 * A check run that asked for a second person, once the release of what was merged has ended: nobody is asked any more, and
 * its plan stays to be read.
 */
export function presentReleased(
  run: Pick<CheckRun, 'name' | 'externalId'> & { readonly text: string | null },
  head: CommitId,
): CheckRun {
  return {
    name: run.name,
    head,
    externalId: run.externalId,
    conclusion: 'success',
    title: 'Merged, and released: nothing waits for /confirm any more',
    summary: 'What became of its release is said on the commit that the merge made.',
    text: run.text ?? '',
    annotations: [],
    actions: [],
  };
}
