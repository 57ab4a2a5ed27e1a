import { emitPullRequest } from '../actions/pull-request-event.ts';
import { labelBody } from '../bodies/label.ts';
import { created, page } from '../http/answer.ts';
import { notFound, validationFailed } from '../http/refusal.ts';
import { type RepositoryRequest, type Routes, repositoryRoute } from '../http/route.ts';
import type { Label, PullRequest } from '../state/repositories.ts';
import { listIn, pullInPath, textIn } from './input.ts';

const read = { app: ['issues:read', 'pull_requests:read'], user: 'read' } as const;
const write = { app: ['issues:write', 'pull_requests:write'], user: 'triage' } as const;

/** https://docs.github.com/rest/issues/labels */
export const labelRoutes: Routes = {
  'POST /repos/{owner}/{repo}/labels': repositoryRoute({ ...write, user: 'write' }, (request) => {
    const { body, world } = request;
    const name = textIn(body, 'name') ?? '';
    if (findLabel(request, name) !== undefined) {
      throw validationFailed({ resource: 'Label', code: 'already_exists', field: 'name' }, { violation: false });
    }
    const color = textIn(body, 'color') ?? 'ededed';
    if (!/^[0-9a-fA-F]{6}$/.test(color)) {
      throw validationFailed({ resource: 'Label', code: 'invalid', field: 'color' }, { violation: true });
    }
    return created(labelBody(world, makeLabel(request, name, color, textIn(body, 'description') ?? null)));
  }),
  'GET /repos/{owner}/{repo}/issues/{issue_number}/labels': repositoryRoute(read, (request) =>
    labelsOf(request, pullInPath(request, 'issue_number')),
  ),
  'POST /repos/{owner}/{repo}/issues/{issue_number}/labels': repositoryRoute(write, async (request) => {
    const { world, actor, body } = request;
    let pull = pullInPath(request, 'issue_number');
    for (const entry of listIn(body, 'labels') ?? []) {
      const name = typeof entry === 'string' ? entry : (textIn({ ...(entry as object) }, 'name') ?? '');
      const label = findLabel(request, name) ?? makeLabel(request, name, 'ededed', null);
      if (pull.labelIds.includes(label.id)) continue;
      pull = world.state.pullRequests.change(pull.id, { labelIds: [...pull.labelIds, label.id] });
      await emitPullRequest(world, pull, 'labeled', actor, { label: labelBody(world, label) });
    }
    return labelsOf(request, pull);
  }),
  'DELETE /repos/{owner}/{repo}/issues/{issue_number}/labels/{name}': repositoryRoute(write, async (request) => {
    const { world, actor, path } = request;
    const before = pullInPath(request, 'issue_number');
    const label = findLabel(request, path['name'] ?? '');
    if (label === undefined || !before.labelIds.includes(label.id)) throw notFound();
    const labelIds = before.labelIds.filter((id) => id !== label.id);
    const pull = world.state.pullRequests.change(before.id, { labelIds });
    await emitPullRequest(world, pull, 'unlabeled', actor, { label: labelBody(world, label) });
    return labelsOf(request, pull);
  }),
};

function labelsOf(request: RepositoryRequest, pull: PullRequest) {
  const labels = pull.labelIds.map((id) => request.world.state.labels.must(id));
  return page(labels, (label) => labelBody(request.world, label));
}

function findLabel(request: RepositoryRequest, name: string): Label | undefined {
  return request.world.state.labels.find(
    (label) => label.repositoryId === request.repository.id && label.name.toLowerCase() === name.toLowerCase(),
  );
}

function makeLabel(request: RepositoryRequest, name: string, color: string, description: string | null): Label {
  const { state } = request.world;
  return state.labels.insert({ id: state.nextId(), repositoryId: request.repository.id, name, color, description });
}
