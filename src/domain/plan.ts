import type { Effect } from './effect.ts';
import type { GoesWith } from './goes-with.ts';
import type { Json } from './json.ts';
import type { Identity, Origin } from './manifest.ts';
import type { Certainty, RefusalReason } from './prediction.ts';
import type { Problem } from './rendering.ts';
import type { CommitId, Repository } from './repository.ts';

/** Stands where a value lives in the cluster alone and only its path may be told. */
export const notShown = '(not shown)';

/**
 * The predicted changes of one environment, for one pull request or for one release. Holds no Secret value: it is
 * masked.
 */
export interface Plan {
  readonly repository: Repository;
  readonly environment: string;
  readonly cluster: string;
  /** What the API server calls itself, `v1.36.3`. */
  readonly clusterVersion: string;
  readonly namespace: string;
  readonly compared: Compared;
  /** ISO 8601, UTC. */
  readonly at: string;
  /** Everything but the unchanged, most important first (plan/by-importance.ts): so it is read everywhere. */
  readonly changes: readonly Change[];
  /** How many objects are the same before and after, and hold no drift. */
  readonly unchanged: number;
  /** An entry for each rule that hid fields: never hidden silently. */
  readonly hidden: readonly HiddenFields[];
  /**
   * Foreign fields of objects that have no change here, where they are named with theirs: an entry for each manager. Absent:
   * there are none.
   */
  readonly foreign?: readonly ForeignOfManager[];
  /** What a person should know of the plan as a whole; what is wrong with one object stands in its change. */
  readonly problems: readonly Problem[];
  /** HMAC-SHA-256 of the sorted object effects under the ledger's key, hexadecimal. */
  readonly digest: string;
  /** Why a second person must say `/confirm` before this is released; empty: nobody need. */
  readonly confirmReasons: readonly string[];
}

/** What the plan was computed from. */
export interface Compared {
  /** The ledger's commit; null before the first release. */
  readonly released: CommitId | null;
  readonly base: CommitId;
  /** The pull request's head; for a release, the released commit. */
  readonly head: CommitId;
  /** null for a release. */
  readonly pullRequest: number | null;
}

export type Action = Change['action'];

/** One object's part of a plan. */
export type Change = PossibleChange | KeptBackChange;

export interface PossibleChange extends ChangeOfObject {
  /** `unchanged` appears only where there is something to say about the object (drift already undone, say). */
  readonly action: 'create' | 'update' | 'delete' | 'replace' | 'unchanged';
}

/** Nothing of the plan is released before this is mended. */
export interface KeptBackChange extends ChangeOfObject {
  readonly action: 'blocked' | 'unknown';
  /** Why, for people; masked. */
  readonly reason: BlockedReason;
}

export function isKeptBack(change: Change): change is KeptBackChange {
  return change.action === 'blocked' || change.action === 'unknown';
}

interface ChangeOfObject {
  readonly identity: Identity;
  readonly origin: Origin | null;
  readonly certainty: Certainty;
  /** Differences of this object, each with whom they come from. Empty for a create or delete. */
  readonly paths: readonly PathChange[];
  /** Unified diff of YAML from live to merged, masked; '' where there is nothing to show. */
  readonly diff: string;
  /** The API server's warnings (PodSecurity, deprecated APIs), masked. */
  readonly warnings: readonly string[];
  /** true where an object that lives already comes under this ledger for the first time. */
  readonly adopted: boolean;
  /**
   * Where it is adopted: a keyed hash of each field that the object loses by that, sorted. What is not among these was not
   * shown. Absent: it loses none.
   */
  readonly loses?: readonly string[];
  /** Earlier field managers (kubectl apply, helm) whose fields become Git's with this change; absent: none. */
  readonly predecessors?: readonly string[];
  /** Whether this object's change comes from the pull request at all, or was there before (drift, unreleased). */
  readonly fromPullRequest: boolean;
  /** Another object of the same kind, namespace and name is in the plan's environment: the API group tells them apart. */
  readonly namesake?: true;
  /** It was released, and is not in the cluster any more: who deleted it there was no release. */
  readonly vanished?: true;
  /** What it does to people, gravest first. Empty of what is kept back. */
  readonly effects: readonly Effect[];
  /** Fields that Git sets and that are left to who holds them (`conflicts: leave`). Absent: none. */
  readonly left?: readonly HeldField[];
  /** Fields that others set and Git does not mention. Absent: none. */
  readonly foreign?: ForeignFields;
  /** What comes or goes with it, and is no part of the plan. */
  readonly goesWith?: GoesWith;
  /** One of the plan's `confirmReasons` is about it. Absent: none is, or the plan is of a version that did not say. */
  readonly asks?: true;
  /** HMAC of this object's effect; the plan's digest is made of these. */
  readonly effect: string;
}

/** A field that another field manager holds. */
export interface HeldField {
  /** `spec.template.spec.containers[name=web].env[name=DEBUG]`, masked. */
  readonly path: string;
  /** Since when: ISO 8601. */
  readonly manager: { readonly name: string; readonly at: string | null };
}

export interface ForeignFields {
  /** The first of them. */
  readonly fields: readonly ForeignField[];
  /** How many there are besides. */
  readonly more: number;
}

export interface ForeignField extends HeldField {
  /** What becomes of it: it stays, or the release takes it away (`foreign: remove`). */
  readonly fate: 'stays' | 'removed';
  /** Masked; undefined: only the path is for everybody. */
  readonly value: Json | undefined;
}

export interface BlockedReason {
  readonly code:
    | RefusalReason
    | 'not-allowed'
    | 'claim'
    | 'foreign'
    | 'owned-elsewhere'
    | 'identity-mismatch'
    | 'refused-manifest'
    | 'unreadable'
    | 'moving';
  readonly message: string;
  /** Where several things are wrong: each at its own place, masked. The message says all of them. */
  readonly faults?: readonly Fault[];
}

/** One thing that is wrong with a manifest, where it stands in Git. */
export interface Fault {
  readonly origin: Origin;
  readonly message: string;
}

/** Who made a path differ. Several may be true of one path; all are named. */
export type Cause =
  /** live ≠ P(released): somebody changed the cluster, nobody changed Git. */
  | 'drift'
  /** P(released) ≠ P(base): merged before and not released. */
  | 'unreleased'
  /** P(base) ≠ P(merged) and live ≠ P(merged): this pull request. */
  | 'pull-request'
  /** P(base) ≠ P(merged) but live = P(merged): already so in the cluster. */
  | 'already'
  /** The pull request takes the field from another manager, and it was never released by us. */
  | 'claim';

export interface PathChange {
  /** `spec.template.spec.containers[name=web].image`. */
  readonly path: string;
  /** Live now; undefined: not there. Masked. */
  readonly before: Json | undefined;
  /** After the merge; undefined: not there. Masked. */
  readonly after: Json | undefined;
  readonly causes: readonly Cause[];
  /** The field manager that holds it in live, where it is not Fairlead, and since when (ISO 8601). */
  readonly manager: { readonly name: string; readonly at: string | null } | null;
}

/** What one manager set in objects, and Git does not mention. */
export interface ForeignOfManager extends HeldField {
  /** The first object. */
  readonly identity: Identity;
  /** How many fields. */
  readonly count: number;
}

/** What one rule hid. */
export interface HiddenFields {
  /** The first object in which it hid something, and where. */
  readonly identity: Identity;
  readonly path: string;
  /** `settings, line 14` or the name of a built-in rule. */
  readonly rule: string;
  /** How many fields it hid; absent: this one. */
  readonly count?: number;
}
