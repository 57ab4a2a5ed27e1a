import { mergeCommits } from '../git/merge.ts';
import { readBranch } from '../git/refs.ts';
import { git } from '../git/run.ts';
import type { PullRequest } from '../state/repositories.ts';
import type { World } from '../world.ts';

/**
 * Makes `refs/pull/N/merge` in the background, as GitHub does on opening and on a push to the head; never because the
 * base has moved. https://github.blog/changelog/2026-02-19-changes-to-test-merge-commit-generation-for-pull-requests
 */
export function startTestMerge(world: World, pull: PullRequest): void {
  const work = makeTestMerge(world, pull);
  testMerges.set(pull.id, work);
  world.background(work);
}

/** The pull request with its test merge made. */
export async function awaitTestMerge(world: World, pull: PullRequest): Promise<PullRequest> {
  await testMerges.get(pull.id);
  return world.state.pullRequests.must(pull.id);
}

// By pull request; ids differ between worlds only by chance, so each world starts its own before it waits.
const testMerges = new Map<number, Promise<void>>();

async function makeTestMerge(world: World, pull: PullRequest): Promise<void> {
  const { directory } = world.state.repositories.must(pull.repositoryId);
  const base = (await readBranch(directory, pull.base.ref)) ?? pull.base.sha;
  const result = await mergeCommits(directory, {
    base,
    head: pull.head.sha,
    author: { name: 'GitHub', email: 'noreply@github.com' },
    message: `Merge ${pull.head.sha} into ${base}`,
  });
  const now = world.state.pullRequests.get(pull.id);
  // A later push has started its own.
  if (now === undefined || now.head.sha !== pull.head.sha || now.state !== 'open') return;
  if (result.kind === 'merged') {
    await git(directory, ['update-ref', `refs/pull/${pull.number}/merge`, result.sha]);
  }
  world.state.pullRequests.change(pull.id, {
    testMerge: result.kind === 'merged' ? { kind: 'clean', sha: result.sha } : { kind: 'conflict' },
  });
}
