import { type BranchCommit, landedCommits } from '../../domain/landed-commits.ts';
import type { PullRequest } from '../../domain/pull-request.ts';
import type { CommitId, Repository, TreeId } from '../../domain/repository.ts';
import type { Git } from '../../ports/git.ts';

export type LandingGit = Pick<Git, 'fetchCommit' | 'tree' | 'parents' | 'merge'>;

/**
 * Of `branch` (first parents, newest first) those commits that hold together only what merging the pull request gives,
 * the first of them included; empty: that one was written by hand. `most`: a pull request lands as so many at most.
 */
export async function landedWith(
  { repository, head }: Pick<PullRequest, 'repository' | 'head'>,
  branch: readonly CommitId[],
  most: number,
  git: LandingGit,
): Promise<readonly CommitId[]> {
  // Squashed or rebased, its own commits are on no branch.
  if ((await git.fetchCommit(repository, head.commit)) === null) return [];
  const commits: BranchCommit[] = [];
  for (const commit of branch.slice(0, most)) {
    const parents = await git.parents(repository, commit);
    const merged = await mergedInto(parents[0], head.commit, repository, git);
    commits.push({ tree: await git.tree(repository, commit), parents, merged });
    if (parents.length > 1) break;
  }
  return branch.slice(0, landedCommits(head.commit, commits));
}

async function mergedInto(
  parent: CommitId | undefined,
  head: CommitId,
  repository: Repository,
  git: LandingGit,
): Promise<TreeId | null> {
  const result = parent === undefined ? null : await git.merge(repository, parent, head);
  return result?.kind === 'merged' ? result.tree : null;
}
