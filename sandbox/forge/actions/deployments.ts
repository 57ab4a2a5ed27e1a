import { mergeCommits } from '../git/merge.ts';
import { isAncestor, moveRef, readBranch, resolveCommit } from '../git/refs.ts';
import { refuse } from '../http/refusal.ts';
import type { Deployment, DeploymentState, DeploymentStatus } from '../state/reports.ts';
import type { Repository } from '../state/repositories.ts';
import { type Actor, timestamp, type World } from '../world.ts';
import { ensureEnvironment } from './environments.ts';
import { signatureOf } from './merge-pull-request.ts';
import { announcePush } from './push.ts';
import { announceDeployment, announceDeploymentStatus } from './statuses.ts';

export interface DeploymentInput {
  readonly ref: string;
  readonly task: string;
  /** GitHub's default is true: it merges the default branch into `ref` when that is behind. */
  readonly autoMerge: boolean;
  /** null (GitHub's default): every status of the commit must have succeeded. */
  readonly requiredContexts: readonly string[] | null;
  readonly payload: unknown;
  readonly environment: string;
  readonly description: string | null;
  readonly transient: boolean;
  readonly production: boolean;
}

export type DeploymentResult =
  | { readonly kind: 'created'; readonly deployment: Deployment }
  | { readonly kind: 'merged'; readonly message: string };

/** https://docs.github.com/rest/deployments/deployments#create-a-deployment. Call it while holding the repository. */
export async function createDeployment(
  world: World,
  repository: Repository,
  input: DeploymentInput,
  actor: Actor,
): Promise<DeploymentResult> {
  const sha = await resolveCommit(repository.directory, input.ref);
  if (sha === undefined) throw refuse(422, `No ref found for: ${input.ref}`);
  const merged = input.autoMerge ? await autoMerge(world, repository, input.ref, sha, actor) : null;
  if (merged !== null) return { kind: 'merged', message: merged };
  demandContexts(world, repository, input, sha);
  ensureEnvironment(world, repository, input.environment);
  const at = timestamp(world.now());
  const { ref, task, payload, environment, description, transient, production } = input;
  const deployment = world.state.deployments.insert({
    id: world.state.nextId(),
    repositoryId: repository.id,
    sha,
    ref,
    task,
    payload,
    environment,
    description,
    transient,
    production,
    creatorId: actor.account.id,
    appId: actor.app?.id ?? null,
    createdAt: at,
    updatedAt: at,
  });
  announceDeployment(world, deployment, actor);
  return { kind: 'created', deployment };
}

export interface DeploymentStatusInput {
  readonly state: DeploymentState;
  readonly description: string;
  readonly environment: string;
  readonly environmentUrl: string;
  readonly logUrl: string;
  readonly autoInactive: boolean;
}

export function createDeploymentStatus(
  world: World,
  deployment: Deployment,
  input: DeploymentStatusInput,
  actor: Actor,
): DeploymentStatus {
  const { autoInactive, ...fields } = input;
  const status = insertStatus(world, deployment, fields, actor);
  announceDeploymentStatus(world, status, actor);
  if (autoInactive && input.state === 'success') deactivateOthers(world, deployment, actor);
  return status;
}

/** The state a deployment is in: that of its last status. */
export function deploymentState(world: World, deployment: Deployment): DeploymentState | null {
  return world.state.deploymentStatuses.where((row) => row.deploymentId === deployment.id).at(-1)?.state ?? null;
}

function insertStatus(
  world: World,
  deployment: Deployment,
  fields: Omit<DeploymentStatusInput, 'autoInactive'>,
  actor: Actor,
): DeploymentStatus {
  const createdAt = timestamp(world.now());
  world.state.deployments.change(deployment.id, { environment: fields.environment, updatedAt: createdAt });
  return world.state.deploymentStatuses.insert({
    ...fields,
    id: world.state.nextId(),
    deploymentId: deployment.id,
    creatorId: actor.account.id,
    appId: actor.app?.id ?? null,
    createdAt,
  });
}

// "Adds a new inactive status to all prior non-transient, non-production environment deployments with the same
// repository and environment name … only to deployments that had a success state."
function deactivateOthers(world: World, deployment: Deployment, actor: Actor): void {
  const others = world.state.deployments.where(
    (row) =>
      row.repositoryId === deployment.repositoryId &&
      row.environment === deployment.environment &&
      row.id < deployment.id &&
      !row.transient &&
      !row.production &&
      deploymentState(world, row) === 'success',
  );
  for (const other of others) {
    const fields = { description: '', environment: other.environment, environmentUrl: '', logUrl: '' };
    insertStatus(world, other, { ...fields, state: 'inactive' }, actor);
  }
}

async function autoMerge(
  world: World,
  repository: Repository,
  branch: string,
  sha: string,
  actor: Actor,
): Promise<string | null> {
  const { directory, defaultBranch } = repository;
  const base = await readBranch(directory, defaultBranch);
  const isBranch = (await readBranch(directory, branch)) === sha;
  if (!isBranch || base === undefined || (await isAncestor(directory, base, sha))) return null;
  const message = `Merge branch '${defaultBranch}' into ${branch}`;
  const result = await mergeCommits(directory, { base: sha, head: base, author: signatureOf(actor.account), message });
  if (result.kind === 'conflict') throw refuse(409, `Conflict merging ${defaultBranch} into ${branch}.`);
  const ref = `refs/heads/${branch}`;
  await moveRef(directory, ref, result.sha, sha);
  await announcePush(world, repository.id, { ref, before: sha, after: result.sha }, actor);
  return `Auto-merged ${defaultBranch} into ${branch} on deployment.`;
}

function demandContexts(world: World, repository: Repository, input: DeploymentInput, sha: string): void {
  const onCommit = world.state.statuses.where((row) => row.repositoryId === repository.id && row.sha === sha);
  const runs = world.state.checkRuns.where((row) => row.repositoryId === repository.id && row.headSha === sha);
  const states = new Map<string, boolean>([
    ...onCommit.map((row) => [row.context, row.state === 'success'] as const),
    ...runs.map((row) => [row.name, ['success', 'neutral', 'skipped'].includes(row.conclusion ?? '')] as const),
  ]);
  const required = input.requiredContexts ?? [...states.keys()];
  if (required.every((context) => states.get(context) === true)) return;
  throw refuse(409, `Conflict: Commit status checks failed for ${input.ref}.`);
}
