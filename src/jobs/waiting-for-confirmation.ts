import type { Environment } from '../domain/environment.ts';
import type { CommitId, PullRequest } from '../domain/repository.ts';
import type { WaitingPlan } from '../present/reply.ts';
import type { FanOutPorts } from './fan-out-push.ts';
import { ownStatus } from './own-status.ts';
import { readSettings } from './read-settings.ts';

/** A plan that waits for a second person, with what tells whether this one is. */
export interface AwaitedPlan extends WaitingPlan {
  /** When its digest was shown (ISO 8601); null: not shown yet. */
  readonly publishedAt: string | null;
  /** Logins of all who wrote what waits: none of them is a second person. */
  readonly authors: readonly string[];
}

export type Awaited =
  | { readonly kind: 'waiting'; readonly plans: readonly AwaitedPlan[] }
  /** A later pull request carried this one along: only what is said there counts for the release of both. */
  | { readonly kind: 'elsewhere'; readonly number: number }
  | { readonly kind: 'nothing' };

/** What of a pull request waits for a second person: its plans, or once it is merged its releases. */
export async function waitingForConfirmation(pull: PullRequest, ports: FanOutPorts): Promise<Awaited> {
  if (pull.state === 'merged') return await waitingReleases(pull, ports);
  const plans = await waitingPlans(pull, ports);
  return plans.length === 0 ? { kind: 'nothing' } : { kind: 'waiting', plans };
}

/** Somebody who wrote any of these plans and would confirm it (logins differ by more than case); null: another person. */
export function authorAmong(plans: readonly AwaitedPlan[], login: string): string | null {
  const authors = plans.flatMap((plan) => plan.authors);
  return authors.find((author) => author.toLowerCase() === login.toLowerCase()) ?? null;
}

async function waitingPlans(pull: PullRequest, ports: FanOutPorts): Promise<readonly AwaitedPlan[]> {
  const { repository, number, head } = pull;
  const inspection = await ports.records.inspection(repository, number);
  if (inspection === null || inspection.outcome.kind !== 'inspected') return [];
  const runs = await ports.forge.checkRuns(repository, inspection.head);
  const waiting: AwaitedPlan[] = [];
  for (const { environment } of inspection.outcome.environments) {
    const record = await ports.records.plan(repository, number, environment.name);
    if (record?.head !== head.commit || record.outcome.kind !== 'planned') continue;
    const { digest, confirm } = record.outcome.plan;
    if (confirm.length === 0) continue;
    const run = runs.find((candidate) => candidate.externalId.endsWith(`:${digest}`));
    waiting.push({
      environment: environment.name,
      digest,
      publishedAt: run?.completedAt ?? null,
      // Merging releases what was merged before and still waits, too: the plan shows it, and names its deletions.
      authors: await authorsOf(pull, environment, await history(pull, inspection.base, ports), ports),
    });
  }
  return waiting;
}

async function waitingReleases(pull: PullRequest, ports: FanOutPorts): Promise<Awaited> {
  const { repository, number } = pull;
  const plans: AwaitedPlan[] = [];
  let carrier: number | null = null;
  for (const environment of await environmentsFollowing(pull, ports)) {
    const report = await ports.records.report(repository, environment.name);
    if (report?.state.kind !== 'waiting' || report.state.confirm === null) continue;
    const desired = await ports.records.desired(repository, environment.name);
    if (desired?.pullRequest?.number !== number) {
      carrier ??= desired?.pullRequest?.number ?? null;
      continue;
    }
    const [, ...older] = await history(pull, desired.commit, ports);
    const authors = await authorsOf(pull, environment, older, ports);
    plans.push({ environment: environment.name, digest: report.state.confirm, publishedAt: report.at, authors });
  }
  if (plans.length > 0) return { kind: 'waiting', plans };
  return carrier === null ? { kind: 'nothing' } : { kind: 'elsewhere', number: carrier };
}

async function environmentsFollowing(pull: PullRequest, ports: FanOutPorts): Promise<readonly Environment[]> {
  const reading = await readSettings(pull.repository, ports);
  if (reading.kind !== 'read') return [];
  return reading.settings.environments.filter(({ follow }) => follow.branch === pull.base.ref);
}

/** How far back commits are looked at that are released together with this one. */
const historyLimit = 20;

function history({ repository }: PullRequest, tip: CommitId, { git }: FanOutPorts): Promise<readonly CommitId[]> {
  return git.history(repository, tip, historyLimit);
}

/** Who wrote the pull request, and those that are released with it because their own release has not converged. */
async function authorsOf(
  { repository, author }: PullRequest,
  { name, follow }: Environment,
  older: readonly CommitId[],
  { forge }: FanOutPorts,
): Promise<readonly string[]> {
  const authors = new Set([author]);
  for (const commit of older) {
    const status = await ownStatus({ repository, commit, environment: name }, forge);
    if (status === null) continue;
    // Also what failed is still to come: a blocked release applied nothing, and a diverged one pruned nothing.
    if (status.state === 'success') break;
    for (const pull of await forge.pullRequestsOf(repository, commit)) {
      if (pull.state === 'merged' && pull.base.ref === follow.branch) authors.add(pull.author);
    }
  }
  return [...authors];
}
