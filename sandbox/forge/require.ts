import type { Account } from './state/accounts.ts';
import { findAccount, findPullRequest, findRepository } from './state/find.ts';
import type { PullRequest, Repository } from './state/repositories.ts';
import type { World } from './world.ts';

// For tests and the demo: what they name must exist, or they are wrong.

export function requireAccount(world: World, login: string): Account {
  const account = findAccount(world.state, login);
  if (account === undefined) throw new Error(`there is no account ${login}`);
  return account;
}

/** @param name `owner/name` */
export function requireRepository(world: World, name: string): Repository {
  const [owner = '', repo = ''] = name.split('/');
  const repository = findRepository(world.state, owner, repo);
  if (repository === undefined) throw new Error(`there is no repository ${name}`);
  return repository;
}

export function requirePullRequest(world: World, repository: Repository, number: number): PullRequest {
  const pull = findPullRequest(world.state, repository.id, number);
  if (pull === undefined) throw new Error(`there is no pull request ${repository.name}#${number}`);
  return pull;
}
