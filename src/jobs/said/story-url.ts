import { planCommentMarker } from '../../domain/marker.ts';
import { mergedAs, type PullRequest } from '../../domain/pull-request.ts';
import type { CommitId, Repository, RepositoryFacts } from '../../domain/repository.ts';
import type { Comment, Comments, PullRequests, Repositories } from '../../ports/forge.ts';
import { ownComments, withMarker } from './own-comment.ts';

export interface Story {
  readonly facts: Pick<RepositoryFacts, 'url'>;
  readonly commit: CommitId;
  /** The merged pull request that brought the commit; null: a direct push. */
  readonly pull: PullRequest | null;
  /** Fairlead's own on that pull request. */
  readonly comments: readonly Comment[];
}

/**
 * Where a person who wants to know more of a commit's release arrives: at the plan comment, which says plan and verdict;
 * else at its pull request; of a direct push at the commit.
 */
export function storyUrl({ facts, commit, pull, comments }: Story): string {
  if (pull === null) return `${facts.url}/commit/${commit}`;
  return withMarker(planCommentMarker, comments)?.url ?? pull.url;
}

/** The same of a commit of which nothing else is known. null: the repository is gone. */
export async function findStoryUrl(
  { repository, commit }: { readonly repository: Repository; readonly commit: CommitId },
  forge: Pick<Repositories, 'facts'> & Pick<PullRequests, 'pullRequestsOf'> & Pick<Comments, 'comments'>,
): Promise<string | null> {
  const [facts, pulls] = await Promise.all([forge.facts(repository), forge.pullRequestsOf(repository, commit)]);
  if (facts === null) return null;
  const pull = mergedAs(commit, pulls);
  return storyUrl({ facts, commit, pull, comments: pull === null ? [] : await ownComments(pull, forge) });
}
