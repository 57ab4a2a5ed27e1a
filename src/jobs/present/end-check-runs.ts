import { aggregateName, type CheckRun, environmentRunName } from '../../domain/check-run.ts';
import type { PullRequest } from '../../domain/pull-request.ts';
import { isVerdict } from '../../domain/release.ts';
import type { CheckRuns, PublishedCheckRun, PullRequests } from '../../ports/forge.ts';
import { presentEnded, presentReleased } from '../../present/check-run/ended-run.ts';
import type { MergedView } from '../../present/release/release-table.ts';
import { openOnSameHead } from './on-same-head.ts';

/**
 * A pull request may end while it is planned: check runs that are in progress then get their last word, which is the
 * plan where there is one; and so do those that wait for a person once its release has ended. With a head that is an open
 * pull request's, too, they are that one's to finish.
 */
export async function endCheckRuns(
  pull: PullRequest,
  planned: readonly CheckRun[],
  { forge }: { readonly forge: CheckRuns & Pick<PullRequests, 'pullRequestsOf'> },
  landed: MergedView | null,
): Promise<void> {
  const { repository, number, head, state } = pull;
  const runs = await forge.checkRuns(repository, head.commit);
  const unfinished = runs.filter(({ conclusion }) => conclusion === null);
  const released = landed === null ? [] : withoutWaiting(runs, landed);
  if (unfinished.length + released.length === 0 || (await openOnSameHead(pull, forge)).length > 0) return;
  const isPlanned = planned.length > 0 && planned.every(({ conclusion }) => conclusion !== null);
  const ended = { number, head: head.commit, merged: state === 'merged' };
  const last = [
    ...(unfinished.length > 0 && isPlanned ? planned : unfinished.map((run) => presentEnded(run, ended))),
    ...released.map((run) => presentReleased(run, head.commit)),
  ];
  for (const run of last) await forge.publishCheckRun(repository, run);
}

/** Those that ask for a second person, of whom nothing is wanted once the release that waited has ended. */
function withoutWaiting(runs: readonly PublishedCheckRun[], { reports }: MergedView): readonly PublishedCheckRun[] {
  const ended = [...reports].flatMap(([name, report]) =>
    report !== null && isVerdict(report) ? [environmentRunName(name)] : [],
  );
  const isOver = (name: string): boolean =>
    name === aggregateName ? reports.size > 0 && ended.length === reports.size : ended.includes(name);
  return runs.filter(({ name, conclusion }) => conclusion === 'action_required' && isOver(name));
}
