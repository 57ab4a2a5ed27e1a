import type { CheckRun } from '../domain/check-run.ts';
import type { CommitId } from '../domain/repository.ts';

/**
 * A check run that was in progress when its pull request ended: nobody finishes it any more, and it would turn for
 * ever.
 */
export function presentEnded(
  run: Pick<CheckRun, 'name' | 'externalId'>,
  { head, merged }: { readonly head: CommitId; readonly merged: boolean },
): CheckRun {
  const { name, externalId } = run;
  return {
    name,
    head,
    externalId,
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
