import type { Inspection } from '../domain/inspection.ts';
import type { JobOf } from '../domain/job.ts';
import { planCommentMarker, readShares } from '../domain/marker.ts';
import type { PullRequest } from '../domain/pull-request.ts';
import type { Clock } from '../ports/clock.ts';
import type { CheckRuns, Comments, PullRequests } from '../ports/forge.ts';
import type { Git } from '../ports/git.ts';
import type { JobContext } from '../ports/handler.ts';
import type { PlanLinks } from '../ports/plan-links.ts';
import type { Queue } from '../ports/queue.ts';
import type { Records } from '../ports/records.ts';
import { sharedWith } from '../present/preview.ts';
import { type PullRequestView, presentedPullRequest } from '../present/pull-request.ts';
import { alsoChanged } from './present/also-changed.ts';
import { askToPresentSharing, forgetSharing } from './present/ask-sharing.ts';
import { endCheckRuns } from './present/end-check-runs.ts';
import { mergedView } from './present/merged-view.ts';
import { openOnSameHead, othersOnSameHead } from './present/on-same-head.ts';
import { pagesOf } from './present/pages-of.ts';
import { plansOf } from './present/plans-of.ts';
import { nothingStands, standingOf } from './present/standing-of.ts';
import { confirmationsIn, ownComments, withMarker } from './said/own-comment.ts';

export interface PresentPorts {
  readonly forge: Pick<PullRequests, 'pullRequest' | 'pullRequestsOf' | 'openPullRequests'> &
    CheckRuns &
    Pick<Comments, 'comments' | 'keepComment'>;
  readonly git: Pick<Git, 'fetchCommit' | 'isAncestor'>;
  readonly records: Pick<Records, 'inspection' | 'plan' | 'saveShown' | 'report' | 'desired'>;
  readonly planLinks: Pick<PlanLinks, 'linkTo' | 'docs'>;
  readonly queue: Queue;
  readonly clock: Clock;
}

/**
 * Shows what is known of a pull request: check runs on its head and the one comment. Level-triggered: what the records
 * hold when it runs is what is shown, and what they miss is asked for.
 */
export async function presentPullRequest(
  job: JobOf<'present-pull-request'>,
  ports: PresentPorts,
  context: JobContext,
): Promise<void> {
  const { repository, number } = job;
  const pull = await ports.forge.pullRequest(repository, number);
  if (pull === null) return;
  if (pull.state !== 'open') await askToPresentOthers(pull, ports);
  if (pull.state === 'closed') {
    await forgetSharing(pull, ports);
    return endCheckRuns(pull, [], ports, null);
  }
  const inspection = await ports.records.inspection(repository, number);
  if (inspection === null || inspection.head !== pull.head.commit) {
    await ports.queue.ask({ kind: 'inspect-pull-request', repository, number });
    return;
  }
  const { seen, named } = await view(pull, inspection, ports);
  const shown = presentedPullRequest(seen);

  // A push between the first read and here: its own inspection shows what is true of the new head.
  const again = await ports.forge.pullRequest(repository, number);
  if (again?.head.commit !== inspection.head || again.state !== pull.state) return;
  if (shown.comment !== null) {
    // Those that it begins to name, or stops to, do not know of it yet; once it is written, the comment says that they do. Of
    // a draft, which has no comment to remember them by, this would be asked each time: two of them would ask for each other
    // without end.
    const numbers = new Set(sharedWith(seen.alsoChanged));
    await askToPresentSharing(numbers.symmetricDifference(named), pull, ports);
    // The comment first, the aggregate last: whoever is told by it finds the others.
    await ports.forge.keepComment(repository, number, planCommentMarker, shown.comment);
  }
  for (const run of shown.checkRuns) await ports.forge.publishCheckRun(repository, run);
  if (again.state === 'open') await keepShown(inspection, seen.plans, ports);
  if (pull.state === 'merged')
    await endCheckRuns(pull, presentedPullRequest({ ...seen, merged: null }).checkRuns, ports, seen.merged);
  context.log.debug('pull request presented', { head: inspection.head, checkRuns: shown.checkRuns.length });
}

/** `named`: the pull requests that its comment names as it stands. */
async function view(
  pull: PullRequest,
  inspection: Inspection,
  ports: PresentPorts,
): Promise<{ readonly seen: PullRequestView; readonly named: ReadonlySet<number> }> {
  // Each is a round trip of its own: asked for at once.
  const [plans, standing, comments, runs, others, merged] = await Promise.all([
    plansOf(inspection, ports),
    pull.state === 'open' ? standingOf(inspection, ports) : nothingStands,
    ownComments(pull, ports.forge),
    ports.forge.checkRuns(pull.repository, inspection.head),
    pull.state === 'open' ? othersOnSameHead(pull, ports) : [],
    pull.mergeCommit === null ? null : mergedView(pull.mergeCommit, inspection, ports),
  ]);
  const comment = withMarker(planCommentMarker, comments);
  const seen = {
    inspection,
    plans,
    pages: await pagesOf(plans, ports),
    docs: ports.planLinks.docs,
    alsoChanged: pull.state === 'open' ? await alsoChanged(pull, plans, ports) : nothingShared,
    ...standing,
    author: pull.author,
    confirmations: confirmationsIn(comments),
    others,
    merged,
    draft: pull.draft && pull.state === 'open',
    commented: comment !== null,
    published: runs.map(({ name }) => name),
  };
  return { seen, named: readShares(comment?.body ?? '').numbers };
}

/**
 * Which plans people were shown. They were read before the pull request was seen open: so they were made before its merge,
 * whatever the clocks say.
 */
async function keepShown(
  { repository, number, head, base }: Inspection,
  plans: PullRequestView['plans'],
  { records }: Pick<PresentPorts, 'records'>,
): Promise<void> {
  const shown = [...plans].flatMap(([environment, record]) =>
    record?.outcome.kind === 'planned' && record.head === head && record.base === base && record.again !== true
      ? [{ environment, digest: record.outcome.plan.digest }]
      : [],
  );
  await Promise.all(shown.map(({ environment, digest }) => records.saveShown(repository, number, environment, digest)));
}

const nothingShared: PullRequestView['alsoChanged'] = new Map();

/** What the check runs said for its sake stands on the head of others as well, and is theirs no longer. */
async function askToPresentOthers(pull: PullRequest, ports: PresentPorts): Promise<void> {
  for (const { repository, number } of await openOnSameHead(pull, ports.forge)) {
    await ports.queue.ask({ kind: 'present-pull-request', repository, number });
  }
}
