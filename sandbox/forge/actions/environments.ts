import type { DeploymentEnvironment } from '../state/reports.ts';
import type { Repository } from '../state/repositories.ts';
import { timestamp, type World } from '../world.ts';

/** Deploying to an environment makes it. */
export function ensureEnvironment(world: World, repository: Repository, name: string): DeploymentEnvironment {
  const { environments, nextId } = world.state;
  const existing = environments.find((row) => row.repositoryId === repository.id && row.name === name);
  if (existing !== undefined) return existing;
  const at = timestamp(world.now());
  return environments.insert({ id: nextId(), repositoryId: repository.id, name, createdAt: at, updatedAt: at });
}
