import { inspectedEnvironments, type PlanRecord } from '../domain/inspection.ts';
import type { JobOf } from '../domain/job.ts';
import { inspectionOf, readQueueBranch } from '../domain/merge-group.ts';
import type { Plan } from '../domain/plan.ts';
import type { PullRequest } from '../domain/pull-request.ts';
import type { Confirmation } from '../domain/release.ts';
import type { CheckRuns, Comments } from '../ports/forge.ts';
import type { Git } from '../ports/git.ts';
import type { JobContext } from '../ports/handler.ts';
import type { PlanLinks } from '../ports/plan-links.ts';
import type { Queue } from '../ports/queue.ts';
import type { Records } from '../ports/records.ts';
import { type GroupAsks, presentedMergeGroup } from '../present/merge-group.ts';
import { pullRequestPreview } from '../present/pull-request-preview.ts';
import { confirmedInGroup } from './confirm/confirmed-in-group.ts';
import { type GroupPorts, pullsInGroup } from './confirm/pulls-in-group.ts';
import { headsPullRequest } from './inspect/heads-pull-request.ts';
import { pagesOf } from './present/pages-of.ts';
import { nothingStands } from './present/standing-of.ts';
import { confirmationsOn } from './said/own-comment.ts';

export interface PresentGroupPorts {
  readonly forge: GroupPorts['forge'] & Pick<CheckRuns, 'publishCheckRun'> & Pick<Comments, 'comments'>;
  readonly git: GroupPorts['git'] & Pick<Git, 'tip'>;
  readonly records: Pick<Records, 'inspection' | 'plan'>;
  readonly planLinks: Pick<PlanLinks, 'linkTo' | 'docs'>;
  readonly queue: Queue;
}

/**
 * Answers the required check of a merge group, on its head. Nobody confirms anything there: what asks for a second person
 * must have been confirmed on the pull requests of the group, effect by effect.
 */
export async function presentMergeGroup(
  { repository, branch }: JobOf<'present-merge-group'>,
  ports: PresentGroupPorts,
  context: JobContext,
): Promise<void> {
  const group = readQueueBranch(branch);
  const head = group === null ? null : await ports.git.tip(repository, branch);
  if (group === null || head === null) return;
  const inspection = await ports.records.inspection(repository, branch);
  if (inspection === null || inspection.head !== head) {
    await ports.queue.ask(inspectionOf(repository, branch));
    return;
  }
  // One may have been opened since.
  if (await headsPullRequest(repository, head, ports.forge)) return;
  const plans = new Map<string, PlanRecord | null>();
  for (const { environment, state } of inspectedEnvironments(inspection)) {
    if (state.kind !== 'affected') continue;
    plans.set(environment.name, await ports.records.plan(repository, branch, environment.name));
  }
  const planned = [...plans.values()].flatMap((record) =>
    record?.outcome.kind === 'planned' ? [record.outcome.plan] : [],
  );
  const pulls = await pullsInGroup(inspection, group.number, planned, ports);
  const { confirmations, asks } = await consentOf(planned, pulls, ports);
  const shown = {
    inspection,
    plans,
    pages: await pagesOf(plans, ports),
    docs: ports.planLinks.docs,
    alsoChanged: new Map(),
    ...nothingStands,
  };
  // Whoever confirmed is no author of what is confirmed: that was asked where it was done.
  const preview = pullRequestPreview({ ...shown, author: '', confirmations });
  const numbers = pulls.map(({ number }) => number);
  for (const run of presentedMergeGroup(inspection, preview, { numbers, asks })) {
    await ports.forge.publishCheckRun(repository, run);
  }
  context.log.debug('merge group presented', { head, conclusion: preview.conclusion });
}

/** Of the plans that ask for a second person: who agreed, and how those ask to whom nobody did. */
async function consentOf(
  plans: readonly Plan[],
  pulls: readonly PullRequest[],
  { forge, records }: PresentGroupPorts,
): Promise<{ readonly confirmations: readonly Confirmation[]; readonly asks: GroupAsks }> {
  const confirmations: Confirmation[] = [];
  const asks = new Set<'unconfirmed' | 'together'>();
  const asking = plans.filter(({ confirmReasons }) => confirmReasons.length > 0);
  if (asking.length === 0) return { confirmations, asks };
  const confirmed = await Promise.all(
    pulls.map(async (pull) => ({ pull, confirmations: await confirmationsOn(pull, forge) })),
  );
  for (const plan of asking) {
    const consent = await confirmedInGroup(plan, confirmed, records);
    if (consent.kind === 'confirmed') confirmations.push({ digest: plan.digest, by: consent.by });
    else asks.add(consent.kind);
  }
  return { confirmations, asks };
}
