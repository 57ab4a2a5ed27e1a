import type { Account } from '../state/accounts.ts';
import type { Repository } from '../state/repositories.ts';
import type { World } from '../world.ts';

/** `author-association`: what an author is to a repository. */
export function associationOf(world: World, account: Account, repository: Repository): string {
  if (account.id === repository.ownerId) return 'OWNER';
  const isMember = world.state.memberships.find(
    (row) => row.organizationId === repository.ownerId && row.accountId === account.id,
  );
  if (isMember !== undefined) return 'MEMBER';
  if (repository.collaborators.has(account.id)) return 'COLLABORATOR';
  const merged = world.state.pullRequests.find(
    (pull) => pull.repositoryId === repository.id && pull.authorId === account.id && pull.merged !== null,
  );
  return merged === undefined ? 'NONE' : 'CONTRIBUTOR';
}
