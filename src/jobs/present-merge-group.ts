import { confirms } from '../domain/confirms.ts';
import { type Inspection, inspectedEnvironments, type PlanRecord } from '../domain/inspection.ts';
import type { JobOf } from '../domain/job.ts';
import { inspectionOf, readQueueBranch } from '../domain/merge-group.ts';
import type { Plan } from '../domain/plan.ts';
import type { PullRequest } from '../domain/pull-request.ts';
import type { Confirmation } from '../domain/release.ts';
import type { CheckRuns, Comments, PullRequests } from '../ports/forge.ts';
import type { Git } from '../ports/git.ts';
import type { JobContext } from '../ports/handler.ts';
import type { PlanLinks } from '../ports/plan-links.ts';
import type { Queue } from '../ports/queue.ts';
import type { Records } from '../ports/records.ts';
import { presentedMergeGroup } from '../present/merge-group.ts';
import { pullRequestPreview } from '../present/pull-request-preview.ts';
import { headsPullRequest } from './inspect/heads-pull-request.ts';
import { pagesOf } from './present/pages-of.ts';
import { nothingStands } from './present/standing-of.ts';
import { confirmationsOn } from './said/own-comment.ts';

export interface PresentGroupPorts {
  readonly forge: Pick<PullRequests, 'pullRequest' | 'pullRequestsOf' | 'openPullRequests'> &
    Pick<CheckRuns, 'publishCheckRun'> &
    Pick<Comments, 'comments'>;
  readonly git: Pick<Git, 'tip' | 'history' | 'parents'>;
  readonly records: Pick<Records, 'inspection' | 'plan'>;
  readonly planLinks: Pick<PlanLinks, 'linkTo'>;
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
  const confirmations: Confirmation[] = [];
  const pulls = await pullsIn(inspection, group.number, ports);
  for (const { environment, state } of inspectedEnvironments(inspection)) {
    if (state.kind !== 'affected') continue;
    const record = await ports.records.plan(repository, branch, environment.name);
    plans.set(environment.name, record);
    if (record?.outcome.kind !== 'planned') continue;
    const { plan } = record.outcome;
    const by = plan.confirmReasons.length === 0 ? null : await confirmedBy(plan, pulls, ports);
    if (by !== null) confirmations.push({ digest: plan.digest, by });
  }
  const shown = { inspection, plans, pages: await pagesOf(plans, ports), alsoChanged: new Map(), ...nothingStands };
  // Whoever confirmed is no author of what is confirmed: that was asked where it was done.
  const preview = pullRequestPreview({ ...shown, author: '', confirmations });
  const numbers = pulls.map(({ pull }) => pull.number);
  for (const run of presentedMergeGroup(inspection, preview, numbers)) {
    await ports.forge.publishCheckRun(repository, run);
  }
  context.log.debug('merge group presented', { head, conclusion: preview.conclusion });
}

interface ConfirmedPull {
  readonly pull: PullRequest;
  readonly confirmations: readonly Confirmation[];
}

/** How many commits of the queue are looked through. */
const commitLimit = 100;

/** The pull requests of a group, as far as Git and the forge tell: whoever is not found has confirmed nothing. */
async function pullsIn(
  { repository, base, head }: Inspection,
  last: number,
  { forge, git }: PresentGroupPorts,
): Promise<readonly ConfirmedPull[]> {
  const numbers = new Set([last]);
  for (const commit of await git.history(repository, head, commitLimit)) {
    if (commit === base) break;
    // Of a merge commit the second parent is the pull request's head; of what the queue squashed nothing but its last is known.
    const [, merged = null] = await git.parents(repository, commit);
    if (merged === null) continue;
    for (const pull of await forge.pullRequestsOf(repository, merged)) {
      if (pull.head.commit === merged) numbers.add(pull.number);
    }
  }
  const found: ConfirmedPull[] = [];
  for (const number of numbers) {
    const pull = await forge.pullRequest(repository, number);
    if (pull !== null) found.push({ pull, confirmations: await confirmationsOn({ repository, number }, forge) });
  }
  return found.toSorted((left, right) => left.pull.number - right.pull.number);
}

/** Who confirmed all that this plan does; null: something of it nobody did. */
async function confirmedBy(
  plan: Plan,
  pulls: readonly ConfirmedPull[],
  { records }: PresentGroupPorts,
): Promise<string | null> {
  const agreed = new Set<string>();
  const by = new Set<string>();
  for (const { pull, confirmations } of pulls) {
    const record = await records.plan(pull.repository, pull.number, plan.environment);
    if (record?.outcome.kind !== 'planned' || record.head !== pull.head.commit) continue;
    const theirs = record.outcome.plan;
    const confirmation = confirmations.find((one) => confirms(one, { digest: theirs.digest, author: pull.author }));
    if (theirs.confirmReasons.length > 0 && confirmation === undefined) continue;
    if (confirmation !== undefined) by.add(confirmation.by);
    for (const { effect } of theirs.changes) agreed.add(effect);
  }
  const asks = plan.changes.filter(({ effect }) => effect !== '');
  return by.size > 0 && asks.every(({ effect }) => agreed.has(effect)) ? [...by].join(', ') : null;
}
