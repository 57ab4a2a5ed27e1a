import type { Account, Role } from './accounts.ts';
import { roles } from './accounts.ts';
import type { PullRequest, Repository } from './repositories.ts';
import type { State } from './state.ts';

/** GitHub compares owners and names without regard to case. */
export function findRepository(state: State, owner: string, name: string): Repository | undefined {
  const wanted = `${owner}/${name}`.toLowerCase();
  return state.repositories.find((repository) => fullName(state, repository).toLowerCase() === wanted);
}

export function findAccount(state: State, login: string): Account | undefined {
  return state.accounts.find((account) => account.login.toLowerCase() === login.toLowerCase());
}

export function findPullRequest(state: State, repositoryId: number, number: number): PullRequest | undefined {
  return state.pullRequests.find((pull) => pull.repositoryId === repositoryId && pull.number === number);
}

export function fullName(state: State, repository: Repository): string {
  return `${state.accounts.must(repository.ownerId).login}/${repository.name}`;
}

/** What an account may do in a repository: the most that ownership, membership or an invitation gives. */
export function roleOf(state: State, account: Account, repository: Repository): Role {
  if (account.id === repository.ownerId) return 'admin';
  const membership = state.memberships.find(
    (row) => row.organizationId === repository.ownerId && row.accountId === account.id,
  );
  if (membership?.role === 'admin') return 'admin';
  const invited = repository.collaborators.get(account.id) ?? 'none';
  // "read" is GitHub's base permission for an organisation's members.
  const base: Role = membership !== undefined || !repository.private ? 'read' : 'none';
  return atLeast(invited, base) ? invited : base;
}

export function atLeast(role: Role, wanted: Role): boolean {
  return roles.indexOf(role) >= roles.indexOf(wanted);
}
