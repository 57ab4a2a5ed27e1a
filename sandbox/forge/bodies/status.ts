import type { Body } from '../http/answer.ts';
import type { Deployment, DeploymentEnvironment, DeploymentStatus, Status } from '../state/reports.ts';
import type { World } from '../world.ts';
import { accountBodyOf } from './account.ts';
import { nodeId, repositoryApi, repositoryPage } from './address.ts';
import { appBody } from './app.ts';

/** `status` */
export function statusBody(world: World, status: Status): Body {
  return { ...simpleStatusBody(world, status), creator: accountBodyOf(world, status.creatorId) };
}

/** `simple-commit-status` */
export function simpleStatusBody(world: World, status: Status): Body {
  const repository = world.state.repositories.must(status.repositoryId);
  return {
    url: `${repositoryApi(world, repository)}/statuses/${status.sha}`,
    avatar_url: `${world.url}/avatars/u/${status.creatorId}`,
    id: status.id,
    node_id: nodeId('SC', status.id),
    state: status.state,
    description: status.description,
    target_url: status.targetUrl,
    context: status.context,
    created_at: status.createdAt,
    updated_at: status.createdAt,
  };
}

/** `deployment` */
export function deploymentBody(world: World, deployment: Deployment): Body {
  const api = repositoryApi(world, world.state.repositories.must(deployment.repositoryId));
  const url = `${api}/deployments/${deployment.id}`;
  return {
    url,
    id: deployment.id,
    node_id: nodeId('DE', deployment.id),
    sha: deployment.sha,
    ref: deployment.ref,
    task: deployment.task,
    payload: deployment.payload,
    original_environment: deployment.environment,
    environment: deployment.environment,
    description: deployment.description,
    creator: accountBodyOf(world, deployment.creatorId),
    created_at: deployment.createdAt,
    updated_at: deployment.updatedAt,
    statuses_url: `${url}/statuses`,
    repository_url: api,
    transient_environment: deployment.transient,
    production_environment: deployment.production,
    performed_via_github_app:
      deployment.appId === null ? null : appBody(world, world.state.apps.must(deployment.appId)),
  };
}

/** `deployment-status` */
export function deploymentStatusBody(world: World, status: DeploymentStatus): Body {
  const deployment = world.state.deployments.must(status.deploymentId);
  const api = repositoryApi(world, world.state.repositories.must(deployment.repositoryId));
  const url = `${api}/deployments/${deployment.id}`;
  return {
    url: `${url}/statuses/${status.id}`,
    id: status.id,
    node_id: nodeId('DES', status.id),
    state: status.state,
    creator: accountBodyOf(world, status.creatorId),
    description: status.description,
    environment: status.environment,
    target_url: status.logUrl,
    created_at: status.createdAt,
    updated_at: status.createdAt,
    deployment_url: url,
    repository_url: api,
    environment_url: status.environmentUrl,
    log_url: status.logUrl,
    performed_via_github_app: status.appId === null ? null : appBody(world, world.state.apps.must(status.appId)),
  };
}

/** `environment` */
export function environmentBody(world: World, environment: DeploymentEnvironment): Body {
  const repository = world.state.repositories.must(environment.repositoryId);
  const name = encodeURIComponent(environment.name);
  return {
    id: environment.id,
    node_id: nodeId('EN', environment.id),
    name: environment.name,
    url: `${repositoryApi(world, repository)}/environments/${name}`,
    html_url: `${repositoryPage(world, repository)}/deployments/activity_log?environments_filter=${name}`,
    created_at: environment.createdAt,
    updated_at: environment.updatedAt,
    protection_rules: [],
    deployment_branch_policy: null,
  };
}
