import { createStatus } from '../actions/statuses.ts';
import { repositoryApi } from '../bodies/address.ts';
import { repositoryBody } from '../bodies/repository.ts';
import { simpleStatusBody, statusBody } from '../bodies/status.ts';
import { resolveCommit } from '../git/refs.ts';
import { created, page } from '../http/answer.ts';
import { refuse, validationFailed } from '../http/refusal.ts';
import { type RepositoryRequest, type Routes, repositoryRoute } from '../http/route.ts';
import { maxStatuses, tooManyStatuses } from '../limits/others.ts';
import type { Status } from '../state/reports.ts';
import { commitInPath, textIn, wordIn } from './input.ts';

const read = { app: ['statuses:read'], user: 'read' } as const;

/** https://docs.github.com/rest/commits/statuses */
export const statusRoutes: Routes = {
  'POST /repos/{owner}/{repo}/statuses/{sha}': repositoryRoute(
    { app: ['statuses:write'], user: 'write' },
    async (request) => {
      const { world, repository, body, path, actor } = request;
      const given = path['sha'] ?? '';
      const sha = await world.remember(`exists ${repository.directory} ${given}`, () => demandCommit(request, given));
      const context = textIn(body, 'context') ?? 'default';
      const same = world.state.statuses.where(
        (row) => row.repositoryId === repository.id && row.sha === sha && row.context === context,
      );
      if (same.length >= maxStatuses) {
        throw validationFailed({ resource: 'Status', code: 'custom', message: tooManyStatuses }, { violation: true });
      }
      const status = await createStatus(
        world,
        {
          repositoryId: repository.id,
          sha,
          state: wordIn(body, 'state', ['error', 'failure', 'pending', 'success']) ?? 'error',
          context,
          description: textIn(body, 'description') ?? null,
          targetUrl: textIn(body, 'target_url') ?? null,
        },
        actor,
      );
      return created(statusBody(world, status));
    },
  ),
  'GET /repos/{owner}/{repo}/commits/{ref}/statuses': repositoryRoute(read, async (request) => {
    const statuses = await listed(request);
    return page(statuses, (status) => statusBody(request.world, status));
  }),
  'GET /repos/{owner}/{repo}/commits/{ref}/status': repositoryRoute(read, async (request) => {
    const { world, repository } = request;
    const sha = await commitInPath(request);
    const latest = new Map((await listed(request)).toReversed().map((status) => [status.context, status]));
    const statuses = [...latest.values()];
    const commit = `${repositoryApi(world, repository)}/commits/${sha}`;
    return page(
      statuses,
      (status) => simpleStatusBody(world, status),
      (rows, total_count) => ({
        state: combined(statuses),
        statuses: rows,
        sha,
        total_count,
        repository: repositoryBody(world, repository),
        commit_url: commit,
        url: `${commit}/status`,
      }),
    );
  }),
};

/** Newest first. */
async function listed(request: RepositoryRequest): Promise<Status[]> {
  const sha = await commitInPath(request);
  const { repository, world } = request;
  return world.state.statuses.where((row) => row.repositoryId === repository.id && row.sha === sha).toReversed();
}

/** "failure if any of the contexts report as error or failure; pending if there are no statuses or a context is pending" */
function combined(statuses: readonly Status[]): string {
  if (statuses.some((status) => status.state === 'error' || status.state === 'failure')) return 'failure';
  return statuses.length === 0 || statuses.some((status) => status.state === 'pending') ? 'pending' : 'success';
}

async function demandCommit(request: RepositoryRequest, sha: string): Promise<string> {
  const known = /^[0-9a-f]{40}$/.test(sha) ? await resolveCommit(request.repository.directory, sha) : undefined;
  if (known === undefined) throw refuse(422, `No commit found for SHA: ${sha}`);
  return known;
}
