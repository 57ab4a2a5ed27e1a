import { accountBody } from '../bodies/account.ts';
import { repositoryApi, repositoryPage } from '../bodies/address.ts';
import { commitBody } from '../bodies/commit.ts';
import { protectionBody } from '../bodies/protection.ts';
import { fullRepositoryBody } from '../bodies/repository.ts';
import { readCommit } from '../git/commits.ts';
import { readBranch } from '../git/refs.ts';
import { json, page } from '../http/answer.ts';
import { notFound, refuse } from '../http/refusal.ts';
import { type RepositoryRequest, type Routes, repositoryRoute } from '../http/route.ts';
import type { Role } from '../state/accounts.ts';
import { atLeast, findAccount, roleOf } from '../state/find.ts';

/** https://docs.github.com/rest/repos/repos, …/branches, …/collaborators */
export const repositoryRoutes: Routes = {
  'GET /repos/{owner}/{repo}': repositoryRoute({ app: ['metadata:read'], user: 'read' }, ({ world, repository }) =>
    json(fullRepositoryBody(world, repository)),
  ),
  'GET /repos/{owner}/{repo}/branches/{branch}': repositoryRoute(
    { app: ['contents:read'], user: 'read' },
    async (request) => {
      const { world, repository } = request;
      const { name, sha } = await branchInPath(request);
      const api = `${repositoryApi(world, repository)}/branches/${encodeURIComponent(name)}`;
      const commit = await readCommit(repository.directory, sha);
      const protection = repository.protectedBranches.get(name);
      return json({
        name,
        commit: commitBody(world, repository, commit),
        _links: { self: api, html: `${repositoryPage(world, repository)}/tree/${name}` },
        protected: protection !== undefined,
        protection: protectionBody(protection ?? null, `${api}/protection`),
        protection_url: `${api}/protection`,
      });
    },
  ),
  'GET /repos/{owner}/{repo}/branches/{branch}/protection': repositoryRoute(
    { app: ['administration:read'], user: 'admin' },
    async (request) => {
      const { name } = await branchInPath(request);
      const protection = request.repository.protectedBranches.get(name);
      if (protection === undefined) throw refuse(404, 'Branch not protected');
      return json(protectionBody(protection, protectionUrl(request, name)));
    },
  ),
  'PUT /repos/{owner}/{repo}/branches/{branch}/protection': repositoryRoute(
    { app: ['administration:write'], user: 'admin' },
    async (request) => {
      const { world, repository, body } = request;
      const { name } = await branchInPath(request);
      world.state.repositories.change(repository.id, {
        protectedBranches: new Map(repository.protectedBranches).set(name, body),
      });
      return json(protectionBody(body, protectionUrl(request, name)));
    },
  ),
  // Rulesets are not kept: no branch has any.
  'GET /repos/{owner}/{repo}/rules/branches/{branch}': repositoryRoute({ app: ['metadata:read'], user: 'read' }, () =>
    page([], (rule) => rule),
  ),
  'GET /repos/{owner}/{repo}/collaborators/{username}/permission': repositoryRoute(
    { app: ['metadata:read'], user: 'write' },
    ({ world, repository, path }) => {
      const account = findAccount(world.state, path['username'] ?? '');
      if (account === undefined) throw notFound();
      const role = roleOf(world.state, account, repository);
      return json({
        permission: legacyPermission(role),
        role_name: role,
        user: { ...accountBody(world, account), role_name: role, permissions: permissionsOf(role) },
      });
    },
  ),
};

/** "The `permission` attribute provides the legacy base roles of admin, write, read, and none". */
function legacyPermission(role: Role): string {
  if (role === 'maintain') return 'write';
  return role === 'triage' ? 'read' : role;
}

function permissionsOf(role: Role) {
  return {
    pull: atLeast(role, 'read'),
    triage: atLeast(role, 'triage'),
    push: atLeast(role, 'write'),
    maintain: atLeast(role, 'maintain'),
    admin: atLeast(role, 'admin'),
  };
}

function protectionUrl(request: RepositoryRequest, branch: string): string {
  return `${repositoryApi(request.world, request.repository)}/branches/${encodeURIComponent(branch)}/protection`;
}

async function branchInPath(request: RepositoryRequest): Promise<{ name: string; sha: string }> {
  const name = request.path['branch'] ?? '';
  const sha = await readBranch(request.repository.directory, name);
  if (sha === undefined) throw refuse(404, 'Branch not found');
  return { name, sha };
}
