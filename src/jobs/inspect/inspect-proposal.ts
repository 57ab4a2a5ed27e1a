import { allowanceFor, type ClusterEntry } from '../../domain/allowance.ts';
import { aggregateName } from '../../domain/check-run.ts';
import { factsId } from '../../domain/cluster-facts.ts';
import { readExternalId } from '../../domain/external-id.ts';
import {
  type InspectedEnvironment,
  type Inspection,
  type InspectionOutcome,
  previewedBy,
} from '../../domain/inspection.ts';
import { isoTime } from '../../domain/iso-time.ts';
import { forkMarker } from '../../domain/marker.ts';
import { inspectionOf, type QueueBranch } from '../../domain/merge-group.ts';
import type { PullRequest } from '../../domain/pull-request.ts';
import { renderedFrom } from '../../domain/rendered-from.ts';
import { type Problem, placeOf, type Rendering, type RenderResult, valuesSetting } from '../../domain/rendering.ts';
import type { CommitId, RepositoryFacts, TreeId } from '../../domain/repository.ts';
import { type PlacedEnvironment, removesEnvironment } from '../../domain/settings-change.ts';
import type { Clock } from '../../ports/clock.ts';
import type { CheckRuns, Comments } from '../../ports/forge.ts';
import type { Git, MergeResult } from '../../ports/git.ts';
import type { Queue } from '../../ports/queue.ts';
import type { Records } from '../../ports/records.ts';
import type { Renderer } from '../../ports/renderer.ts';
import { presentSeenHead } from '../../present/check-run/seen-head.ts';
import type { SettingsReading } from '../repository/read-settings.ts';
import { ownComment } from '../said/own-comment.ts';
import { type InspectSettingsPorts, inspectSettings } from './inspect-settings.ts';

export interface InspectProposalPorts {
  readonly forge: CheckRuns & Pick<Comments, 'comments'>;
  readonly git: InspectSettingsPorts['git'] & Pick<Git, 'merge'>;
  readonly renderer: Renderer;
  readonly records: Pick<Records, 'saveRendering' | 'clusterFacts'>;
  readonly queue: Queue;
  readonly clock: Clock;
  readonly clusters: readonly ClusterEntry[];
}

/** What would be merged, and into what. */
export interface Proposal {
  /** Of a merge group: the last one in it, with the group's head. */
  readonly pull: Pick<PullRequest, 'repository' | 'number' | 'state' | 'head' | 'base'>;
  readonly queue: QueueBranch | null;
  readonly facts: RepositoryFacts;
  readonly base: CommitId;
  readonly head: CommitId;
  /** What was found the last time; null: it is not known. */
  readonly previous: Pick<Inspection, 'baseRef'> | null;
}

type KnownSettings = Exclude<SettingsReading, { readonly kind: 'gone' }>;

/**
 * null: the repository has no settings and this pull request brings none: it is left alone, unless it was spoken to while
 * there were some.
 */
export async function inspectProposal(
  reading: KnownSettings,
  seen: Proposal,
  ports: InspectProposalPorts,
): Promise<Inspection | null> {
  const { pull, facts } = seen;
  const merge = await ports.git.merge(pull.repository, seen.base, seen.head);
  const merged = merge.kind === 'merged' ? merge.tree : null;
  const settings = await inspectSettings({ pull, facts, reading, base: seen.base, merged }, ports);
  if (reading.kind === 'absent' && !settings.touched && !(await isSpokenTo(seen, ports))) return null;
  // Said while it is rendered: each is time before the plan.
  const [outcome] = await Promise.all([
    outcomeOf({ reading, seen, merge, settings }, ports),
    pull.state === 'open' ? sayThatItIsSeen(seen, ports) : null,
  ]);
  return {
    repository: pull.repository,
    number: pull.number,
    queue: seen.queue,
    visibility: facts.visibility,
    head: seen.head,
    base: seen.base,
    baseRef: pull.base.ref,
    defaultBranch: facts.defaultBranch,
    at: isoTime(ports.clock.now()),
    outcome,
    settingsChanges: settings.changes,
    settingsProblems: settings.problems,
  };
}

interface Found {
  readonly reading: KnownSettings;
  readonly seen: Proposal;
  readonly merge: MergeResult;
  readonly settings: Awaited<ReturnType<typeof inspectSettings>>;
}

async function outcomeOf(
  { reading, seen, merge, settings }: Found,
  ports: InspectProposalPorts,
): Promise<InspectionOutcome> {
  const { pull } = seen;
  const waits = pull.state === 'open' && pull.head.fork && !(await forkIsAuthorized(seen, ports));
  // Also where it would mend settings that nobody can read: what it changes besides was seen by nobody.
  if (reading.kind === 'invalid') return { kind: waits ? 'fork-waits' : 'settings-unreadable' };
  if (merge.kind === 'conflict') return { kind: 'conflict', files: merge.files };
  if (reading.kind === 'absent') return { kind: 'inspected', environments: [] };
  if (waits) return { kind: 'fork-waits' };

  const trees = { base: await ports.git.tree(pull.repository, seen.base), merged: merge.tree };
  const environments: InspectedEnvironment[] = [];
  for (const placed of reading.placed) {
    const { environment } = placed;
    if (environment.follow.branch !== pull.base.ref) continue;
    const removed = removesEnvironment(settings.changes, environment.name);
    const state = removed ? ({ kind: 'removed' } as const) : await inspectEnvironment(placed, seen, trees, ports);
    environments.push({ environment, state });
  }
  return { kind: 'inspected', environments };
}

async function inspectEnvironment(
  placed: PlacedEnvironment,
  seen: Proposal,
  trees: { readonly base: TreeId; readonly merged: TreeId },
  ports: InspectProposalPorts,
): Promise<InspectedEnvironment['state']> {
  const { repository } = seen.pull;
  const { environment } = placed;
  const allowance = allowanceFor(ports.clusters, {
    repository,
    environment,
    defaultBranch: seen.facts.defaultBranch,
  });
  if (allowance.kind === 'denied') return allowance;
  const at = (tree: TreeId, fromFork: boolean) => ({ repository, tree, fromFork, ...placeOf(environment) });
  const [ofBase, ofMerged] = [at(trees.base, false), at(trees.merged, seen.pull.head.fork)];
  // Most environments are the same in most pull requests: of them nothing is rendered, read or written.
  const known = { base: await ports.renderer.known(ofBase), merged: await ports.renderer.known(ofMerged) };
  if (known.merged !== null && known.base?.id === known.merged.id) {
    const { renderer, manifests } = known.merged;
    return { kind: 'unaffected', from: { renderer, manifests, differing: [], more: 0 } };
  }
  // Read before: where they change meanwhile, it is taken for older than it is, and rendered once more.
  const facts = await ports.records.clusterFacts(environment.cluster);
  const merged = await ports.renderer.render(ofMerged);
  if (merged.kind === 'refused') return refusedBy(merged, placed, seen, ports);
  const base = trees.base === trees.merged ? merged : await ports.renderer.render(ofBase);
  // It only waits for its cluster: taken for nothing, all that it holds would be this pull request's.
  if (base.kind === 'refused' && base.awaits !== undefined) return refusedBy(base, placed, seen, ports);
  const baseRendering = await keep(base, ports.records);
  const mergedRendering = await keep(merged, ports.records);
  // A base that cannot be rendered any more equals nothing: the pull request that mends it is planned.
  const from = renderedFrom(renderingOf(base), renderingOf(merged));
  if (base.kind !== 'refused' && baseRendering === mergedRendering) return { kind: 'unaffected', from };
  const isChart = from?.renderer.kind === 'helm' && facts !== null;
  return { kind: 'affected', baseRendering, mergedRendering, from, ...(isChart && { facts: factsId(facts) }) };
}

async function refusedBy(
  { problems, awaits }: Extract<RenderResult, { readonly kind: 'refused' }>,
  placed: PlacedEnvironment,
  { pull, queue }: Proposal,
  ports: InspectProposalPorts,
): Promise<InspectedEnvironment['state']> {
  if (awaits !== undefined) {
    const afterwards = inspectionOf(pull.repository, previewedBy({ queue, number: pull.number }));
    await ports.queue.ask({ kind: 'tell-cluster-facts', cluster: awaits, afterwards });
  }
  return { kind: 'refused', problems: problems.map((problem) => inSettings(problem, placed)) };
}

/** What the settings name and the tree does not have is wrong at their line. The renderer knows no settings. */
function inSettings(problem: Problem, { environment, at, valuesLines }: PlacedEnvironment): Problem {
  const { file, path } = problem;
  if (file !== null || path?.startsWith(`${valuesSetting}.`) !== true) return problem;
  const line = valuesLines[Number(path.slice(valuesSetting.length + 1))] ?? at.line;
  return { ...problem, file: at.file, line, path: `environments.${environment.name}.${path}` };
}

function renderingOf(result: RenderResult): Rendering | null {
  return result.kind === 'rendered' ? result.rendering : null;
}

async function keep(result: RenderResult, records: Pick<Records, 'saveRendering'>): Promise<string | null> {
  if (result.kind !== 'rendered') return null;
  await records.saveRendering(result.rendering);
  return result.rendering.id;
}

/** Whether a check stands on its head that may be required, and that nobody else would ever end. */
async function isSpokenTo({ pull, head }: Proposal, { forge }: InspectProposalPorts): Promise<boolean> {
  if (pull.state !== 'open') return false;
  return (await forge.checkRuns(pull.repository, head)).some(({ name }) => name === aggregateName);
}

/**
 * The required check is there from the first job that sees a head: a missing check could be merged past. So could one that
 * passed for something else: into a branch that nothing follows, say, whoever opened that pull request before this one.
 */
async function sayThatItIsSeen(seen: Proposal, ports: InspectProposalPorts): Promise<void> {
  const { pull, previous } = seen;
  const inProgress = presentSeenHead({ number: pull.number, base: seen.base, head: seen.head });
  const runs = await ports.forge.checkRuns(pull.repository, seen.head);
  const run = runs.find(({ name }) => name === inProgress.name);
  const isRetargeted = previous !== null && previous.baseRef !== pull.base.ref;
  const isOthers = run !== undefined && readExternalId(run.externalId)?.number !== pull.number;
  if (run !== undefined && (run.conclusion !== 'success' || !(isRetargeted || isOthers))) return;
  await ports.forge.publishCheckRun(pull.repository, inProgress);
}

/** A fork is planned after somebody with write permission asked for this very head: our own reply to them says so. */
async function forkIsAuthorized(seen: Proposal, ports: InspectProposalPorts): Promise<boolean> {
  return (await ownComment(seen.pull, forkMarker(seen.head), ports.forge)) !== null;
}
