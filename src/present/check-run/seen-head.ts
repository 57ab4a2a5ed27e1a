import { aggregateName, type CheckRun } from '../../domain/check-run.ts';
import { externalId } from '../../domain/external-id.ts';
import type { CommitId } from '../../domain/repository.ts';

/** A pull request's head as the first job that sees it says so: a check that is not there yet could be merged past. */
export function presentSeenHead(seen: {
  readonly number: number;
  readonly base: CommitId;
  readonly head: CommitId;
}): CheckRun {
  return {
    name: aggregateName,
    head: seen.head,
    externalId: externalId({ number: seen.number, base: seen.base, digest: null }),
    conclusion: null,
    title: 'Looking at what this changes',
    summary: 'The pull request is being merged into its base and rendered, to see which environments it changes.',
    text: '',
    annotations: [],
    actions: [],
  };
}
