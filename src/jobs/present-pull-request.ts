import type { Inspection, PlanRecord } from '../domain/inspection.ts';
import type { JobOf } from '../domain/job.ts';
import { planCommentMarker, readConfirmations } from '../domain/marker.ts';
import type { ReleaseReport } from '../domain/release.ts';
import type { PullRequest } from '../domain/repository.ts';
import type { CheckRuns, Clock, Comments, JobContext, PullRequests, Queue, Records } from '../ports.ts';
import { type PullRequestView, presentPullRequest } from '../present/pull-request.ts';

export interface PresentPorts {
  readonly forge: PullRequests & CheckRuns & Comments;
  readonly records: Records;
  readonly queue: Queue;
  readonly clock: Clock;
}

/**
 * Shows what is known of a pull request: check runs on its head and the one comment. Level-triggered: whatever the
 * records hold when it runs is what is shown; what is missing has been, or is, asked for.
 */
export async function presentPullRequestJob(
  job: JobOf<'present-pull-request'>,
  ports: PresentPorts,
  context: JobContext,
): Promise<void> {
  const { repository, number } = job;
  const pull = await ports.forge.pullRequest(repository, number);
  if (pull === null || pull.state === 'closed') return;
  const inspection = await ports.records.inspection(repository, number);
  if (inspection === null || (pull.state === 'open' && inspection.head !== pull.head.commit)) {
    if (pull.state === 'open') await ports.queue.ask({ kind: 'inspect-pull-request', repository, number });
    return;
  }
  const shown = presentPullRequest(await view(pull, inspection, ports));

  // A push between the first read and here: its own inspection shows what is true of the new head.
  const again = await ports.forge.pullRequest(repository, number);
  if (again === null || again.head.commit !== inspection.head || again.state !== pull.state) return;
  if (pull.state === 'open') {
    for (const run of shown.checkRuns) await ports.forge.publishCheckRun(repository, run);
  }
  if (shown.comment !== null) await ports.forge.keepComment(repository, number, planCommentMarker, shown.comment);
  context.log.debug('pull request presented', { head: inspection.head, checkRuns: shown.checkRuns.length });
}

async function view(pull: PullRequest, inspection: Inspection, ports: PresentPorts): Promise<PullRequestView> {
  const { repository, number } = pull;
  const plans = new Map<string, PlanRecord | null>();
  const reports = new Map<string, ReleaseReport | null>();
  const environments = inspection.outcome.kind === 'inspected' ? inspection.outcome.environments : [];
  for (const { environment, state } of environments) {
    if (state.kind !== 'affected') continue;
    const record = await ports.records.plan(repository, number, environment.name);
    const current = record !== null && record.head === inspection.head && record.base === inspection.base;
    plans.set(environment.name, current ? record : null);
    const report = pull.mergeCommit === null ? null : await ports.records.report(repository, environment.name);
    reports.set(environment.name, report);
  }
  const comments = await ports.forge.comments(repository, number);
  const own = comments.filter((comment) => comment.own).map((comment) => comment.body);
  return {
    inspection,
    plans,
    confirmations: readConfirmations(own),
    merged: pull.mergeCommit === null ? null : { commit: pull.mergeCommit, reports },
    others: await othersOnSameHead(pull, ports),
    now: ports.clock.now(),
  };
}
