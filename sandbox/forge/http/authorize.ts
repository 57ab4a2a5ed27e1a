import type { Account, Permissions } from '../state/accounts.ts';
import { atLeast, findRepository, roleOf } from '../state/find.ts';
import type { Repository } from '../state/repositories.ts';
import type { Actor, World } from '../world.ts';
import type { Caller } from './credentials.ts';
import { forbid, notFound, Refusal, refuse } from './refusal.ts';
import type { Grant, Needs } from './route.ts';

/** The repository a request names, if its caller may do what the route needs; else throws what GitHub answers. */
export function authorizeRepository(
  world: World,
  caller: Caller,
  name: { readonly owner: string; readonly repo: string },
  needs: Needs,
): Repository {
  const repository = findRepository(world.state, name.owner, name.repo);
  if (repository === undefined) throw notFound();
  if (!canSee(world, caller, repository)) throw notFound();
  switch (caller.kind) {
    case 'anonymous':
      if (needs.user === null || needs.user !== 'read') throw refuse(401, 'Requires authentication');
      return repository;
    case 'app':
      throw forbid(401, 'A JSON web token could not be decoded', 'an app must use an installation token here');
    case 'user':
      if (needs.user === null) throw forbid(403, 'You must authenticate via a GitHub App.');
      if (!atLeast(roleOf(world.state, caller.account, repository), needs.user)) throw tooWeak(needs);
      return repository;
    case 'installation':
      if (covers(caller, repository)) requireGrant(caller.token.permissions, needs.app);
      else if (!isPublicRead(needs, repository)) throw inaccessible(needs.app ?? []);
      return repository;
  }
}

/** Throws 403 unless one of the grants is given. */
export function requireGrant(permissions: Permissions, grants: readonly Grant[] | null): void {
  if (grants?.some((grant) => isGranted(permissions, grant))) return;
  throw inaccessible(grants ?? []);
}

/** Who acts. For anonymous reads, and an app's JWT, nobody does. */
export function actorOf(world: World, caller: Caller): Actor {
  switch (caller.kind) {
    case 'user':
      return { account: caller.account, app: null };
    case 'installation':
      return { account: world.state.accounts.must(caller.app.botId), app: caller.app };
    case 'app':
      return { account: world.state.accounts.must(caller.app.botId), app: caller.app };
    case 'anonymous':
      return { account: ghost, app: null };
  }
}

const ghost: Account = { id: 10137, login: 'ghost', kind: 'User', name: null, createdAt: '2012-05-22T19:00:00Z' };

/** Whether an installation token reaches a repository. */
export function covers(caller: Extract<Caller, { kind: 'installation' }>, repository: Repository): boolean {
  const { installation, token } = caller;
  if (installation.accountId !== repository.ownerId) return false;
  if (installation.repositoryIds !== null && !installation.repositoryIds.includes(repository.id)) return false;
  return token.repositoryIds === null || token.repositoryIds.includes(repository.id);
}

export function canSee(world: World, caller: Caller, repository: Repository): boolean {
  if (!repository.private) return true;
  switch (caller.kind) {
    case 'anonymous':
      return false;
    case 'app':
      return true;
    case 'user':
      return atLeast(roleOf(world.state, caller.account, repository), 'read');
    case 'installation':
      return covers(caller, repository);
  }
}

function isGranted(permissions: Permissions, grant: Grant): boolean {
  const [name = '', level] = grant.split(':');
  // Every app may read metadata.
  if (name === 'metadata') return true;
  const given = permissions[name];
  return level === 'read' ? given !== undefined : given === 'write' || given === 'admin';
}

function isPublicRead(needs: Needs, repository: Repository): boolean {
  return !repository.private && needs.app !== null && needs.app.every((grant) => grant.endsWith(':read'));
}

function inaccessible(grants: readonly Grant[]): Refusal {
  const accepted = grants.map((grant) => grant.replace(':', '=')).join('; ');
  const refusal = forbid(403, 'Resource not accessible by integration', `needs ${accepted || 'what no app can have'}`);
  return new Refusal(refusal.status, refusal.body, {
    violation: refusal.violation ?? [],
    headers: { 'x-accepted-github-permissions': accepted },
  });
}

function tooWeak(needs: Needs): Refusal {
  // A person without the role is an outcome: who may do what is for the forge to say.
  return needs.user === 'admin' || needs.user === 'write'
    ? refuse(403, 'Must have admin rights to Repository.')
    : refuse(403, 'You do not have permission to do that.');
}
