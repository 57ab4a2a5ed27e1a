import { readCommit } from './commits.ts';
import { git, gitResult } from './run.ts';
import type { Signature } from './write-commit.ts';

export type MergeResult = { readonly kind: 'merged'; readonly sha: string } | { readonly kind: 'conflict' };

export interface MergeRequest {
  readonly base: string;
  readonly head: string;
  readonly author: Signature;
  readonly message: string;
}

/** The merged tree of two commits, without touching any ref. */
export async function mergeTree(directory: string, base: string, head: string): Promise<string | undefined> {
  const command = ['merge-tree', '--write-tree', '--no-messages', '--allow-unrelated-histories', base, head];
  const { code, stdout } = await gitResult(directory, command, { expected: [1] });
  return code === 0 ? stdout.toString('utf8').split('\n')[0] : undefined;
}

/** A merge commit of two parents. No ref moves. */
export async function mergeCommits(directory: string, request: MergeRequest): Promise<MergeResult> {
  return commitMerge(directory, request, [request.base, request.head]);
}

/** One commit on the base that holds everything. No ref moves. */
export async function squashCommits(directory: string, request: MergeRequest): Promise<MergeResult> {
  return commitMerge(directory, request, [request.base]);
}

async function commitMerge(directory: string, request: MergeRequest, parents: readonly string[]): Promise<MergeResult> {
  const tree = await mergeTree(directory, request.base, request.head);
  if (tree === undefined) return { kind: 'conflict' };
  return { kind: 'merged', sha: await commitTree(directory, tree, parents, request.message, request.author) };
}

/**
 * The head's commits, one by one, on the base: new ids, the authors kept, GitHub as committer. No ref moves.
 * Git 2.39 cannot replay without a working tree, so each step merges three stand-ins whose only parent is the step's
 * merge base: that is what a cherry-pick is.
 */
export async function rebaseCommits(directory: string, base: string, head: string): Promise<MergeResult> {
  const listed = await git(directory, ['rev-list', '--reverse', '--topo-order', '--no-merges', `${base}..${head}`]);
  let onto = base;
  for (const sha of listed.split('\n').filter(Boolean)) {
    const commit = await readCommit(directory, sha);
    const parent = commit.parents[0];
    const ancestor = await commitTree(directory, parent === undefined ? emptyTree : `${parent}^{tree}`, [], '-');
    const ours = await commitTree(directory, `${onto}^{tree}`, [ancestor], '-');
    const theirs = await commitTree(directory, `${sha}^{tree}`, [ancestor], '-');
    const tree = await mergeTree(directory, ours, theirs);
    if (tree === undefined) return { kind: 'conflict' };
    onto = await commitTree(directory, tree, [onto], commit.message, commit.author, commit.author.at);
  }
  return { kind: 'merged', sha: onto };
}

const emptyTree = '4b825dc642cb6eb9a060e54bf8d69288fbee4904';

async function commitTree(
  directory: string,
  tree: string,
  parents: readonly string[],
  message: string,
  author?: Signature,
  authoredAt?: string,
): Promise<string> {
  const env: Record<string, string> = {};
  if (author !== undefined) {
    env['GIT_AUTHOR_NAME'] = author.name;
    env['GIT_AUTHOR_EMAIL'] = author.email;
  }
  if (authoredAt !== undefined) env['GIT_AUTHOR_DATE'] = authoredAt;
  const command = ['commit-tree', tree, ...parents.flatMap((parent) => ['-p', parent])];
  return git(directory, command, { input: `${message}\n`, env });
}
