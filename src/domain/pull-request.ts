import type { CommitId, Repository } from './repository.ts';

export interface PullRequest {
  readonly repository: Repository;
  readonly number: number;
  /** Its page, for people. */
  readonly url: string;
  readonly author: string;
  readonly state: 'open' | 'closed' | 'merged';
  readonly draft: boolean;
  readonly head: { readonly commit: CommitId; readonly fork: boolean };
  /** The branch it merges into. Its tip is read from Git: GitHub's `base.sha` is as old as the pull request. */
  readonly base: { readonly ref: string };
  /** The commit the merge made on the base branch (merge, squash or last rebased commit). Only of merged ones. */
  readonly mergeCommit: CommitId | null;
}

/** The commits of a pull request, oldest first. */
export interface PullRequestCommits {
  readonly commits: readonly AttributedCommit[];
  /** Whether these are all: the forge lists only so many (GitHub: 250). */
  readonly complete: boolean;
}

/** A commit, and whom the forge takes for its author and its committer by the addresses in it. */
export interface AttributedCommit {
  readonly commit: CommitId;
  /**
   * Their logins, the author first; without who has no account (an address that is nobody's), and without the forge
   * itself.
   */
  readonly people: readonly string[];
}

/** Of the pull requests that hold a commit the merged one that brought it; null: it was pushed directly. */
export function mergedAs(commit: CommitId, pulls: readonly PullRequest[]): PullRequest | null {
  const merged = pulls.filter(({ state }) => state === 'merged');
  return merged.find(({ mergeCommit }) => mergeCommit === commit) ?? merged[0] ?? null;
}
