import { judgeAllowance } from '../domain/allowance.ts';
import type { CommitStatus } from '../domain/commit-status.ts';
import type { Environment } from '../domain/environment.ts';
import { sameJson } from '../domain/json.ts';
import { readConfirmations } from '../domain/marker.ts';
import type { Asked, Confirmation, Desired } from '../domain/release.ts';
import type { RenderResult } from '../domain/rendering.ts';
import type { CommitId, PullRequest } from '../domain/repository.ts';
import type { JobContext } from '../ports.ts';
import { saysFailedFanOut } from '../present/failed-job.ts';
import { aggregateName } from '../present/seen-head.ts';
import { presentDenied, presentOvertaken, presentPending, presentUnrendered } from '../present/status.ts';
import type { SyncedEnvironment } from '../present/sync-reply.ts';
import { askWhatStays } from './ask-what-stays.ts';
import { canonicalSettings, changesSettings, rendersOtherwise } from './changes-environment.ts';
import { type Departure, departures, leavingOf } from './departures.ts';
import type { FanOutPorts } from './fan-out-push.ts';
import { historyLimit } from './history-limit.ts';
import { judgeGate } from './judge-gate.ts';
import { isUnsettled, ownStatus } from './own-status.ts';
import type { SettingsReading } from './read-settings.ts';
import { renderCommit } from './render-commit.ts';
import { mergedAs, storyUrl } from './story-url.ts';

export interface Wishes {
  readonly reading: Extract<SettingsReading, { readonly kind: 'read' }>;
  readonly environments: readonly Environment[];
  /** The tip before the push, where the webhook told. */
  readonly before: CommitId | null;
  readonly asked: Asked;
}

/**
 * Brings environments to the tips of the branches that they follow: writes what each should be, says so on the commit,
 * and asks for the release. Everything is derived from Git and the forge each time, so that running twice, late or after
 * a wiped Redis ends the same. Says what became of each.
 */
export async function desireEnvironments(
  wishes: Wishes,
  ports: FanOutPorts,
  context: JobContext,
): Promise<readonly Fulfilment[]> {
  const { repository } = wishes.reading.facts;
  context.signal.throwIfAborted();
  // Before the tips: a push and a `/sync` may be at work at once, and who writes in between has seen a newer tip.
  const standing = new Map<string, Desired | null>();
  for (const { name } of wishes.environments) standing.set(name, await ports.records.desired(repository, name));
  const tips = new Map<string, CommitId | null>();
  for (const branch of new Set(wishes.environments.map(({ follow }) => follow.branch))) {
    tips.set(branch, await tipOf(branch, wishes, [...standing.values()], ports));
  }
  const moves = (await departures(wishes.reading, ports.git)).filter(({ removed }) => !removed);
  const again: Environment[] = [];
  const failures: unknown[] = [];
  const done: Fulfilment[] = [];
  for (const environment of wishes.environments) {
    const commit = tips.get(environment.follow.branch) ?? null;
    if (commit === null) {
      done.push({ environment, outcome: { kind: 'no-branch' } });
      continue;
    }
    const moved = moves.find((departure) => departure.environment.name === environment.name) ?? null;
    const wish = { ...wishes, environment, commit, moved, previous: standing.get(environment.name) ?? null };
    try {
      const outcome = await desireEnvironment(wish, ports, context);
      if (outcome === 'overtaken') again.push(environment);
      else if (outcome !== 'left-alone') done.push({ environment, outcome });
    } catch (error) {
      // One environment that cannot be brought there keeps none of the others waiting.
      context.signal.throwIfAborted();
      failures.push(error);
    }
  }
  if (again.length > 0) done.push(...(await desireEnvironments({ ...wishes, environments: again }, ports, context)));
  if (failures.length > 0) throw failures[0];
  return done;
}

/** What became of a wish. */
export interface Fulfilment {
  readonly environment: Environment;
  readonly outcome: SyncedEnvironment['outcome'];
}

/**
 * The settings were read at the tip of the default branch, before what stands was: it is asked for again (a round trip to
 * GitHub) only where somebody has desired a commit since that is not of its history.
 */
async function tipOf(
  branch: string,
  { reading }: Wishes,
  standing: readonly (Desired | null)[],
  { git }: FanOutPorts,
): Promise<CommitId | null> {
  const { facts, commit } = reading;
  if (branch !== facts.defaultBranch) return git.tip(facts.repository, branch);
  const history = await git.history(facts.repository, commit, historyLimit);
  const isNewest = standing.every((desired) => desired === null || history.includes(desired.commit));
  return isNewest ? commit : git.tip(facts.repository, branch);
}

interface Wish extends Wishes {
  readonly environment: Environment;
  /** The tip of the branch that the environment follows. */
  readonly commit: CommitId;
  /** The cluster that it left; null: none lately. */
  readonly moved: Departure | null;
  /** What was desired before the tip was read. */
  readonly previous: Desired | null;
}

/** `overtaken`: somebody else wrote what is desired meanwhile. */
async function desireEnvironment(
  wish: Wish,
  ports: FanOutPorts,
  context: JobContext,
): Promise<Fulfilment['outcome'] | 'overtaken' | 'left-alone'> {
  const { environment, commit } = wish;
  const { facts } = wish.reading;
  const { repository } = facts;
  // Planned, never released: there is nothing to wait for and nothing to say on a commit, unless somebody asks.
  if (environment.mode === 'observe' && wish.asked.kind !== 'sync') return 'left-alone';
  const history = await ports.git.history(repository, commit, historyLimit);
  const result = await renderCommit({ repository, commit, path: environment.path }, ports);
  const changed = await isChanged(wish, result, history[1] ?? null, ports);

  const allowance = judgeAllowance(ports.clusters, {
    repository,
    environment,
    defaultBranch: facts.defaultBranch,
  });
  if (allowance.kind === 'denied') {
    if (changed) {
      const url = await urlFor(wish, await mergedPullRequest(wish, ports), ports);
      await ports.forge.setStatus(repository, commit, presentDenied(environment.name, allowance.reason, url));
    }
    return { kind: 'refused', commit, reason: presentDenied(environment.name, allowance.reason, null).description };
  }
  if (result.kind === 'refused') {
    if (changed) {
      const url = await urlFor(wish, await mergedPullRequest(wish, ports), ports);
      await ports.forge.setStatus(repository, commit, presentUnrendered(environment.name, result.problems, url));
    }
    return { kind: 'refused', commit, reason: presentUnrendered(environment.name, result.problems, null).description };
  }
  if (result.kind === 'rendered') await ports.records.saveRendering(result.rendering);

  const pull = await mergedPullRequest(wish, ports);
  const standing = await ownStatus({ repository, commit, environment: environment.name }, ports.forge);
  const asked = await whoAsked(wish, { changed, standing, pull }, ports);
  const { environments } = wish.reading.settings;
  const gate = await judgeGate({ repository, environment, environments, commit, history, asked }, ports);
  const desired: Desired = {
    repository,
    environment,
    defaultBranch: facts.defaultBranch,
    visibility: facts.visibility,
    commit,
    rendering: result.kind === 'rendered' ? result.rendering.id : null,
    settings: canonicalSettings(environment),
    asked,
    gate,
    confirmations: await confirmationsOf(pull, ports),
    pullRequest: pull === null ? null : { number: pull.number, author: pull.author },
    ...(wish.moved === null ? {} : { leaves: leavingOf(wish.moved) }),
    at: new Date(ports.clock.now()).toISOString(),
  };
  if (!sameJson(await ports.records.desired(repository, environment.name), wish.previous)) return 'overtaken';

  const isNews = asked.kind === 'push' && changed;
  // Before a worker can see what is desired: its verdict must not be followed by this. A `/sync` begins anew once.
  if (wish.asked.kind === 'sync' || (isNews && (standing === null || saysFailedFanOut(standing)))) {
    const url = await urlFor(wish, pull, ports);
    await ports.forge.setStatus(repository, commit, presentPending(environment.name, gate, url));
  }
  await ports.records.saveDesired(desired);
  context.log.debug('desired written', { environment: environment.name, commit, asked: asked.kind, gate: gate.kind });
  if (wish.asked.kind === 'sync' || isNews) {
    await overtake(wish, history.slice(1), ports);
    // What is asked for now says more, mostly within a second.
    const present = { kind: 'present-pull-request', repository } as const;
    if (pull !== null) await ports.queue.ask({ ...present, number: pull.number }, { delayMs: 1_500 });
  }
  await ports.queue.ask({
    kind: 'converge-environment',
    repository,
    environment: environment.name,
    cluster: environment.cluster,
  });
  await askWhatStays(desired, ports);
  if (desired.rendering === null) return { kind: 'refused', commit, reason: `there is nothing at ${environment.path}` };
  return gate.kind === 'open' ? { kind: 'converging', commit } : { kind: 'waiting', commit, reason: gate.reason };
}

/** Whether the commit (or the push that brought it) changed what the environment renders, or its settings. */
async function isChanged(
  wish: Wish,
  result: RenderResult,
  parent: CommitId | null,
  ports: FanOutPorts,
): Promise<boolean> {
  const { facts } = wish.reading;
  const { before, commit, environment } = wish;
  const since = before !== null && (await isEarlier(wish, before, ports)) ? before : parent;
  if (since === null) return true;
  if (environment.follow.branch === facts.defaultBranch && wish.reading.commit === commit) {
    if (await changesSettings({ facts, environment, since, commit }, ports)) return true;
  }
  const { repository } = facts;
  return rendersOtherwise(await renderCommit({ repository, commit: since, path: environment.path }, ports), result);
}

async function isEarlier(wish: Wish, before: CommitId, ports: FanOutPorts): Promise<boolean> {
  const { repository } = wish.reading.facts;
  if (before === wish.commit || (await ports.git.fetchCommit(repository, before)) === null) return false;
  return ports.git.isAncestor(repository, before, wish.commit);
}

async function mergedPullRequest(wish: Wish, ports: FanOutPorts): Promise<PullRequest | null> {
  const pulls = await ports.forge.pullRequestsOf(wish.reading.facts.repository, wish.commit);
  return mergedAs(
    wish.commit,
    pulls.filter(({ base }) => base.ref === wish.environment.follow.branch),
  );
}

function urlFor({ commit, reading }: Wish, pull: PullRequest | null, { forge }: FanOutPorts): Promise<string | null> {
  return storyUrl({ repository: reading.facts.repository, commit, pull }, forge);
}

interface Evidence {
  readonly changed: boolean;
  readonly standing: CommitStatus | null;
  readonly pull: PullRequest | null;
}

/**
 * The sweep never takes the place of a person: what a push, a plan that was published, or a status that already stands
 * on the commit asked for, stays asked for by a person.
 */
async function whoAsked(wish: Wish, evidence: Evidence, ports: FanOutPorts): Promise<Asked> {
  const { repository } = wish.reading.facts;
  if (wish.asked.kind === 'sync') return wish.asked;
  const { previous } = wish;
  if (previous?.commit === wish.commit && previous.asked.kind !== 'sweep') return previous.asked;
  if (evidence.standing !== null && !saysFailedFanOut(evidence.standing)) return { kind: 'push' };
  if (!evidence.changed) return { kind: 'sweep' };
  if (wish.asked.kind === 'push') return wish.asked;
  if (evidence.pull === null) return { kind: 'sweep' };
  const runs = await ports.forge.checkRuns(repository, evidence.pull.head.commit);
  return { kind: runs.some((run) => run.name === aggregateName) ? 'push' : 'sweep' };
}

async function confirmationsOf(pull: PullRequest | null, ports: FanOutPorts): Promise<readonly Confirmation[]> {
  if (pull === null) return [];
  const comments = await ports.forge.comments(pull.repository, pull.number);
  return readConfirmations(comments.filter((comment) => comment.own).map((comment) => comment.body));
}

/** Commits that still wait when a newer one comes will get its verdict: until then they say who overtook them. */
async function overtake(wish: Wish, older: readonly CommitId[], ports: FanOutPorts): Promise<void> {
  const { repository } = wish.reading.facts;
  const environment = wish.environment.name;
  for (const commit of older) {
    const status = await ownStatus({ repository, commit, environment }, ports.forge);
    if (status === null) continue;
    if (!isUnsettled(status)) return;
    await ports.forge.setStatus(repository, commit, presentOvertaken(environment, wish.commit, status.targetUrl));
  }
}
