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

/** GitHub's repository permission of a person, ordered: none < read < triage < write < maintain < admin. */
export type Permission = 'none' | 'read' | 'triage' | 'write' | 'maintain' | 'admin';

export function mayWrite(permission: Permission): boolean {
  return permission === 'write' || permission === 'maintain' || permission === 'admin';
}
