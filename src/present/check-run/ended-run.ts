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
