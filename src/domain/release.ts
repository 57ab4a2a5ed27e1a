import type { Environment } from './environment.ts';
import type { Orphaned, OrphanedByMove } from './orphaned.ts';
import type { Plan } from './plan.ts';
import type { CommitId, Repository, RepositoryFacts } from './repository.ts';

/**
 * What an environment should be: written by forge from Git and the forge, read by the cluster worker. Can be made
 * again.
 */
export type Desired = Wanted | Withheld | Removed;

interface OfEnvironment {
  readonly repository: Repository;
  readonly environment: Environment;
  readonly defaultBranch: string;
  /** Who may read the repository: what a release says of live values is read there. */
  readonly visibility: RepositoryFacts['visibility'];
  readonly commit: CommitId;
  /** The cluster that it moved away from; null: the settings have it where they had it. */
  readonly departure: Departure | null;
  /** ISO 8601, UTC. */
  readonly at: string;
}

/** That it be released. */
export interface Wanted extends OfEnvironment {
  readonly kind: 'wanted';
  /** `Rendering.id`; null: the path is gone from the tree. Refused: an empty render deletes nothing. */
  readonly rendering: string | null;
  /** Canonical JSON of the environment: a change of settings alone is a release, too. */
  readonly settings: string;
  readonly asked: Asked;
  /** Decided by forge: mode, `after`. Closed: the release waits and says why. */
  readonly gate: { readonly kind: 'open' } | { readonly kind: 'waiting'; readonly reason: string };
  /** Plan digests that a second person confirmed, with who did. */
  readonly confirmations: readonly Confirmation[];
  /** The merged pull request that carried this commit; null for a direct push. */
  readonly pullRequest: { readonly number: number; readonly author: string } | null;
  /** Pull requests whose merges were desired before and are released with this one, as far as records tell. */
  readonly carries: readonly number[];
}

/**
 * That nothing be released, and what was desired before goes no further: it is only observed, the operator denies it, or
 * Git cannot be rendered. Forge has said so; only another commit or another operator's file ends it.
 */
export interface Withheld extends OfEnvironment {
  readonly kind: 'withheld';
  readonly reason: string;
}

/** The settings do not name it any more; `environment` is as it was. */
export interface Removed extends OfEnvironment {
  readonly kind: 'removed';
  readonly departure: Departure;
}

/** That an environment left a cluster, where the settings do not want it any more: what it released there is orphaned. */
export interface Departure {
  readonly cluster: string;
  /** The commit that changed the settings so. */
  readonly commit: CommitId;
}

/** Why a release is asked for. Without a ledger, only what a person asked for is released. */
export type Asked =
  | { readonly kind: 'push' }
  /**
   * `at`: when it was asked (ISO 8601), which tells one `/sync` from the next: each is honoured once. `reply`: where its end
   * is told; absent in what an older version wrote.
   */
  | { readonly kind: 'sync'; readonly by: string; readonly at: string; readonly reply?: RepliedComment }
  | { readonly kind: 'sweep' };

/** A comment with commands, as our reply to it is found again. */
export interface RepliedComment {
  /** Its pull request. */
  readonly number: number;
  readonly comment: number;
}

export interface Confirmation {
  /** A plan's digest, or its first 12 or more digits. */
  readonly digest: string;
  readonly by: string;
}

export type Verdict =
  | { readonly kind: 'converged'; readonly objects: number; readonly tookMs: number }
  | { readonly kind: 'progressing'; readonly reasons: readonly string[] }
  | { readonly kind: 'diverged'; readonly reasons: readonly string[] };

/** Where a release stands; each report replaces the one before. */
export interface ReleaseReport {
  readonly repository: Repository;
  readonly environment: string;
  readonly cluster: string;
  readonly commit: CommitId;
  readonly state: ReleaseState;
  /** ISO 8601, UTC. */
  readonly at: string;
}

/** Whether a release is over: nothing more comes of this commit by itself. */
export function isVerdict({ state }: ReleaseReport): boolean {
  return ['converged', 'diverged', 'unchanged', 'orphaned'].includes(state.kind);
}

/** Whether it tells of something along the way: the next report follows soon. */
export function isPassing({ state }: Pick<ReleaseReport, 'state'>): boolean {
  return state.kind === 'applying' || state.kind === 'observing';
}

/** Whether a report stood before somebody asked for what is desired by a `/sync`: it is no answer to that. */
export function precedesSync({ at }: Pick<ReleaseReport, 'at'>, desired: Desired): boolean {
  if (desired.kind !== 'wanted' || desired.asked.kind !== 'sync') return false;
  // The forge stamped the comment; of our own clock it is known when it was obeyed last.
  return Date.parse(at) < Math.min(Date.parse(desired.asked.at), Date.parse(desired.at));
}

/** A verdict of an environment that the forge was told to the end. */
export interface Told {
  readonly report: ReleaseReport;
  /** What stays where the environment was before it moved, as far as that was known; null: it did not move, or nothing. */
  readonly orphaned: OrphanedByMove | null;
}

/** Where else an environment can be opened; where it is absent, nowhere. */
export interface OtherUrls {
  /** At most two. */
  readonly urls: readonly string[];
  /** How many are not named. */
  readonly more: number;
}

export type ReleaseState =
  /** Not begun, or held up on its way. `confirmDigest` is what `/confirm` must name, where that is what it waits for. */
  | {
      readonly kind: 'waiting';
      readonly reason: string;
      readonly confirmDigest: string | null;
      readonly plan: Plan | null;
    }
  /** Nothing was applied: an object of the plan is blocked or unknown. */
  | { readonly kind: 'blocked'; readonly reasons: readonly string[]; readonly plan: Plan | null }
  | { readonly kind: 'applying'; readonly applied: number; readonly of: number }
  | { readonly kind: 'observing'; readonly ready: number; readonly of: number; readonly reasons: readonly string[] }
  /** `orphaned`, here and below: what this commit left behind; absent: nothing. */
  | {
      readonly kind: 'converged';
      readonly objects: number;
      readonly tookMs: number;
      /** Where people can open it; null: nowhere. */
      readonly url: string | null;
      readonly alsoAt?: OtherUrls;
      readonly orphaned?: Orphaned;
    }
  | { readonly kind: 'diverged'; readonly reasons: readonly string[]; readonly orphaned?: Orphaned }
  /**
   * The commit renders what is released and converged already: nothing was applied. Said on a commit only where a
   * status already stands there.
   */
  | { readonly kind: 'unchanged'; readonly objects: number; readonly orphaned?: Orphaned }
  /** The settings removed it from this cluster. null: nothing of it stays there. */
  | { readonly kind: 'orphaned'; readonly orphaned: Orphaned | null }
  /** Fairlead could not do its part (cluster out of reach); retried until it is not. */
  | { readonly kind: 'error'; readonly reason: string; readonly since: string };
