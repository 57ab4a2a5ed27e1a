/** A repository on the forge. `id` is GitHub's numeric id: it survives renames and is the part of every key. */
export interface Repository {
  readonly id: number;
  readonly owner: string;
  readonly name: string;
  /** The GitHub App installation through which Fairlead reaches it. */
  readonly installation: number;
}

/** `owner/name`, as people and the operator's file write it. */
export function repositoryName(repository: Repository): string {
  return `${repository.owner}/${repository.name}`;
}

/** What the forge knows of a repository beyond its name; read anew for each job. */
export interface RepositoryFacts {
  readonly repository: Repository;
  readonly defaultBranch: string;
  /** Public repositories show no live value that Git does not show. */
  readonly visibility: 'public' | 'private';
  /** Its page, for people. */
  readonly url: string;
}

/** A commit id: 40 hexadecimal digits. */
export type CommitId = string;

/** A tree id: 40 hexadecimal digits. */
export type TreeId = string;

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

/** GitHub's repository permission of a person, ordered: none < read < triage < write < maintain < admin. */
export type Permission = 'none' | 'read' | 'triage' | 'write' | 'maintain' | 'admin';

export function mayWrite(permission: Permission): boolean {
  return permission === 'write' || permission === 'maintain' || permission === 'admin';
}
