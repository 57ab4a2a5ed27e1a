import { aggregateName, type CheckRun, environmentRunName } from '../domain/check-run.ts';
import { type Inspection, inspectedEnvironments, type PlanRecord } from '../domain/inspection.ts';
import type { JobOf } from '../domain/job.ts';
import { planCommentMarker, readShares } from '../domain/marker.ts';
import type { PullRequest } from '../domain/pull-request.ts';
import { isVerdict, type ReleaseReport } from '../domain/release.ts';
import type { CommitId } from '../domain/repository.ts';
import { missingFiles } from '../domain/settings-change.ts';
import type { Clock } from '../ports/clock.ts';
import type { CheckRuns, Comments, PublishedCheckRun, PullRequests } from '../ports/forge.ts';
import type { Git } from '../ports/git.ts';
import type { JobContext } from '../ports/handler.ts';
import type { PlanLinks } from '../ports/plan-links.ts';
import type { Queue } from '../ports/queue.ts';
import type { Records } from '../ports/records.ts';
import { presentEnded, presentReleased } from '../present/check-run/ended-run.ts';
import { sharedWith } from '../present/preview.ts';
import { type OtherPullRequest, type PullRequestView, presentedPullRequest } from '../present/pull-request.ts';
import { pullRequestPreview } from '../present/pull-request-preview.ts';
import type { MergedView } from '../present/release/release-table.ts';
import { alsoChanged } from './present/also-changed.ts';
import { pagesOf } from './present/pages-of.ts';
import { nothingStands, standingOf } from './present/standing-of.ts';
import { confirmationsIn, confirmationsOn, ownComments, withMarker } from './said/own-comment.ts';

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
  // The comment first, the aggregate last: whoever is told by it finds the others.
  if (shown.comment !== null) await ports.forge.keepComment(repository, number, planCommentMarker, shown.comment);
  for (const run of shown.checkRuns) await ports.forge.publishCheckRun(repository, run);
  if (again.state === 'open') await keepShown(inspection, seen.plans, ports);
  // Those that it begins to name, or stops to, do not know of it yet. Of a draft, which has no comment to remember them by,
  // this would be asked each time: two of them would ask for each other without end.
  if (shown.comment !== null) {
    const numbers = new Set(sharedWith(seen.alsoChanged));
    await askToPresentSharing(numbers.symmetricDifference(named), pull, ports);
  }
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

async function plansOf(
  inspection: Inspection,
  { records }: Pick<PresentPorts, 'records'>,
): Promise<ReadonlyMap<string, PlanRecord | null>> {
  const affected = inspectedEnvironments(inspection).filter(({ state }) => state.kind === 'affected');
  const plans = affected.map(async ({ environment: { name } }) => {
    return [name, await records.plan(inspection.repository, inspection.number, name)] as const;
  });
  return new Map(await Promise.all(plans));
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

/**
 * A pull request may end while it is planned: check runs that are in progress then get their last word, which is the
 * plan where there is one; and so do those that wait for a person once its release has ended. With a head that is an open
 * pull request's, too, they are that one's to finish.
 */
async function endCheckRuns(
  pull: PullRequest,
  planned: readonly CheckRun[],
  { forge }: PresentPorts,
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

/** What the check runs said for its sake stands on the head of others as well, and is theirs no longer. */
async function askToPresentOthers(pull: PullRequest, ports: PresentPorts): Promise<void> {
  for (const { repository, number } of await openOnSameHead(pull, ports.forge)) {
    await ports.queue.ask({ kind: 'present-pull-request', repository, number });
  }
}

/** Other open pull requests that change the same objects say so, too, and no longer where that is over. No more than are looked at. */
async function askToPresentSharing(
  numbers: ReadonlySet<number>,
  { repository }: PullRequest,
  { queue }: Pick<PresentPorts, 'queue'>,
): Promise<void> {
  for (const number of numbers) {
    await queue.ask({ kind: 'present-pull-request', repository, number }, { priority: 'low' });
  }
}

/** A closed one is named by nobody any more. Its comment forgets them, so that it tells them again when it is reopened. */
async function forgetSharing(pull: PullRequest, ports: PresentPorts): Promise<void> {
  const { repository, number } = pull;
  const comment = withMarker(planCommentMarker, await ownComments(pull, ports.forge));
  const { numbers, without } = readShares(comment?.body ?? '');
  if (numbers.size === 0) return;
  await askToPresentSharing(numbers, pull, ports);
  await ports.forge.keepComment(repository, number, planCommentMarker, without);
}

/** A check run belongs to a commit: where several open pull requests have the same head, it shows the worst of them. */
async function othersOnSameHead(pull: PullRequest, ports: PresentPorts): Promise<readonly OtherPullRequest[]> {
  const others: OtherPullRequest[] = [];
  for (const other of await openOnSameHead(pull, ports.forge)) {
    const inspection = await ports.records.inspection(other.repository, other.number);
    // Not inspected yet: its own presentation will find this one.
    if (inspection === null || inspection.head !== other.head.commit) continue;
    const plans = await plansOf(inspection, ports);
    const confirmations = await confirmationsOn(other, ports.forge);
    const known = {
      inspection,
      plans,
      pages: new Map(),
      docs: ports.planLinks.docs,
      alsoChanged: nothingShared,
      ...nothingStands,
    };
    const preview = pullRequestPreview({ ...known, author: other.author, confirmations });
    others.push({ number: other.number, base: inspection.base, preview });
  }
  return others;
}

async function openOnSameHead(
  { repository, number, head }: PullRequest,
  forge: Pick<PullRequests, 'pullRequestsOf'>,
): Promise<readonly PullRequest[]> {
  const pulls = await forge.pullRequestsOf(repository, head.commit);
  return pulls.filter(
    (other) => other.number !== number && other.state === 'open' && other.head.commit === head.commit,
  );
}

async function mergedView(
  commit: CommitId,
  inspection: Inspection,
  ports: PresentPorts,
): Promise<PullRequestView['merged']> {
  const reports = new Map<string, ReleaseReport | null>();
  for (const { environment, state } of inspectedEnvironments(inspection)) {
    if (environment.mode === 'observe') continue;
    const report = await ports.records.report(inspection.repository, environment.name);
    const own = report !== null && (await carries(report, commit, ports)) ? report : null;
    if (state.kind === 'affected' || (own?.commit === commit && own.state.kind !== 'unchanged')) {
      reports.set(environment.name, own);
    }
  }
  for (const name of broughtEnvironments(inspection)) {
    if (reports.has(name)) continue;
    const report = await ports.records.report(inspection.repository, name);
    reports.set(name, report !== null && (await carries(report, commit, ports)) ? report : null);
  }
  return { commit, reports };
}

/** Environments that the pull request brought with its settings: its merge releases them for the first time. */
function broughtEnvironments({ settingsChanges, baseRef }: Inspection): readonly string[] {
  return settingsChanges.flatMap((change) => {
    if (change.kind !== 'adds') return [];
    const { environment, allowance } = change.proposal;
    const { name, follow, mode } = environment;
    const isThere = missingFiles(change.proposal).length === 0;
    const released = allowance.kind === 'allowed' && isThere && follow.branch === baseRef && mode !== 'observe';
    return released ? [name] : [];
  });
}

/** Whether a report is of this commit or of a later one that carried it. */
async function carries(report: ReleaseReport, commit: CommitId, ports: PresentPorts): Promise<boolean> {
  if (report.commit === commit) return true;
  const { repository } = report;
  const known = (await ports.git.fetchCommit(repository, report.commit)) !== null;
  return known && ports.git.isAncestor(repository, commit, report.commit);
}
