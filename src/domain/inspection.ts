import type { Environment } from './environment.ts';
import type { Previewed, QueueBranch } from './merge-group.ts';
import type { Plan } from './plan.ts';
import type { RenderedFrom } from './rendered-from.ts';
import type { Problem } from './rendering.ts';
import type { CommitId, Repository } from './repository.ts';
import type { SettingsChange } from './settings-change.ts';

/**
 * What forge found out about a pull request at one head and one base tip: which environments differ, and what a
 * cluster worker needs to predict them. Can be made again at any time from Git and the forge.
 */
export interface Inspection {
  readonly repository: Repository;
  /** Of a merge group the last pull request in it. */
  readonly number: number;
  /** The branch of the merge queue whose tip is the head; null: it is the pull request itself that was inspected. */
  readonly queue: QueueBranch | null;
  readonly visibility: 'public' | 'private';
  readonly head: CommitId;
  /** The tip of the base branch that head was merged into. */
  readonly base: CommitId;
  readonly baseRef: string;
  /** What an allow rule without refs means: a cluster worker asks its own entry again. */
  readonly defaultBranch: string;
  /** ISO 8601, UTC. */
  readonly at: string;
  readonly outcome: InspectionOutcome;
  /** What this pull request would do (once merged: did) to the settings; empty: it leaves them alone. */
  readonly settingsChanges: readonly SettingsChange[];
  /** What is wrong with the settings file (of the default branch, or as this pull request would make it). */
  readonly settingsProblems: readonly Problem[];
}

/** What was inspected. */
export function previewedBy({ queue, number }: Pick<Inspection, 'queue' | 'number'>): Previewed {
  return queue ?? number;
}

export type InspectionOutcome =
  /** The environments that follow the base branch, each with what was found. May be empty: none follows it. */
  | { readonly kind: 'inspected'; readonly environments: readonly InspectedEnvironment[] }
  /** Head cannot be merged into base: said, not planned. */
  | { readonly kind: 'conflict'; readonly files: readonly string[] }
  /** A fork's pull request that nobody with write permission has asked to plan. Nothing was rendered. */
  | { readonly kind: 'fork-waits' }
  /** The default branch's settings cannot be read: nothing is planned. */
  | { readonly kind: 'settings-unreadable' };

/** The settings of the default branch cannot be read, and those of the pull request can, or it removes them. */
export function mendsSettings({ outcome, settingsProblems }: Inspection): boolean {
  return outcome.kind === 'settings-unreadable' && settingsProblems.length === 0;
}

/** Empty also where nothing could be inspected. */
export function inspectedEnvironments({ outcome }: Inspection): readonly InspectedEnvironment[] {
  return outcome.kind === 'inspected' ? outcome.environments : [];
}

export interface InspectedEnvironment {
  readonly environment: Environment;
  readonly state:
    | {
        readonly kind: 'affected';
        /** `Rendering.id`; null: the path is not in that tree, so there are no manifests. */
        readonly baseRendering: string | null;
        readonly mergedRendering: string | null;
        /** null: nothing could be rendered before, and nothing is there after. */
        readonly from: RenderedFrom | null;
        /** `factsId` of what a chart was rendered for; absent: it is none, or nobody looked. */
        readonly facts?: string;
      }
    /** Base and merged renderings are equal. */
    | { readonly kind: 'unaffected'; readonly from: RenderedFrom | null }
    | { readonly kind: 'refused'; readonly problems: readonly Problem[] }
    /** The operator's file says no. */
    | { readonly kind: 'denied'; readonly reason: string }
    /** The pull request takes it out of the settings: its merge releases nothing of it, and deletes nothing. */
    | { readonly kind: 'removed' };
}

/** What a cluster is asked about an environment. */
export interface AffectedEnvironment
  extends Omit<Extract<InspectedEnvironment['state'], { readonly kind: 'affected' }>, 'kind' | 'from'> {
  readonly environment: Environment;
}

/** null: the pull request does not affect it, or not in that cluster (by now). */
export function affectedEnvironment(
  inspection: Inspection,
  of: { readonly environment: string; readonly cluster: string },
): AffectedEnvironment | null {
  const found = inspectedEnvironments(inspection).find(({ environment }) => environment.name === of.environment);
  if (found?.state.kind !== 'affected' || found.environment.cluster !== of.cluster) return null;
  const { kind: _kind, from: _from, ...renderings } = found.state;
  return { environment: found.environment, ...renderings };
}

/** What a cluster worker made of one affected environment. Bound to what it was computed from. */
export interface PlanRecord {
  readonly head: CommitId;
  readonly base: CommitId;
  readonly outcome: PlanOutcome;
  /** It is being made anew, of the same head and base: until then nothing is concluded from this one. */
  readonly again?: true;
}

export type PlanOutcome =
  | { readonly kind: 'planned'; readonly plan: Plan }
  /** Could not be predicted: a cluster out of reach, a denied identity. Never green. */
  | { readonly kind: 'failed'; readonly reason: string; readonly at: string };
