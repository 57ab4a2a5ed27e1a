import type { CommitId, Repository, TreeId } from '../domain/repository.ts';

/** Real Git on a bare mirror; safe to use from several jobs at once. */
export interface Git {
  /** The branch's tip as the remote says now (fetched); null: no such branch. */
  tip(repository: Repository, branch: string): Promise<CommitId | null>;
  /** Makes a commit available locally, also a fork's head (`refs/pull/N/head`). null: the remote has no such commit. */
  fetchCommit(repository: Repository, commit: CommitId): Promise<CommitId | null>;
  tree(repository: Repository, commit: CommitId): Promise<TreeId>;
  /** In their order; of a merge the branch that was merged into comes first. */
  parents(repository: Repository, commit: CommitId): Promise<readonly CommitId[]>;
  /** `git merge-tree --write-tree`: merges head into base without a working tree. */
  merge(repository: Repository, base: CommitId, head: CommitId): Promise<MergeResult>;
  /** Text is UTF-8. What a person put there that is no file to be read is an answer, not a failure. */
  readFile(repository: Repository, tree: TreeId, path: string): Promise<FileReading>;
  /** First-parent history from `commit` (included), newest first, at most `limit`. */
  history(repository: Repository, commit: CommitId, limit: number): Promise<readonly CommitId[]>;
  isAncestor(repository: Repository, ancestor: CommitId, descendant: CommitId): Promise<boolean>;
}

export type FileReading =
  | { readonly kind: 'file'; readonly text: string }
  | { readonly kind: 'absent' }
  /** A link, a submodule, a folder, or over 1 MiB. `why` goes on a sentence that begins with the path. */
  | { readonly kind: 'refused'; readonly why: string };

export type MergeResult =
  | { readonly kind: 'merged'; readonly tree: TreeId }
  | { readonly kind: 'conflict'; readonly files: readonly string[] };
