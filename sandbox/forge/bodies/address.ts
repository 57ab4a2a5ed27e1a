import { fullName } from '../state/find.ts';
import type { PullRequest, Repository } from '../state/repositories.ts';
import type { World } from '../world.ts';

/** Addresses as GitHub Enterprise Server has them: the API below `/api/v3`, pages beside it. */
export function apiUrl(world: World, path: string): string {
  return `${world.url}/api/v3${path}`;
}

export function repositoryApi(world: World, repository: Repository): string {
  return apiUrl(world, `/repos/${fullName(world.state, repository)}`);
}

export function repositoryPage(world: World, repository: Repository): string {
  return `${world.url}/${fullName(world.state, repository)}`;
}

export function pullPage(world: World, pull: PullRequest): string {
  return `${repositoryPage(world, world.state.repositories.must(pull.repositoryId))}/pull/${pull.number}`;
}

/** GitHub's GraphQL id: opaque, and different for each kind. */
export function nodeId(kind: string, id: number | string): string {
  return `${kind}_${Buffer.from(`${kind}:${id}`).toString('base64url')}`;
}
