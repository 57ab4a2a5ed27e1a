import { describe, expect, it } from 'vitest';
import { type BranchCommit, landedCommits } from '../../src/domain/landed-commits.ts';

const head = 'head';

/** A commit on `base`, with this tree; Git would make `merged` of the pull request there. */
function commit(tree: string, merged: string | null, more: readonly string[] = []): BranchCommit {
  return { tree, parents: ['base', ...more], merged };
}

describe('commits that hold only what a pull request brings', () => {
  it.each<[string, readonly BranchCommit[], number]>([
    ['a merge as Git makes it', [commit('both', 'both', [head])], 1],
    ['a squash', [commit('both', 'both'), commit('before', null)], 1],
    ['its commits, rebased', [commit('both', 'both'), commit('second', 'both'), commit('first', 'both')], 3],
    ['its commits, rebased on what conflicts with one', [commit('both', null), commit('first', 'both')], 2],
    ['a push of the head itself', [commit('head', 'head')], 1],
  ])('are %s', (_what, commits, landed) => {
    expect(landedCommits(head, commits)).toBe(landed);
  });

  it.each<[string, readonly BranchCommit[]]>([
    ['a merge that somebody changed', [commit('both and more', 'both', [head]), commit('before', 'both')]],
    ['a merge whose conflict somebody solved', [commit('solved', null, [head])]],
    ['a merge of another commit', [commit('both', 'both', ['another'])]],
    ['a merge of another commit beside it', [commit('both', 'both', [head, 'another'])]],
    ['a squash that somebody changed', [commit('both and more', 'both'), commit('before', 'both')]],
    ['a rebase of which somebody changed a commit', [commit('both and more', 'more'), commit('first', 'both')]],
    ['a rebase over a merge', [commit('both', 'more'), commit('first', 'both', [head])]],
    ['a first commit', [{ tree: 'both', parents: [], merged: null }]],
    ['nothing', []],
  ])('are not %s', (_what, commits) => {
    expect(landedCommits(head, commits)).toBe(0);
  });
});
