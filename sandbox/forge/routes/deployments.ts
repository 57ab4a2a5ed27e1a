import { createDeployment, createDeploymentStatus, type DeploymentInput } from '../actions/deployments.ts';
import { ensureEnvironment } from '../actions/environments.ts';
import { deploymentBody, deploymentStatusBody, environmentBody } from '../bodies/status.ts';
import { type Body, created, json, page } from '../http/answer.ts';
import { notFound } from '../http/refusal.ts';
import { type RepositoryRequest, type Routes, repositoryRoute } from '../http/route.ts';
import { type Deployment, deploymentStates } from '../state/reports.ts';
import { flagIn, listIn, numberInPath, textIn, wordIn } from './input.ts';

const read = { app: ['deployments:read'], user: 'read' } as const;
const write = { app: ['deployments:write'], user: 'write' } as const;

/** https://docs.github.com/rest/deployments */
export const deploymentRoutes: Routes = {
  'POST /repos/{owner}/{repo}/deployments': repositoryRoute(write, async (request) => {
    const { world, repository, body, actor } = request;
    const result = await world.exclusively(repository.id, () =>
      createDeployment(world, repository, inputIn(body), actor),
    );
    if (result.kind === 'merged') return json({ message: result.message }, 202);
    return created(deploymentBody(world, result.deployment));
  }),
  'GET /repos/{owner}/{repo}/deployments': repositoryRoute(read, ({ world, repository, query }) => {
    const wanted = ['sha', 'ref', 'task', 'environment'] as const;
    const deployments = world.state.deployments.where(
      (row) =>
        row.repositoryId === repository.id &&
        // "none" is the default of each of these filters.
        wanted.every((key) => [null, 'none', row[key]].includes(query.get(key))),
    );
    return page(deployments.toReversed(), (deployment) => deploymentBody(world, deployment));
  }),
  'GET /repos/{owner}/{repo}/deployments/{deployment_id}': repositoryRoute(read, (request) =>
    json(deploymentBody(request.world, deploymentInPath(request))),
  ),
  'POST /repos/{owner}/{repo}/deployments/{deployment_id}/statuses': repositoryRoute(write, (request) => {
    const { world, body, actor } = request;
    const deployment = deploymentInPath(request);
    const status = createDeploymentStatus(
      world,
      deployment,
      {
        state: wordIn(body, 'state', deploymentStates) ?? 'error',
        description: textIn(body, 'description') ?? '',
        environment: textIn(body, 'environment') ?? deployment.environment,
        environmentUrl: textIn(body, 'environment_url') ?? '',
        logUrl: textIn(body, 'log_url') ?? textIn(body, 'target_url') ?? '',
        autoInactive: flagIn(body, 'auto_inactive') ?? true,
      },
      actor,
    );
    return created(deploymentStatusBody(world, status));
  }),
  'GET /repos/{owner}/{repo}/deployments/{deployment_id}/statuses': repositoryRoute(read, (request) => {
    const { world } = request;
    const deployment = deploymentInPath(request);
    const statuses = world.state.deploymentStatuses.where((row) => row.deploymentId === deployment.id);
    return page(statuses.toReversed(), (status) => deploymentStatusBody(world, status));
  }),
  'GET /repos/{owner}/{repo}/environments': repositoryRoute(
    { app: ['actions:read'], user: 'read' },
    ({ world, repository }) =>
      page(
        world.state.environments.where((row) => row.repositoryId === repository.id),
        (environment) => environmentBody(world, environment),
        (environments, total_count) => ({ total_count, environments }),
      ),
  ),
  'PUT /repos/{owner}/{repo}/environments/{environment_name}': repositoryRoute(
    { app: ['administration:write'], user: 'admin' },
    ({ world, repository, path }) =>
      json(environmentBody(world, ensureEnvironment(world, repository, path['environment_name'] ?? ''))),
  ),
};

function deploymentInPath(request: RepositoryRequest): Deployment {
  const deployment = request.world.state.deployments.get(numberInPath(request, 'deployment_id'));
  if (deployment === undefined || deployment.repositoryId !== request.repository.id) throw notFound();
  return deployment;
}

function inputIn(body: Body): DeploymentInput {
  const environment = textIn(body, 'environment') ?? 'production';
  return {
    ref: textIn(body, 'ref') ?? '',
    task: textIn(body, 'task') ?? 'deploy',
    autoMerge: flagIn(body, 'auto_merge') ?? true,
    requiredContexts: listIn(body, 'required_contexts')?.map(String) ?? null,
    payload: body['payload'] ?? {},
    environment,
    description: textIn(body, 'description') ?? null,
    transient: flagIn(body, 'transient_environment') ?? false,
    production: flagIn(body, 'production_environment') ?? environment === 'production',
  };
}
