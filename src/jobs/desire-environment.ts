import { judgeAllowance } from '../domain/allowance.ts';
import type { CommitStatus } from '../domain/commit-status.ts';
import type { Environment } from '../domain/environment.ts';
import { canonicalJson, parseJson } from '../domain/json.ts';
import { readConfirmations } from '../domain/marker.ts';
import type { Asked, Confirmation, Desired } from '../domain/release.ts';
import type { RenderResult } from '../domain/rendering.ts';
import type { CommitId, PullRequest } from '../domain/repository.ts';
import { repositoryName } from '../domain/repository.ts';
import { parseSettings } from '../plan/settings.ts';
import type { JobContext } from '../ports.ts';
import { aggregateName } from '../present/seen-head.ts';
import {
  presentDenied,
  presentOvertaken,
  presentPending,
  presentUnrendered,
  statusContext,
} from '../present/status.ts';
import type { FanOutPorts } from './fan-out-push.ts';
import { type SettingsReading, settingsFile } from './read-settings.ts';

export interface Wish {
  readonly reading: Extract<SettingsReading, { readonly kind: 'read' }>;
  readonly environment: Environment;
  /** The tip of the branch that the environment follows. */
  readonly commit: CommitId;
  /** The tip before the push, where the webhook told. */
  readonly before: CommitId | null;
  readonly asked: Asked;
}

/**
 * Writes what an environment should be, says so on the commit, and asks for the release. Everything is derived from Git
 * and the forge each time, so that running twice, late or after a wiped Redis ends the same.
 */
export async function desireEnvironment(wish: Wish, ports: FanOutPorts, context: JobContext): Promise<void> {
  const { environment, commit } = wish;
  const { facts } = wish.reading;
  const { repository } = facts;
  const history = await ports.git.history(repository, commit, historyLimit);
  const result = await render(wish, commit, ports);
  const changed = await isChanged(wish, result, history[1] ?? null, ports);

  const allowance = judgeAllowance(ports.clusters, {
    repository: repositoryName(repository),
    environment,
    defaultBranch: facts.defaultBranch,
  });
  if (allowance.kind === 'denied') {
    if (changed) await ports.forge.setStatus(repository, commit, presentDenied(environment.name, allowance.reason));
    return;
  }
  if (result.kind === 'refused') {
    if (changed) await ports.forge.setStatus(repository, commit, presentUnrendered(environment.name, result.problems));
    return;
  }
  if (result.kind === 'rendered') await ports.records.saveRendering(result.rendering);

  const pull = await mergedPullRequest(wish, ports);
  const standing = await ownStatus(wish, commit, ports);
  const asked = await whoAsked(wish, { changed, standing, pull }, ports);
  const gate = await judgeGate(wish, asked, history, ports);
  await ports.records.saveDesired({
    repository,
    environment,
    defaultBranch: facts.defaultBranch,
    commit,
    rendering: result.kind === 'rendered' ? result.rendering.id : null,
    settings: canonicalSettings(environment),
    asked,
    gate,
    confirmations: await confirmationsOf(pull, ports),
    pullRequest: pull === null ? null : { number: pull.number, author: pull.author },
    at: new Date(ports.clock.now()).toISOString(),
  });
  context.log.debug('desired written', { environment: environment.name, commit, asked: asked.kind, gate: gate.kind });

  if (asked.kind === 'sync' || (asked.kind === 'push' && changed && standing === null)) {
    await ports.forge.setStatus(repository, commit, presentPending(environment.name, gate));
    await overtake(wish, history.slice(1), ports);
    if (pull !== null) await ports.queue.ask({ kind: 'present-pull-request', repository, number: pull.number });
  }
  await ports.queue.ask({
    kind: 'converge-environment',
    repository,
    environment: environment.name,
    cluster: environment.cluster,
  });
}

/** How far back commits are looked at that were overtaken, or that carried what an environment waits for. */
const historyLimit = 20;

/** What a ledger keeps to know whether the settings changed: a change of settings alone is a release, too. */
function canonicalSettings(environment: Environment): string {
  // Where a rule stands in the file is no setting: a line added above it changes nothing.
  const ignore = environment.ignore.map(({ line: _, ...rule }) => rule);
  return canonicalJson(parseJson(JSON.stringify({ ...environment, ignore })));
}

function render(wish: Wish, commit: CommitId, ports: FanOutPorts, path = wish.environment.path): Promise<RenderResult> {
  const { repository } = wish.reading.facts;
  return ports.git.tree(repository, commit).then((tree) => ports.renderer.render({ repository, tree, path }));
}

/** Whether the commit (or the push that brought it) changed what the environment renders, or its settings. */
async function isChanged(
  wish: Wish,
  result: RenderResult,
  parent: CommitId | null,
  ports: FanOutPorts,
): Promise<boolean> {
  const { repository, defaultBranch } = wish.reading.facts;
  const { before, commit, environment } = wish;
  const since = before !== null && (await isEarlier(wish, before, ports)) ? before : parent;
  if (since === null) return true;
  if (environment.follow.branch === defaultBranch && wish.reading.commit === commit) {
    const text = await ports.git.readFile(repository, await ports.git.tree(repository, since), settingsFile);
    const parsed = text === null ? null : parseSettings(text, settingsFile, defaultBranch);
    const earlier =
      parsed?.kind === 'settings'
        ? parsed.settings.environments.find(({ name }) => name === environment.name)
        : undefined;
    if (earlier === undefined || canonicalSettings(earlier) !== canonicalSettings(environment)) return true;
  }
  const earlier = await render(wish, since, ports);
  if (earlier.kind === 'rendered' && result.kind === 'rendered') return earlier.rendering.id !== result.rendering.id;
  return earlier.kind !== result.kind || result.kind === 'refused';
}

async function isEarlier(wish: Wish, before: CommitId, ports: FanOutPorts): Promise<boolean> {
  const { repository } = wish.reading.facts;
  if (before === wish.commit || (await ports.git.fetchCommit(repository, before)) === null) return false;
  return ports.git.isAncestor(repository, before, wish.commit);
}

async function mergedPullRequest(wish: Wish, ports: FanOutPorts): Promise<PullRequest | null> {
  const pulls = await ports.forge.pullRequestsOf(wish.reading.facts.repository, wish.commit);
  const merged = pulls.filter((pull) => pull.state === 'merged' && pull.base.ref === wish.environment.follow.branch);
  return merged.find((pull) => pull.mergeCommit === wish.commit) ?? merged[0] ?? null;
}

async function ownStatus(wish: Wish, commit: CommitId, ports: FanOutPorts): Promise<CommitStatus | null> {
  const statuses = await ports.forge.statuses(wish.reading.facts.repository, commit);
  return statuses.find((status) => status.context === statusContext(wish.environment.name)) ?? null;
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
  const previous = await ports.records.desired(repository, wish.environment.name);
  if (previous?.commit === wish.commit && previous.asked.kind !== 'sweep') return previous.asked;
  if (evidence.standing !== null) return { kind: 'push' };
  if (!evidence.changed) return { kind: 'sweep' };
  if (wish.asked.kind === 'push') return wish.asked;
  if (evidence.pull === null) return { kind: 'sweep' };
  const runs = await ports.forge.checkRuns(repository, evidence.pull.head.commit);
  return { kind: runs.some((run) => run.name === aggregateName) ? 'push' : 'sweep' };
}

async function judgeGate(
  wish: Wish,
  asked: Asked,
  history: readonly CommitId[],
  ports: FanOutPorts,
): Promise<Desired['gate']> {
  const { mode, after } = wish.environment;
  if (mode === 'observe') return { kind: 'waiting', reason: 'mode is observe: planned, never released' };
  if (mode === 'manual' && asked.kind !== 'sync') return { kind: 'waiting', reason: 'mode is manual: waits for /sync' };
  for (const name of after) {
    if (!(await holds(wish, name, history, ports))) {
      return { kind: 'waiting', reason: `waits until ${name} has converged` };
    }
  }
  return { kind: 'open' };
}

/** Whether another environment converged on this commit, or on an earlier one where it renders the same. */
async function holds(wish: Wish, name: string, history: readonly CommitId[], ports: FanOutPorts): Promise<boolean> {
  const { repository } = wish.reading.facts;
  const other = wish.reading.settings.environments.find((environment) => environment.name === name);
  if (other === undefined) return false;
  const report = await ports.records.report(repository, name);
  const converged =
    report?.state.kind === 'converged'
      ? report.commit
      : await lastVerdict({ ...wish, environment: other }, history, ports);
  if (converged === null) return false;
  if (converged === wish.commit) return true;
  const [there, here] = [
    await render(wish, converged, ports, other.path),
    await render(wish, wish.commit, ports, other.path),
  ];
  return there.kind === 'rendered' && here.kind === 'rendered' && there.rendering.id === here.rendering.id;
}

/** The newest commit on which the environment has a status, if that says success. */
async function lastVerdict(wish: Wish, history: readonly CommitId[], ports: FanOutPorts): Promise<CommitId | null> {
  for (const commit of history) {
    const status = await ownStatus(wish, commit, ports);
    if (status !== null) return status.state === 'success' ? commit : null;
  }
  return null;
}

async function confirmationsOf(pull: PullRequest | null, ports: FanOutPorts): Promise<readonly Confirmation[]> {
  if (pull === null) return [];
  const comments = await ports.forge.comments(pull.repository, pull.number);
  return readConfirmations(comments.filter((comment) => comment.own).map((comment) => comment.body));
}

/** Commits that still wait when a newer one comes will get its verdict: until then they say who overtook them. */
async function overtake(wish: Wish, older: readonly CommitId[], ports: FanOutPorts): Promise<void> {
  for (const commit of older) {
    const status = await ownStatus(wish, commit, ports);
    if (status === null) continue;
    if (status.state !== 'pending') return;
    await ports.forge.setStatus(
      wish.reading.facts.repository,
      commit,
      presentOvertaken(wish.environment.name, wish.commit),
    );
  }
}
