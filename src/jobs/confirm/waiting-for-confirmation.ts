import type { Planning, WaitingPlan } from '../../domain/command-reply.ts';
import type { Environment } from '../../domain/environment.ts';
import { readExternalId } from '../../domain/external-id.ts';
import { inspectedEnvironments } from '../../domain/inspection.ts';
import { endOfRelease, isOutlived } from '../../domain/outlived-plan.ts';
import { asksToConfirm } from '../../domain/own-status.ts';
import type { PullRequest } from '../../domain/pull-request.ts';
import type { ReleaseReport, Wanted } from '../../domain/release.ts';
import type { CommitId } from '../../domain/repository.ts';
import type { CheckRuns, PullRequests, Repositories, Statuses } from '../../ports/forge.ts';
import type { Git } from '../../ports/git.ts';
import type { Records } from '../../ports/records.ts';
import type { Renderer } from '../../ports/renderer.ts';
import { kept } from '../many/reading-once.ts';
import { historyLimit } from '../repository/history-limit.ts';
import { readSettings, type SettingsPorts } from '../repository/read-settings.ts';
import { ownStatus } from '../said/own-status.ts';
import type { LandingGit } from './landed-with.ts';
import { type Written, whoWrote } from './who-wrote.ts';
import { withCarried } from './with-carried.ts';

export interface ConfirmationPorts {
  readonly forge: Pick<Repositories, 'facts'> &
    Pick<PullRequests, 'pullRequestsOf' | 'commitsOf' | 'whoCommitted'> &
    Pick<CheckRuns, 'checkRuns'> &
    Pick<Statuses, 'statuses'>;
  readonly git: SettingsPorts['git'] & Pick<Git, 'history'> & LandingGit;
  readonly renderer: Renderer;
  readonly records: Pick<Records, 'inspection' | 'plan' | 'desired' | 'report'>;
}

/** A plan that waits for a second person, with what tells whether this one is. */
export interface AwaitedPlan extends WaitingPlan {
  /** When its digest was shown (ISO 8601); null: not shown yet. */
  readonly publishedAt: string | null;
  /** What it releases, its own pull request first: who had a part in it is no second person. */
  readonly wrote: Written;
}

export interface Awaited {
  readonly plans: readonly AwaitedPlan[];
  /** What is being planned anew, and may wait then; null: nothing is. */
  readonly planning: Planning | null;
  /**
   * A later pull request carried this one along, and only what is said there counts for the release of both; null:
   * none.
   */
  readonly elsewhere: number | null;
}

/** What of a pull request waits for a second person: its plans, or once it is merged its releases. */
export function waitingForConfirmation(pull: PullRequest, ports: ConfirmationPorts): Promise<Awaited> {
  const { forge } = ports;
  // All environments look at the same commits.
  const statuses = kept((repository, commit: CommitId) => forge.statuses(repository, commit)).read;
  const once = { ...ports, forge: { ...forge, statuses } };
  return pull.state === 'merged' ? waitingReleases(pull, once) : waitingPlans(pull, once);
}

async function waitingPlans(pull: PullRequest, ports: ConfirmationPorts): Promise<Awaited> {
  const { repository, number, head } = pull;
  const unknown: Awaited = { plans: [], planning: { kind: 'pull-request', environments: [] }, elsewhere: null };
  const inspection = await ports.records.inspection(repository, number);
  if (inspection === null || inspection.head !== head.commit) return unknown;
  const runs = await ports.forge.checkRuns(repository, inspection.head);
  const writers = whoWrote(ports.forge);
  const plans: AwaitedPlan[] = [];
  const environments: string[] = [];
  for (const { environment, state } of inspectedEnvironments(inspection)) {
    if (state.kind !== 'affected') continue;
    const record = await ports.records.plan(repository, number, environment.name);
    const report = await ports.records.report(repository, environment.name);
    const ended = report === null ? null : endOfRelease(report);
    if (record?.head !== inspection.head || record.base !== inspection.base || isOutlived(record, ended)) {
      environments.push(environment.name);
      continue;
    }
    if (record.outcome.kind !== 'planned' || record.outcome.plan.confirmReasons.length === 0) continue;
    const { digest } = record.outcome.plan;
    const own = await writers(pull);
    // The branch was pushed over since the inspection: the forge no longer lists the commits that were planned.
    if (own.complete && !own.commits.some(({ commit }) => commit === inspection.head)) return unknown;
    const run = runs.find(({ externalId }) => readExternalId(externalId)?.digest === digest);
    // Merging releases what was merged before and still waits, too: the plan shows it, and names its deletions.
    const { defaultBranch } = inspection;
    const older = await history(pull, inspection.base, ports);
    const wrote = await withCarried(own, { pull, environment, defaultBranch, tip: null, older, writers }, ports);
    plans.push({ environment: environment.name, digest, publishedAt: run?.completedAt ?? null, wrote });
  }
  const planning: Planning | null = environments.length === 0 ? null : { kind: 'pull-request', environments };
  return { plans, planning, elsewhere: null };
}

async function waitingReleases(pull: PullRequest, ports: ConfirmationPorts): Promise<Awaited> {
  const { repository, number, mergeCommit } = pull;
  const writers = whoWrote(ports.forge);
  const plans: AwaitedPlan[] = [];
  const environments: string[] = [];
  let elsewhere: number | null = null;
  for (const environment of await environmentsFollowing(pull, ports)) {
    const report = await ports.records.report(repository, environment.name);
    const now = await ports.records.desired(repository, environment.name);
    // Nothing of it is released, whoever confirms what.
    if (now !== null && now.kind !== 'wanted') continue;
    const desired = now;
    const digest = report?.state.kind === 'waiting' ? report.state.confirmDigest : null;
    const carrier = desired?.pullRequest?.number ?? null;
    const waits = digest !== null || (await isPending(pull, environment, ports));
    if (waits && carrier !== null && carrier !== number) {
      elsewhere ??= carrier;
    } else if (desired !== null && carrier === null) {
      // Pushed directly: there is nobody to ask.
      continue;
    } else if (report !== null && digest !== null && desired !== null) {
      const [tip = desired.commit, ...older] = await history(pull, desired.commit, ports);
      const { defaultBranch } = desired;
      const carried = { pull, environment, defaultBranch, tip, older, writers };
      const wrote = await withCarried(await writers(pull), carried, ports);
      plans.push({ environment: environment.name, digest, publishedAt: await shownAt(desired, digest, ports), wrote });
    } else if (waits && !isPlanned(desired, report)) {
      environments.push(environment.name);
    }
  }
  const planning: Planning | null =
    mergeCommit === null || environments.length === 0 ? null : { kind: 'release', commit: mergeCommit, environments };
  return { plans, planning, elsewhere };
}

/**
 * The report is written before the forge is told: what counts is when the commit said it, by the clock that stamps
 * comments.
 */
async function shownAt(
  { repository, commit, environment: { name } }: Wanted,
  digest: string,
  { forge }: ConfirmationPorts,
): Promise<string | null> {
  const status = await ownStatus({ repository, commit, environment: name }, forge);
  return status !== null && asksToConfirm(status, digest) ? status.at : null;
}

async function isPending({ repository, mergeCommit }: PullRequest, { name }: Environment, ports: ConfirmationPorts) {
  if (mergeCommit === null) return false;
  const status = await ownStatus({ repository, commit: mergeCommit, environment: name }, ports.forge);
  return status?.state === 'pending';
}

/** Whether the report says what became of what is desired now, so that no other plan is on its way. */
function isPlanned(desired: Wanted | null, report: ReleaseReport | null): boolean {
  // Nothing is planned before its gate opens.
  if (desired?.gate.kind === 'waiting') return true;
  if (desired === null || report?.commit !== desired.commit) return false;
  // A report that waits for no `/confirm` waited for its gate, which is open by now: a plan is on its way. Only what no
  // person asked for goes on waiting.
  return report.state.kind !== 'waiting' || desired.asked.kind === 'sweep';
}

async function environmentsFollowing(pull: PullRequest, ports: ConfirmationPorts): Promise<readonly Environment[]> {
  const reading = await readSettings(pull.repository, ports);
  if (reading.kind !== 'read') return [];
  return reading.settings.environments.filter(({ follow }) => follow.branch === pull.base.ref);
}

function history({ repository }: PullRequest, tip: CommitId, { git }: ConfirmationPorts): Promise<readonly CommitId[]> {
  return git.history(repository, tip, historyLimit + 2);
}
