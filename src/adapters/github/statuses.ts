import type { CommitStatus } from '../../domain/commit-status.ts';
import type { CommitId, Repository } from '../../domain/repository.ts';
import type { Statuses } from '../../ports.ts';
import { goneAway } from './pull-requests.ts';
import { type Answer, readObject } from './read-answer.ts';
import { callerOf, place } from './repositories.ts';
import type { Transport } from './transport.ts';

/** https://docs.github.com/rest/commits/statuses */
export function createStatuses(transport: Transport): Statuses {
  async function statuses(repository: Repository, commit: CommitId): Promise<readonly CommitStatus[]> {
    // The combined status holds the latest of each context, in pages of its own.
    const route = 'GET /repos/{owner}/{repo}/commits/{ref}/status';
    const found = await transport.list(callerOf(repository), route, { ...place(repository), ref: commit }, (page) =>
      readObject(page, 'status').list('statuses'),
    );
    if (found === null) throw goneAway(repository);
    return found.map(readStatus);
  }

  return {
    statuses,

    async setStatus(repository, commit, status) {
      const isThere = async (): Promise<true | null> => {
        const standing = (await statuses(repository, commit)).find(({ context }) => context === status.context);
        return standing !== undefined && sameStatus(standing, status) ? true : null;
      };
      if ((await isThere()) !== null) return;
      await transport.create(
        callerOf(repository),
        'POST /repos/{owner}/{repo}/statuses/{sha}',
        {
          ...place(repository),
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

function readStatus(answer: Answer): CommitStatus {
  const targetUrl = answer.textOrNull('target_url');
  return {
    context: answer.text('context'),
    state: readState(answer.text('state')),
    description: answer.textOrNull('description') ?? '',
    targetUrl: targetUrl === '' ? null : targetUrl,
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
