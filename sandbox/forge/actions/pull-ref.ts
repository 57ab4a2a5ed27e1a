import { fetchCommit } from '../git/repository.ts';
import { git } from '../git/run.ts';
import type { PullRequest } from '../state/repositories.ts';
import type { World } from '../world.ts';

/** Points `refs/pull/N/head` at a commit, and brings the fork's objects where the head is in a fork. */
export async function pointPullRef(
  world: World,
  pull: Pick<PullRequest, 'number' | 'repositoryId' | 'head'>,
  sha: string,
): Promise<void> {
  const repository = world.state.repositories.must(pull.repositoryId);
  const head = world.state.repositories.must(pull.head.repositoryId);
  const ref = `refs/pull/${pull.number}/head`;
  if (head.id === repository.id) await git(repository.directory, ['update-ref', ref, sha]);
  else await fetchCommit(head.directory, repository.directory, sha, ref);
}
