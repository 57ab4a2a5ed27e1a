import type { CommitStatus } from '../../domain/commit-status.ts';
import type { CommitId, Repository } from '../../domain/repository.ts';
import type { PublishedStatus, Statuses } from '../../ports/forge.ts';
import { goneAway } from './forge-failures.ts';
import { callerOf, pathOf } from './of-repository.ts';
import { type Answer, loginOf, readList } from './read-answer.ts';
import type { Transport } from './transport.ts';

/** https://docs.github.com/rest/commits/statuses. `botLogin` is who the App writes as. */
export function createStatuses(transport: Transport, botLogin: () => Promise<string>): Statuses {
  /** Newest first. The combined status would be shorter, but does not say who wrote what. */
  async function listed(repository: Repository, commit: CommitId): Promise<readonly Answer[]> {
    const route = 'GET /repos/{owner}/{repo}/commits/{ref}/statuses';
    const found = await transport.list(callerOf(repository), route, { ...pathOf(repository), ref: commit }, (page) =>
      readList(page, 'statuses'),
    );
    if (found === null) throw goneAway(repository);
    return found;
  }

  return {
    async statuses(repository, commit) {
      const [bot, found] = await Promise.all([botLogin(), listed(repository, commit)]);
      const own = found.filter((answer) => loginOf(answer.objectOrNull('creator')) === bot).map(readStatus);
      const latest = new Map(own.toReversed().map((status) => [status.context, status]));
      return [...latest.values()];
    },

    async setStatus(repository, commit, status, standing) {
      const isThere = async (): Promise<true | null> => {
        const [bot, found] = await Promise.all([botLogin(), listed(repository, commit)]);
        // Whoever may write may say something else in our name: then it is said again.
        const [latest] = found.filter((answer) => answer.text('context') === status.context);
        const isOurs = latest !== undefined && loginOf(latest.objectOrNull('creator')) === bot;
        return isOurs && sameStatus(readStatus(latest), status) ? true : null;
      };
      const isNews = standing === null || (standing !== undefined && !sameStatus(standing, status));
      if (!isNews && (await isThere()) !== null) return;
      await transport.create(
        callerOf(repository),
        'POST /repos/{owner}/{repo}/statuses/{sha}',
        {
          ...pathOf(repository),
          sha: commit,
          context: status.context,
          state: status.state,
          description: status.description,
          ...(status.targetUrl === null ? {} : { target_url: status.targetUrl }),
        },
        { read: () => true, look: isThere },
      );
    },
  };
}

function readStatus(answer: Answer): PublishedStatus {
  const targetUrl = answer.textOrNull('target_url');
  return {
    context: answer.text('context'),
    state: readState(answer.text('state')),
    description: answer.textOrNull('description') ?? '',
    targetUrl: targetUrl === '' ? null : targetUrl,
    at: answer.text('created_at'),
  };
}

function readState(state: string): CommitStatus['state'] {
  switch (state) {
    case 'success':
    case 'failure':
    case 'error':
    case 'pending':
      return state;
    default:
      // Not documented; of all, the one that promises nothing.
      return 'pending';
  }
}

function sameStatus(left: CommitStatus, right: CommitStatus): boolean {
  return left.state === right.state && left.description === right.description && left.targetUrl === right.targetUrl;
}
