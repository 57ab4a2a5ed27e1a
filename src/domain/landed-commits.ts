import type { CommitId, TreeId } from './repository.ts';

/** A commit of a branch, with what it would be if a pull request had been merged just there. */
export interface BranchCommit {
  readonly tree: TreeId;
  readonly parents: readonly CommitId[];
  /** What Git makes of merging the pull request's head into its first parent; null: they conflict, or there is none. */
  readonly merged: TreeId | null;
}

/**
 * How many commits of a branch, newest first, hold together just what Git makes of merging a pull request with this
 * `head`, so that whoever pressed the button wrote nothing: a merge of it, one commit that squashes it, or its commits
 * rebased one by one. 0: whoever made the newest one wrote something of it by hand. Another parent would bring in what is
 * not of the pull request, or, as the first one, leave out what was on the branch.
 */
export function landedCommits(head: CommitId, commits: readonly BranchCommit[]): number {
  const newest = commits[0]?.tree;
  let landed = 0;
  for (const [index, { parents, merged }] of commits.entries()) {
    const [, ...others] = parents;
    if (others.some((parent) => parent !== head || index > 0)) break;
    // What is rebased merges into its own beginning just as well: the furthest counts.
    if (merged === newest) landed = index + 1;
    if (others.length > 0) break;
  }
  return landed;
}
