import { accountBody } from '../bodies/account.ts';
import { appBody } from '../bodies/app.ts';
import { commitBody } from '../bodies/commit.ts';
import { deploymentBody, deploymentStatusBody, statusBody } from '../bodies/status.ts';
import { readCommit } from '../git/commits.ts';
import { fullName } from '../state/find.ts';
import type { Deployment, DeploymentStatus, Status } from '../state/reports.ts';
import { emit } from '../webhooks/emit.ts';
import { type Actor, timestamp, type World } from '../world.ts';

export async function createStatus(
  world: World,
  input: Omit<Status, 'id' | 'creatorId' | 'createdAt'>,
  actor: Actor,
): Promise<Status> {
  const repository = world.state.repositories.must(input.repositoryId);
  const status = world.state.statuses.insert({
    ...input,
    id: world.state.nextId(),
    creatorId: actor.account.id,
    createdAt: timestamp(world.now()),
  });
  const commit = await world.remember(`commit ${repository.directory} ${status.sha}`, () =>
    readCommit(repository.directory, status.sha),
  );
  const { id, state, description, context, sha, targetUrl, createdAt } = status;
  emit(world, {
    event: 'status',
    action: null,
    repository,
    actor,
    payload: {
      id,
      sha,
      name: fullName(world.state, repository),
      avatar_url: statusBody(world, status)['avatar_url'],
      target_url: targetUrl,
      context,
      description,
      state,
      commit: sentCommit(world, commitBody(world, repository, commit)),
      branches: [],
      created_at: createdAt,
      updated_at: createdAt,
    },
  });
  return status;
}

/** https://docs.github.com/webhooks/webhook-events-and-payloads#deployment */
export function announceDeployment(world: World, deployment: Deployment, actor: Actor): void {
  emit(world, {
    event: 'deployment',
    action: 'created',
    repository: world.state.repositories.must(deployment.repositoryId),
    actor,
    payload: { deployment: sentDeployment(world, deployment), workflow: null, workflow_run: null },
  });
}

/** "A webhook event is not fired for deployment statuses with an inactive state." */
export function announceDeploymentStatus(world: World, status: DeploymentStatus, actor: Actor): void {
  if (status.state === 'inactive') return;
  const deployment = world.state.deployments.must(status.deploymentId);
  emit(world, {
    event: 'deployment_status',
    action: 'created',
    repository: world.state.repositories.must(deployment.repositoryId),
    actor,
    payload: {
      deployment: sentDeployment(world, deployment),
      deployment_status: deploymentStatusBody(world, status),
    },
  });
}

function sentDeployment(world: World, deployment: Deployment) {
  const app = deployment.appId === null ? null : appBody(world, world.state.apps.must(deployment.appId));
  return { ...deploymentBody(world, deployment), performed_via_github_app: app };
}

// In a status event author and committer are accounts; a commit of nobody's is shown as the ghost's.
function sentCommit(world: World, body: Readonly<Record<string, unknown>>) {
  const ghost = { id: 10137, login: 'ghost', kind: 'User', name: null, createdAt: '2012-05-22T19:00:00Z' } as const;
  return {
    ...body,
    author: body['author'] ?? accountBody(world, ghost),
    committer: body['committer'] ?? accountBody(world, ghost),
  };
}
