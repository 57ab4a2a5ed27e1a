import type { CheckRun } from '../domain/check-run.ts';
import type { CommitStatus, DeploymentState } from '../domain/commit-status.ts';
import type { AttributedCommit, PullRequest, PullRequestCommits } from '../domain/pull-request.ts';
import type { CommitId, Permission, Repository, RepositoryFacts } from '../domain/repository.ts';

/** All of GitHub. Reads are as fresh as GitHub's API; a 304 counts as a read. Writes that change nothing are not sent. */
export interface Forge extends Repositories, PullRequests, CheckRuns, Comments, Statuses, Deployments {}

export interface Repositories {
  /** Where the App is installed, without what is suspended. */
  installations(): Promise<readonly number[]>;
  /** Every repository of an installation that can be written to; none of one that is gone. */
  repositories(installation: number): Promise<readonly Repository[]>;
  /** null: the repository is gone or the App is no longer installed there. */
  facts(repository: Repository): Promise<RepositoryFacts | null>;
  permission(repository: Repository, login: string): Promise<Permission>;
  /**
   * Whether the default branch holds this file, or held it once. One request, and no clone; also false: the repository is
   * gone, or without a commit.
   */
  everHeld(repository: Repository, path: string): Promise<boolean>;
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
   * context is GitHub's limit). `standing` is ours as it was just read (null: there was none): where it says something
   * else nobody looks again before it is sent.
   */
  setStatus(
    repository: Repository,
    commit: CommitId,
    status: CommitStatus,
    standing?: CommitStatus | null,
  ): Promise<void>;
}

export interface Deployments {
  /** Makes the deployment of that commit and environment where there is none, and sets its state where that differs. */
  setDeployment(repository: Repository, commit: CommitId, state: DeploymentState): Promise<void>;
}
