import { allowanceFor, type ClusterEntry } from '../../domain/allowance.ts';
import type { WishOutcome } from '../../domain/command-reply.ts';
import type { CommitStatus } from '../../domain/commit-status.ts';
import { canonicalSettings, type Environment } from '../../domain/environment.ts';
import { isoTime } from '../../domain/iso-time.ts';
import { saysNotBegun } from '../../domain/own-status.ts';
import type { PullRequest } from '../../domain/pull-request.ts';
import { mergedAs } from '../../domain/pull-request.ts';
import type { Asked, Departure, Desired, Wanted } from '../../domain/release.ts';
import { placeOf, type RenderResult } from '../../domain/rendering.ts';
import type { CommitId } from '../../domain/repository.ts';
import type { Clock } from '../../ports/clock.ts';
import type { CheckRuns, Comments, PullRequests, Repositories, Statuses } from '../../ports/forge.ts';
import type { Git } from '../../ports/git.ts';
import type { JobContext } from '../../ports/handler.ts';
import type { Queue } from '../../ports/queue.ts';
import type { Records } from '../../ports/records.ts';
import type { Renderer } from '../../ports/renderer.ts';
import { presentDenied, presentOvertaken, presentPending, presentUnrendered } from '../../present/release/status.ts';
import { changesSettings, rendersOtherwise } from '../repository/changes-environment.ts';
import { historyLimit } from '../repository/history-limit.ts';
import type { SettingsReading } from '../repository/read-settings.ts';
import { renderCommit } from '../repository/render-commit.ts';
import { confirmationsIn, ownComments } from '../said/own-comment.ts';
import { isUnsettled, ownStatus, unsettledStatus } from '../said/own-status.ts';
import { type Story, storyUrl } from '../said/story-url.ts';
import { leaveSyncReply } from '../say/end-sync-reply.ts';
import { askForOrphans } from './ask-for-orphans.ts';
import { decideGate } from './decide-gate.ts';
import type { DepartureGit } from './departures.ts';
import { isWrittenOver } from './is-written-over.ts';
import { lastingDeparture } from './lasting-departure.ts';
import { whoAsked } from './who-asked.ts';
import { withholdEnvironment } from './withhold-environment.ts';

export interface DesirePorts {
  readonly forge: Pick<Repositories, 'facts'> &
    Pick<PullRequests, 'pullRequestsOf'> &
    Pick<CheckRuns, 'checkRuns'> &
    Pick<Comments, 'comments' | 'keepComment'> &
    Statuses;
  readonly git: DepartureGit & Pick<Git, 'tip' | 'fetchCommit' | 'isAncestor'>;
  readonly renderer: Renderer;
  readonly records: Pick<Records, 'desired' | 'saveDesired' | 'saveRendering' | 'report' | 'orphanCount'>;
  readonly queue: Queue;
  readonly clock: Clock;
  readonly clusters: readonly ClusterEntry[];
}

/** For the environments of one push together. `forge` reads once for all of them. */
export interface SharingPorts extends DesirePorts {
  /** Reads anew what another job may have written meanwhile: a verdict is never written over by what was before it. */
  readonly afresh: Statuses;
}

/** That an environment be at a commit. */
export interface Wish {
  readonly reading: Extract<SettingsReading, { readonly kind: 'read' }>;
  /** The tip before the push, where the webhook told. */
  readonly before: CommitId | null;
  readonly asked: Asked;
  readonly environment: Environment;
  /** The tip of the branch that the environment follows. */
  readonly commit: CommitId;
  /** From another cluster; null: it left none lately. */
  readonly departure: Departure | null;
  /** What was desired before the tip was read. */
  readonly previous: Desired | null;
}

/**
 * Writes what one environment should be, says so on the commit, and asks for the release. `overtaken`: somebody else wrote
 * what is desired meanwhile, perhaps of a newer tip. `left-alone`: nobody asked for a release, and there is none.
 */
export async function desireEnvironment(
  wish: Wish,
  ports: SharingPorts,
  context: JobContext,
): Promise<WishOutcome | 'overtaken' | 'left-alone'> {
  const { environment, commit } = wish;
  const { facts } = wish.reading;
  const { repository } = facts;
  if (environment.mode === 'observe' && wish.asked.kind !== 'sync') {
    // Planned, never released: there is nothing to wait for and nothing to say on a commit, unless somebody asks.
    const outcome = await withholdEnvironment({ wish, reason: observed, status: null }, ports, context);
    return outcome === 'overtaken' ? outcome : 'left-alone';
  }
  // Git and the forge are asked at once: this is time between a merge and its release.
  const [made, { pull, comments }, standing] = await Promise.all([
    renderWish(wish, ports),
    mergedPullRequest(wish, ports),
    ownStatus({ repository, commit, environment: environment.name }, ports.forge),
  ]);
  const { history, result, changed } = made;
  const url = storyUrl({ facts, commit, pull, comments });

  const allowance = allowanceFor(ports.clusters, {
    repository,
    environment,
    defaultBranch: facts.defaultBranch,
  });
  const { name } = environment;
  const refuse = async (status: CommitStatus): Promise<WishOutcome | 'overtaken'> => {
    const reason = status.description;
    // On the commit that made it so, or that waits for its release; a release that has ended there stays true.
    const now = await standingNow(wish, standing, ports);
    const concerns = now === null ? changed : now.state !== 'success';
    const withholding = { wish, reason, status: concerns ? status : null };
    const outcome = await withholdEnvironment(withholding, ports, context);
    return outcome === 'overtaken' ? outcome : { kind: 'refused', commit, reason };
  };
  if (allowance.kind === 'denied') return refuse(presentDenied(name, allowance.reason, url));
  if (result.kind === 'refused' && result.awaits !== undefined) {
    const { before } = wish;
    const asked = wish.asked.kind === 'sweep' ? 'sweep' : 'push';
    const { branch } = environment.follow;
    const afterwards = { kind: 'fan-out-push', repository, branch, asked, before } as const;
    await ports.queue.ask({ kind: 'tell-cluster-facts', cluster: result.awaits, afterwards });
    const reason = result.problems.map(({ message }) => message).join(' ');
    return refuse(presentPending(name, { kind: 'waiting', reason }, url));
  }
  if (result.kind === 'refused') return refuse(presentUnrendered(name, result.problems, url));
  if (environment.mode === 'observe') {
    const status = presentPending(name, { kind: 'waiting', reason: observed }, url);
    const outcome = await withholdEnvironment({ wish, reason: observed, status }, ports, context);
    return outcome === 'overtaken' ? outcome : { kind: 'waiting', commit, reason: observed };
  }
  if (result.kind === 'rendered') await ports.records.saveRendering(result.rendering);

  const asked = await whoAsked({ ...wish, repository, changed, standing, pull }, ports.forge);
  const { environments } = wish.reading.settings;
  const gate = await decideGate({ repository, environment, environments, commit, history, asked }, ports);
  const carries = await stillCarried(wish, ports);
  const desired: Wanted = {
    kind: 'wanted',
    repository,
    environment,
    defaultBranch: facts.defaultBranch,
    visibility: facts.visibility,
    commit,
    rendering: result.kind === 'rendered' ? result.rendering.id : null,
    settings: canonicalSettings(environment),
    asked,
    gate,
    confirmations: confirmationsIn(comments),
    pullRequest: pull === null ? null : { number: pull.number, author: pull.author },
    carries,
    merged: mergedOf(pull, carries, wish.previous),
    departure: await lastingDeparture(wish, ports),
    at: isoTime(ports.clock.now()),
  };
  if (await isWrittenOver(wish, ports)) return 'overtaken';

  const isNews = asked.kind === 'push' && changed;
  // Said before `saveDesired` lets a worker begin: "pending" must never be written over its verdict. Also where a verdict
  // stands, if somebody asked for a `/sync`; once, for the same may run again when its release has ended.
  const isUnsaid = (said: CommitStatus | null): boolean => said === null || saysNotBegun(said);
  const isPromised = isNews && isUnsaid(standing) && isUnsaid(await standingNow(wish, standing, ports));
  if ((wish.asked.kind === 'sync' && !isSyncedAlready(wish)) || isPromised) {
    await ports.forge.setStatus(repository, commit, presentPending(name, gate, url));
  }
  const syncedAt = asked.kind === 'sync' ? asked.at : null;
  await leaveSyncReply(wish.previous, { commit, syncedAt, withheld: null }, ports);
  // Saying it took requests to GitHub.
  if (await isWrittenOver(wish, ports)) return 'overtaken';
  await ports.records.saveDesired(desired);
  context.log.debug('desired written', { environment: name, commit, asked: asked.kind, gate: gate.kind });
  if (wish.asked.kind === 'sync' || isNews) {
    await overtake(wish, history.slice(1), ports);
    // A little later: the release that is asked for below says more, mostly within a second.
    const present = { kind: 'present-pull-request', repository } as const;
    if (pull !== null) await ports.queue.ask({ ...present, number: pull.number }, { delayMs: 1_500 });
  }
  await ports.queue.ask({
    kind: 'converge-environment',
    repository,
    environment: name,
    cluster: environment.cluster,
  });
  await askForOrphans(desired, ports);
  if (desired.rendering === null) return { kind: 'refused', commit, reason: `there is nothing at ${environment.path}` };
  return gate.kind === 'open' ? { kind: 'converging', commit } : { kind: 'waiting', commit, reason: gate.reason };
}

const observed = 'mode is observe, nothing is released';

/** Whether this very `/sync` was written down: what it promises was said before. */
function isSyncedAlready({ asked, commit, previous }: Wish): boolean {
  if (asked.kind !== 'sync' || previous?.kind !== 'wanted' || previous.asked.kind !== 'sync') return false;
  return previous.commit === commit && previous.asked.at === asked.at;
}

/** What stands on the commit at the time of writing: where it was desired already, its release may have ended since. */
async function standingNow(
  { reading, environment, commit, previous }: Wish,
  standing: CommitStatus | null,
  { afresh }: SharingPorts,
): Promise<CommitStatus | null> {
  if (previous?.commit !== commit) return standing;
  return ownStatus({ repository: reading.facts.repository, commit, environment: environment.name }, afresh);
}

/** The pull requests of what was desired before and has not converged: this release is theirs, too. */
async function stillCarried({ previous, commit }: Wish, { records }: DesirePorts): Promise<readonly number[]> {
  if (previous?.kind !== 'wanted') return [];
  if (previous.commit === commit) return previous.carries;
  const report = await records.report(previous.repository, previous.environment.name);
  const isOver = report?.state.kind === 'converged' || report?.state.kind === 'unchanged';
  if (isOver && report.commit === previous.commit) return [];
  const own = previous.pullRequest === null ? [] : [previous.pullRequest.number];
  return [...new Set([...own, ...previous.carries])].slice(0, historyLimit);
}

function mergedOf(
  pull: PullRequest | null,
  carries: readonly number[],
  previous: Desired | null,
): NonNullable<Wanted['merged']> {
  const own = pull?.mergedAt === undefined ? [] : [{ number: pull.number, at: pull.mergedAt }];
  const before = previous?.kind === 'wanted' ? (previous.merged ?? []) : [];
  return [...own, ...before.filter(({ number }) => carries.includes(number) && number !== pull?.number)];
}

/** What the commit renders, and whether that is news. */
async function renderWish(wish: Wish, ports: DesirePorts) {
  const { environment, commit, reading } = wish;
  const { repository } = reading.facts;
  const history = await ports.git.history(repository, commit, historyLimit);
  const result = await renderCommit({ repository, commit, ...placeOf(environment) }, ports);
  return { history, result, changed: await isChanged(wish, result, history[1] ?? null, ports) };
}

/** Whether the commit (or the push that brought it) changed what the environment renders, or its settings. */
async function isChanged(
  wish: Wish,
  result: RenderResult,
  parent: CommitId | null,
  ports: DesirePorts,
): Promise<boolean> {
  const { facts } = wish.reading;
  const { before, commit, environment } = wish;
  const since = before !== null && (await isEarlier(wish, before, ports)) ? before : parent;
  if (since === null) return true;
  if (environment.follow.branch === facts.defaultBranch && wish.reading.commit === commit) {
    if (await changesSettings({ facts, environment, since, commit }, ports)) return true;
  }
  const { repository } = facts;
  return rendersOtherwise(await renderCommit({ repository, commit: since, ...placeOf(environment) }, ports), result);
}

async function isEarlier(wish: Wish, before: CommitId, ports: DesirePorts): Promise<boolean> {
  const { repository } = wish.reading.facts;
  if (before === wish.commit || (await ports.git.fetchCommit(repository, before)) === null) return false;
  return ports.git.isAncestor(repository, before, wish.commit);
}

/** What brought the commit, with all that Fairlead wrote there. */
async function mergedPullRequest(
  { reading, commit, environment }: Wish,
  { forge }: DesirePorts,
): Promise<Pick<Story, 'pull' | 'comments'>> {
  const pulls = await forge.pullRequestsOf(reading.facts.repository, commit);
  const pull = mergedAs(
    commit,
    pulls.filter(({ base }) => base.ref === environment.follow.branch),
  );
  return { pull, comments: pull === null ? [] : await ownComments(pull, forge) };
}

/** Commits that still wait when a newer one comes will get its verdict: until then they say who overtook them. */
async function overtake(wish: Wish, older: readonly CommitId[], ports: SharingPorts): Promise<void> {
  const { repository } = wish.reading.facts;
  const environment = wish.environment.name;
  for (const commit of older) {
    const status = await unsettledStatus({ repository, commit, environment }, ports);
    if (status === null) continue;
    if (!isUnsettled(status)) return;
    const overtaken = presentOvertaken(environment, wish.commit, status.targetUrl);
    await ports.afresh.setStatus(repository, commit, overtaken, status);
  }
}
