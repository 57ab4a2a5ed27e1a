import { planCommentMarker } from '../../domain/marker.ts';
import type { PullRequest } from '../../domain/pull-request.ts';
import type { CommitId, Repository } from '../../domain/repository.ts';
import type { Comments, Repositories } from '../../ports/forge.ts';
import { ownComment } from './own-comment.ts';

export interface Story {
  readonly repository: Repository;
  readonly commit: CommitId;
  /** The merged pull request that brought the commit; null: a direct push. */
  readonly pull: PullRequest | null;
}

/**
 * Where a person who wants to know more of a commit's release arrives: at the plan comment, which says plan and verdict;
 * else at its pull request; of a direct push at the commit. null: the repository is gone.
 */
export async function storyUrl(
  { repository, commit, pull }: Story,
  forge: Pick<Repositories, 'facts'> & Pick<Comments, 'comments'>,
): Promise<string | null> {
  if (pull !== null) {
    return (await ownComment(pull, planCommentMarker, forge))?.url ?? pull.url;
  }
  const facts = await forge.facts(repository);
  return facts && `${facts.url}/commit/${commit}`;
}
