import type { CheckRun } from '../../domain/check-run.ts';
import type { CommitId } from '../../domain/repository.ts';

/** The check run to make required: always there, whatever the pull request changes. */
export const aggregateName = 'fairlead/plan';

/** What a check run was made for, as its `external_id`; `digest` null: nothing that has one. */
export function externalId(number: number, base: CommitId, digest: string | null): string {
  return `${number}:${base}:${digest ?? '-'}`;
}

/** In the place of the base: it was looked at with none, so that the sweep looks at the pull request again in any case. */
export const noBase: CommitId = '0'.repeat(40);

/** A pull request's head as the first job that sees it says so: a check that is not there yet could be merged past. */
export function presentSeenHead(seen: {
  readonly number: number;
  readonly base: CommitId;
  readonly head: CommitId;
}): CheckRun {
  return {
    name: aggregateName,
    head: seen.head,
    externalId: externalId(seen.number, seen.base, null),
    conclusion: null,
    title: 'Looking at what this changes',
    summary: 'The pull request is being merged into its base and rendered, to see which environments it changes.',
    text: '',
    annotations: [],
    actions: [],
  };
}
