import type { Environment } from './environment.ts';
import type { InspectedEnvironment } from './inspection.ts';
import type { Orphaned } from './orphaned.ts';
import type { ReleaseReport } from './release.ts';
import type { CommitId, Permission } from './repository.ts';

/** A plan that waits for a second person. */
export interface WaitingPlan {
  readonly environment: string;
  readonly digest: string;
}

/** What is being planned anew, and may wait for a confirmation then. */
export type Planning =
  /** `environments` empty: which ones is not known yet. */
  | { readonly kind: 'pull-request'; readonly environments: readonly string[] }
  /** Of a merged pull request, whose commit on the base branch this is. */
  | { readonly kind: 'release'; readonly commit: CommitId; readonly environments: readonly string[] };

/** What there is to say to a command besides a reaction. Commands are named without their slash. */
export type CommandReply =
  /** Somebody changed the comment since its author wrote it. */
  | { readonly kind: 'comment-changed' }
  /** `said` different ones in one comment, from which at most `limit` are taken. */
  | { readonly kind: 'too-many-commands'; readonly said: number; readonly limit: number }
  | { readonly kind: 'not-permitted'; readonly command: string; readonly permission: Permission }
  /** The words after the command are not what it takes. */
  | { readonly kind: 'misused'; readonly command: string; readonly usage: string }
  /** No command, and nearly one: what was probably meant, as it is written. */
  | { readonly kind: 'mistyped'; readonly command: string; readonly meant: string }
  /** Reserved, not there yet (ADR 4). */
  | { readonly kind: 'unavailable'; readonly command: string }
  | { readonly kind: 'not-open'; readonly command: string }
  /** A fork's head was pushed after the comment was written, or had not been shown by then. */
  | { readonly kind: 'other-head'; readonly head: CommitId }
  | { readonly kind: 'fork-planned'; readonly head: CommitId }
  | { readonly kind: 'nothing-to-confirm' }
  /** A later pull request carried this one along, and both are released together. */
  | { readonly kind: 'confirm-elsewhere'; readonly number: number }
  /** They opened the pull request `of` (null: this one), or wrote this commit of it. */
  | {
      readonly kind: 'not-second-person';
      readonly person: string;
      readonly commit: CommitId | null;
      readonly of: number | null;
    }
  /** They wrote a commit that came by no pull request. */
  | { readonly kind: 'pushed-it'; readonly person: string; readonly commit: CommitId }
  /** They merged the pull request `of` (null: this one) with something else in it. */
  | {
      readonly kind: 'merged-by-hand';
      readonly person: string;
      readonly commit: CommitId;
      readonly of: number | null;
    }
  /** The pull request `of` (null: this one) holds more commits than the forge lists, and nobody knows whose. */
  | { readonly kind: 'too-many-commits'; readonly listed: number; readonly of: number | null }
  /** `waiting`: what could be confirmed, but was not what was asked for. */
  | { readonly kind: 'still-planning'; readonly planning: Planning; readonly waiting: readonly WaitingPlan[] }
  /** No plan that waits has this digest: it is mistyped, or was another's. */
  | { readonly kind: 'no-such-digest'; readonly digest: string; readonly waiting: readonly WaitingPlan[] }
  /** What waits is not what was shown when the comment was written. */
  | { readonly kind: 'plan-changed'; readonly waiting: readonly WaitingPlan[] }
  | {
      readonly kind: 'confirmed';
      readonly by: string;
      readonly plans: readonly WaitingPlan[];
      readonly planning: Planning | null;
    }
  | { readonly kind: 'settings-unreadable' }
  | {
      readonly kind: 'no-such-environment';
      readonly command: string;
      readonly asked: string | null;
      readonly known: readonly string[];
    }
  | { readonly kind: 'synced'; readonly environments: readonly SyncedEnvironment[]; readonly pull: SyncedFrom }
  | { readonly kind: 'standing'; readonly environments: readonly StandingEnvironment[]; readonly at: string }
  /** The head that it stands at was not inspected yet. */
  | { readonly kind: 'not-inspected'; readonly head: CommitId }
  | {
      readonly kind: 'explained';
      readonly head: CommitId;
      /** The tip of the branch that the head was merged into, and that branch. */
      readonly base: CommitId;
      readonly baseRef: string;
      readonly environments: readonly ExplainedEnvironment[];
    }
  | { readonly kind: 'help' };

/** Where an environment stands, for whoever asks. */
export interface StandingEnvironment {
  readonly environment: Environment;
  /** The latest of its release; null: not known here. */
  readonly report: ReleaseReport | null;
  /** What the commit that it should be at says; null: nothing, or nothing is desired. */
  readonly said: { readonly commit: CommitId; readonly description: string } | null;
  /** What stays where it was before it moved; null: nothing is known to. */
  readonly orphaned: Orphaned | null;
}

/** Why an environment is changed by a pull request, or is not. */
export interface ExplainedEnvironment {
  readonly environment: Environment;
  /** null: it follows another branch. */
  readonly state: InspectedEnvironment['state'] | null;
  /** Of what was planned: the version of its cluster; null: there is no plan of this head and base. */
  readonly clusterVersion: string | null;
}

/** What a `/sync` came to in one environment. */
export interface SyncedEnvironment {
  readonly environment: string;
  /** The branch that it follows. */
  readonly branch: string;
  readonly outcome: WishOutcome;
}

/** The pull request on which it was asked for. */
export interface SyncedFrom {
  readonly merged: boolean;
  /** The branch it merges into. */
  readonly base: string;
}

/** What became of the wish that an environment be at the tip of its branch. */
export type WishOutcome =
  | { readonly kind: 'converging'; readonly commit: CommitId }
  /** Asked for; it begins when what it waits for is there. */
  | { readonly kind: 'waiting'; readonly commit: CommitId; readonly reason: string }
  /** Not asked for: the operator's file, or what Git holds there, does not let it be released. */
  | { readonly kind: 'refused'; readonly commit: CommitId; readonly reason: string }
  | { readonly kind: 'no-branch' };
