import type { AttributedCommit, PullRequest, PullRequestCommits } from '../../domain/pull-request.ts';
import type { PullRequests } from '../../ports/forge.ts';

/** A pull request with all who had a part in it. */
export interface WrittenPullRequest extends PullRequestCommits {
  readonly number: number;
  /** Who opened it. */
  readonly author: string;
}

/** Who had a part in what is released. */
export interface Written {
  readonly pulls: readonly WrittenPullRequest[];
  /** Commits that came by no pull request. */
  readonly pushed: readonly AttributedCommit[];
  /** Commits that merged a pull request, and are not what Git makes of that. */
  readonly merged: readonly MergedByHand[];
}

export interface MergedByHand extends AttributedCommit {
  /** The pull request. */
  readonly number: number;
}

export type WhoWrote = (pull: PullRequest) => Promise<WrittenPullRequest>;

/** Asks the forge who wrote a pull request, once for each however many of its plans wait. */
export function whoWrote(forge: Pick<PullRequests, 'commitsOf'>): WhoWrote {
  const asked = new Map<number, Promise<WrittenPullRequest>>();
  const ask = async ({ repository, number, author }: PullRequest): Promise<WrittenPullRequest> => ({
    number,
    author,
    ...(await forge.commitsOf(repository, number)),
  });
  return (pull) => {
    const answer = asked.get(pull.number) ?? ask(pull);
    asked.set(pull.number, answer);
    return answer;
  };
}
