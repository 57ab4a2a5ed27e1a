import { mergePullRequest } from '../actions/merge-pull-request.ts';
import { json, noContent } from '../http/answer.ts';
import { notFound } from '../http/refusal.ts';
import { type Routes, repositoryRoute } from '../http/route.ts';
import { pullInPath, textIn, wordIn } from './input.ts';

/** https://docs.github.com/rest/pulls/pulls#merge-a-pull-request */
export const mergeRoutes: Routes = {
  'GET /repos/{owner}/{repo}/pulls/{pull_number}/merge': repositoryRoute(
    { app: ['pull_requests:read'], user: 'read' },
    (request) => {
      if (pullInPath(request, 'pull_number').merged === null) throw notFound();
      return noContent();
    },
  ),
  'PUT /repos/{owner}/{repo}/pulls/{pull_number}/merge': repositoryRoute(
    { app: ['contents:write'], user: 'write' },
    async (request) => {
      const { world, repository, body, actor } = request;
      const sha = await world.exclusively(repository.id, () =>
        mergePullRequest(
          world,
          pullInPath(request, 'pull_number'),
          {
            method: wordIn(body, 'merge_method', ['merge', 'squash', 'rebase']) ?? 'merge',
            sha: textIn(body, 'sha') ?? null,
            title: textIn(body, 'commit_title') ?? null,
            message: textIn(body, 'commit_message') ?? null,
          },
          actor,
        ),
      );
      return json({ sha, merged: true, message: 'Pull Request successfully merged' });
    },
  ),
};
