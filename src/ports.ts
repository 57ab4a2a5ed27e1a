/**
 * Every effect Fairlead has on the world, as an interface with its contract: what absence means, how it fails,
 * whether it may be repeated, how fresh its answer is. Adapters implement them; jobs take the narrowest they use,
 * so that a signature lists its effects. A failure that is not an expected outcome is thrown as a `Failure`.
 */
import type { ClusterEntry } from './domain/allowance.ts';
import type { CheckRun } from './domain/check-run.ts';
import type { CommitStatus, DeploymentState } from './domain/commit-status.ts';
import type { Inspection, PlanRecord } from './domain/inspection.ts';
import type { Job } from './domain/job.ts';
import type { Ledger, LedgerContent, LedgerKey } from './domain/ledger.ts';
import type { IdentityKey, KubernetesObject, ObjectReference } from './domain/manifest.ts';
import type { ApplyOutcome, Live } from './domain/prediction.ts';
import type { Desired, ReleaseReport } from './domain/release.ts';
import type { Rendering, RenderingSource, RenderResult } from './domain/rendering.ts';
import type {
  AttributedCommit,
  CommitId,
  Permission,
  PullRequest,
  PullRequestCommits,
  Repository,
  RepositoryFacts,
  TreeId,
} from './domain/repository.ts';

// ---------------------------------------------------------------------------------------------------- everywhere

export interface Clock {
  /** Milliseconds since the epoch, for what people read and what is stored. */
  now(): number;
  /** Milliseconds of a clock that never goes back, for durations and leases. */
  monotonic(): number;
  /** Resolves after `ms`, or rejects with the signal's reason. */
  sleep(ms: number, signal: AbortSignal): Promise<void>;
}

/** Constant message, details as fields. Never a manifest, a token or a Secret's value. */
export interface Logger {
  debug(message: string, fields?: Readonly<Record<string, unknown>>): void;
  info(message: string, fields?: Readonly<Record<string, unknown>>): void;
  warn(message: string, fields?: Readonly<Record<string, unknown>>): void;
  error(message: string, fields?: Readonly<Record<string, unknown>>): void;
  child(fields: Readonly<Record<string, unknown>>): Logger;
}

/** What `/metrics` shows. Labels are few and bounded: never a repository's or a person's name. */
export interface Metrics {
  jobFinished(kind: string, outcome: 'done' | 'retried' | 'failed', seconds: number): void;
  /** From the rendering at hand to the finished plan. */
  planned(cluster: string, objects: number, seconds: number): void;
  /** From the first write to the verdict. */
  released(cluster: string, verdict: 'converged' | 'diverged', seconds: number): void;
  requestFinished(api: 'github' | 'kubernetes', outcome: string, seconds: number): void;
}

/**
 * Asks for work. One job at a time for each key (`keyOf`); asking while it runs gives one more run, asking while it
 * waits gives none. Returns once Redis holds it; throws `records-unreachable` after 5 s.
 */
export interface Queue {
  ask(job: Job, options?: AskOptions): Promise<void>;
}

export interface AskOptions {
  /** Start not before this many milliseconds. Default 0. */
  readonly delayMs?: number;
  /** `low` lets everything else go first (plans made again because a base moved, the sweep). Default `normal`. */
  readonly priority?: 'normal' | 'low';
}

/** Webhook deliveries that were taken in already: the forge, or a person there, may send one again. */
export interface Deliveries {
  seen(delivery: string): Promise<boolean>;
  /** Called after everything the delivery asks for is in the queue, so that one that was cut short counts as new. */
  remember(delivery: string): Promise<void>;
}

/**
 * What forge and cluster workers hand each other, in Redis: all of it can be made again, none of it is trusted to be
 * there. `null` means "not here now": ask the other side to make it.
 */
export interface Records {
  /** `unrenderable`: forge tried and Git can no longer say what it was (rewritten history, another renderer). */
  rendering(id: string): Promise<Rendering | 'unrenderable' | null>;
  saveRendering(rendering: Rendering): Promise<void>;
  markUnrenderable(id: string): Promise<void>;
  inspection(repository: Repository, number: number): Promise<Inspection | null>;
  saveInspection(inspection: Inspection): Promise<void>;
  plan(repository: Repository, number: number, environment: string): Promise<PlanRecord | null>;
  savePlan(repository: Repository, number: number, environment: string, plan: PlanRecord): Promise<void>;
  desired(repository: Repository, environment: string): Promise<Desired | null>;
  saveDesired(desired: Desired): Promise<void>;
  /** The latest report of an environment. */
  report(repository: Repository, environment: string): Promise<ReleaseReport | null>;
  saveReport(report: ReleaseReport): Promise<void>;
  /** What an environment that moved on left behind in a cluster: its `state` is `orphaned`. */
  leaving(repository: Repository, environment: string, cluster: string): Promise<ReleaseReport | null>;
  saveLeaving(report: ReleaseReport): Promise<void>;
}

// -------------------------------------------------------------------------------------------- the forge role: GitHub

/** All of GitHub. Reads are as fresh as GitHub's API; a 304 counts as a read. Writes that change nothing are not sent. */
export interface Forge extends Repositories, PullRequests, CheckRuns, Comments, Statuses, Deployments {}

export interface Repositories {
  /** Every repository the App is installed on, of one installation or of all (null). */
  repositories(installation: number | null): Promise<readonly Repository[]>;
  /** null: the repository is gone or the App is no longer installed there. */
  facts(repository: Repository): Promise<RepositoryFacts | null>;
  permission(repository: Repository, login: string): Promise<Permission>;
}

export interface PullRequests {
  pullRequest(repository: Repository, number: number): Promise<PullRequest | null>;
  /** Open ones into `base`, or all open ones (null). */
  openPullRequests(repository: Repository, base: string | null): Promise<readonly PullRequest[]>;
  /** Open or merged pull requests that hold this commit; empty for a direct push. */
  pullRequestsOf(repository: Repository, commit: CommitId): Promise<readonly PullRequest[]>;
  /**
   * Who wrote a pull request: of an open one the commits of its head as it is now, which may be a newer one than was
   * read before; of a merged one those that were merged. Throws `forge-refused` where there is no such pull request.
   */
  commitsOf(repository: Repository, number: number): Promise<PullRequestCommits>;
  /** Who wrote one commit, also where no pull request holds it. Throws `forge-refused` where there is none. */
  whoCommitted(repository: Repository, commit: CommitId): Promise<AttributedCommit>;
}

/** What a check run says now, without its annotations. */
export interface PublishedCheckRun {
  readonly id: number;
  readonly name: string;
  readonly externalId: string;
  readonly conclusion: string | null;
  readonly title: string | null;
  readonly summary: string | null;
  readonly text: string | null;
  /** ISO 8601. */
  readonly completedAt: string | null;
}

export interface CheckRuns {
  /** Our own check runs of a commit, the latest of each name. */
  checkRuns(repository: Repository, commit: CommitId): Promise<readonly PublishedCheckRun[]>;
  /** Creates or updates the one of that name on that commit; looks before it creates, so a lost answer doubles nothing. */
  publishCheckRun(repository: Repository, run: CheckRun): Promise<void>;
}

export interface Comment {
  readonly id: number;
  /** Where people read it. */
  readonly url: string;
  readonly author: string;
  /** Bots do not count as people: their commands are ignored. */
  readonly bot: boolean;
  /** Written by this very App and changed by nobody since: the only comments whose hidden markers are believed. */
  readonly own: boolean;
  readonly body: string;
  readonly createdAt: string;
  readonly updatedAt: string;
}

export type Reaction = '+1' | 'confused';

export interface Comments {
  comments(repository: Repository, number: number): Promise<readonly Comment[]>;
  /** null: deleted. */
  comment(repository: Repository, comment: number): Promise<Comment | null>;
  /**
   * Keeps exactly one comment of ours that holds `marker`: edits it, creates it where there is none, deletes doubles.
   * A body that is equal already is not sent.
   */
  keepComment(repository: Repository, number: number, marker: string, body: string): Promise<void>;
  react(repository: Repository, comment: number, reaction: Reaction): Promise<void>;
}

/** A commit status as it stands there. */
export interface PublishedStatus extends CommitStatus {
  /** ISO 8601, by the forge's clock: what a person's comment can be held against. */
  readonly at: string;
}

export interface Statuses {
  /** Our own, the latest of each context: anybody who may write may set a status of any context. */
  statuses(repository: Repository, commit: CommitId): Promise<readonly PublishedStatus[]>;
  /**
   * Not sent where the latest of this context, whoever wrote it, is ours and says the same (1,000 for each commit and
   * context is GitHub's limit).
   */
  setStatus(repository: Repository, commit: CommitId, status: CommitStatus): Promise<void>;
}

export interface Deployments {
  /** Makes the deployment of that commit and environment where there is none, and sets its state where that differs. */
  setDeployment(repository: Repository, commit: CommitId, state: DeploymentState): Promise<void>;
}

// ----------------------------------------------------------------------------------------------- the forge role: Git

export type MergeResult =
  | { readonly kind: 'merged'; readonly tree: TreeId }
  | { readonly kind: 'conflict'; readonly files: readonly string[] };

/** Real Git on a bare mirror; safe to use from several jobs at once. */
export interface Git {
  /** The branch's tip as the remote says now (fetched); null: no such branch. */
  tip(repository: Repository, branch: string): Promise<CommitId | null>;
  /** Makes a commit available locally, also a fork's head (`refs/pull/N/head`). null: the remote has no such commit. */
  fetchCommit(repository: Repository, commit: CommitId): Promise<CommitId | null>;
  tree(repository: Repository, commit: CommitId): Promise<TreeId>;
  /** `git merge-tree --write-tree`: merges head into base without a working tree. */
  merge(repository: Repository, base: CommitId, head: CommitId): Promise<MergeResult>;
  /** null: no such file. Text is UTF-8; a file over 1 MiB is refused. */
  readFile(repository: Repository, tree: TreeId, path: string): Promise<string | null>;
  /** First-parent history from `commit` (included), newest first, at most `limit`. */
  history(repository: Repository, commit: CommitId, limit: number): Promise<readonly CommitId[]>;
  isAncestor(repository: Repository, ancestor: CommitId, descendant: CommitId): Promise<boolean>;
}

/** Content as Git holds it, read without a working tree: no attributes, no filters, no symlinks followed. */
export interface Trees {
  /**
   * Everything below `path` (`` is the root) of a tree, sorted by path as Git does (a path that is a file: that one entry);
   * null: the tree has nothing there. More than 200,000 entries are refused.
   */
  entries(repository: Repository, tree: TreeId, path: string): Promise<readonly TreeEntry[] | null>;
  /** The content of blobs, in the order asked; `too-large`: all together hold more than `maxBytes`. */
  blobs(repository: Repository, ids: readonly string[], maxBytes: number): Promise<readonly Uint8Array[] | 'too-large'>;
}

/**
 * One entry of a tree that is no folder. Names are as they stand in Git and may be hostile (`..`, `.git`): whoever
 * writes them to a disk looks first.
 */
export interface TreeEntry {
  /** Relative to the repository's root. */
  readonly path: string;
  readonly kind: 'file' | 'symlink' | 'submodule';
  readonly id: string;
}

/** Plain YAML and kustomize: manifests of a path of a tree, or every problem that keeps them from being made. */
export interface Renderer {
  render(source: RenderingSource): Promise<RenderResult>;
}

// ------------------------------------------------------------------------------------------------- the cluster role

/** A kind the API server serves. */
export interface ServedKind {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  readonly plural: string;
  readonly namespaced: boolean;
}

export interface ApplyRequest {
  /** Scope settled: `metadata.namespace` exactly where the kind is namespaced. */
  readonly object: KubernetesObject;
  readonly dryRun: boolean;
  /** Take fields from other managers. */
  readonly force: boolean;
  /** Guards against an object deleted and made again in between; null: no guard. */
  readonly uid: string | null;
}

export interface DeleteRequest {
  readonly reference: ObjectReference;
  /** Only this very object is deleted. */
  readonly uid: string;
  readonly dryRun: boolean;
}

export type DeleteOutcome =
  | { readonly kind: 'deleted' }
  /** It is gone already, or another object has its name now. */
  | { readonly kind: 'gone' }
  | { readonly kind: 'refused'; readonly message: string };

/**
 * One cluster under one identity. 16 requests in flight for each cluster, whoever asks; 429, 5xx and resets are
 * tried again (Retry-After respected) until the deadline, then `cluster-unreachable`.
 */
export interface Cluster {
  readonly name: string;
  /** gitVersion, such as `v1.36.3`. */
  version(signal: AbortSignal): Promise<string>;
  /** null: not served (the discovery was read and does not have it). Cached; a miss reads it again. */
  served(apiVersion: string, kind: string, signal: AbortSignal): Promise<ServedKind | null>;
  /**
   * What lives under each of these, read at each reference's version: by LIST per kind and namespace where that is
   * cheaper, by GET where a LIST is refused. Every reference has an entry under its `identityKey`.
   */
  live(references: readonly ObjectReference[], signal: AbortSignal): Promise<ReadonlyMap<IdentityKey, Live>>;
  read(reference: ObjectReference, signal: AbortSignal): Promise<Live>;
  /** Server-side apply, field manager `fairlead`, `fieldValidation=Strict`. */
  apply(request: ApplyRequest, signal: AbortSignal): Promise<ApplyOutcome>;
  remove(request: DeleteRequest, signal: AbortSignal): Promise<DeleteOutcome>;
  /** Objects of a kind in a namespace (null: cluster-scoped, or all namespaces) by label selector (null: all). */
  list(query: ListQuery, signal: AbortSignal): Promise<readonly KubernetesObject[]>;
  /** The messages of recent Warning events about an object, newest first, at most 5. */
  warningEvents(reference: ObjectReference, uid: string, signal: AbortSignal): Promise<readonly ObjectEvent[]>;
}

export interface ListQuery {
  readonly apiVersion: string;
  readonly kind: string;
  readonly namespace: string | null;
  readonly labelSelector: string | null;
}

export interface ObjectEvent {
  readonly reason: string;
  readonly message: string;
  readonly at: string | null;
}

/** One cluster of the operator's file as its worker holds it. */
export interface ClusterAccess {
  readonly entry: ClusterEntry;
  /** Fairlead's own identity: ledgers, and questions of existence that an impersonated identity may not ask. */
  readonly own: Cluster;
  /** Everything else runs under the identity the allow rule names; null (the operator wrote `none`): Fairlead's own. */
  as(impersonate: string | null): Cluster;
  readonly ledgers: Ledgers;
}

/** Ledgers, in the cluster, under Fairlead's own identity. */
export interface Ledgers {
  /** null: there is none: nothing was ever released here. Throws where it cannot be read: unreadable is not absent. */
  read(key: LedgerKey, signal: AbortSignal): Promise<Ledger | null>;
  /**
   * Creates (`previous` null) or replaces at the version that was read. Throws `ledger-changed` where another writer
   * was first. Returns what is stored.
   */
  write(key: LedgerKey, previous: Ledger | null, content: LedgerContent, signal: AbortSignal): Promise<Ledger>;
  /** The id of the ApplySet a ledger of this key is (or would be) the parent of. */
  applySet(key: LedgerKey): string;
  /** 32 random bytes kept in a Secret beside the ledgers; made at first use. The key of digests. */
  digestKey(signal: AbortSignal): Promise<Uint8Array>;
  /**
   * Runs `work` under the environment's Lease; its signal aborts when the Lease is lost. Throws `lock-lost` (retryable)
   * where another holder is alive for `waitMs`. Expiry by the local clock: client-go's leaderelection rule.
   */
  withLock<T>(
    key: LedgerKey,
    waitMs: number,
    signal: AbortSignal,
    work: (signal: AbortSignal) => Promise<T>,
  ): Promise<T>;
}

/**
 * Runs a use case for each job of the queues it serves; see `jobs/`. How often a failure is tried again depends on what it
 * is, so no run knows that it is the last: what is final is said by who gives the job up (`jobs/say-*-failure.ts`).
 */
export type Handler<J extends Job = Job> = (job: J, context: JobContext) => Promise<void>;

export interface JobContext {
  /** Aborts at the job's deadline, when its lock is lost, and when the process drains. */
  readonly signal: AbortSignal;
  readonly log: Logger;
}
