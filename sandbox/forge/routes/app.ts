import { randomBytes } from 'node:crypto';
import { appBody, installationBody, installationTokenBody } from '../bodies/app.ts';
import { repositoryBody } from '../bodies/repository.ts';
import { type Body, json, noContent, page } from '../http/answer.ts';
import { covers } from '../http/authorize.ts';
import { forbid, notFound, validationFailed } from '../http/refusal.ts';
import type { ApiRequest, Routes } from '../http/route.ts';
import type { App, Installation, Permissions } from '../state/accounts.ts';
import type { World } from '../world.ts';
import { listIn, numberInPath, objectIn } from './input.ts';

/** https://docs.github.com/rest/apps */
export const appRoutes: Routes = {
  'GET /app': {
    kind: 'app',
    answer: ({ world, app }) => {
      const installations_count = world.state.installations.where((row) => row.appId === app.id).length;
      return json({ ...appBody(world, app), installations_count });
    },
  },
  'GET /app/installations': {
    kind: 'app',
    answer: ({ world, app }) =>
      page(
        world.state.installations.where((row) => row.appId === app.id),
        (installation) => installationBody(world, installation),
      ),
  },
  'GET /app/installations/{installation_id}': {
    kind: 'app',
    answer: (request) => json(installationBody(request.world, installationInPath(request))),
  },
  'POST /app/installations/{installation_id}/access_tokens': {
    kind: 'app',
    answer: (request) => {
      const { world, body } = request;
      const installation = installationInPath(request);
      if (installation.suspendedAt !== null) throw forbid(403, 'This installation has been suspended');
      const token = world.state.tokens.insert({
        id: world.state.nextId(),
        token: `ghs_${randomBytes(18).toString('hex')}`,
        installationId: installation.id,
        permissions: chosenPermissions(installation, body),
        repositoryIds: chosenRepositories(world, installation, body),
        expiresAt: world.now().getTime() + world.tokenLifetimeMs,
      });
      return json(installationTokenBody(world, token), 201);
    },
  },
  'GET /repos/{owner}/{repo}/installation': {
    kind: 'app-on-repository',
    answer: ({ world, app, repository }) => {
      const installation = world.state.installations.find(
        (row) =>
          row.appId === app.id &&
          row.accountId === repository.ownerId &&
          (row.repositoryIds === null || row.repositoryIds.includes(repository.id)),
      );
      if (installation === undefined) throw notFound();
      return json(installationBody(world, installation));
    },
  },
  'GET /installation/repositories': {
    kind: 'installation',
    answer: ({ world, caller }) => {
      const reached = world.state.repositories.where((repository) => covers(caller, repository));
      const selection = caller.token.repositoryIds === null ? 'all' : 'selected';
      return page(
        reached,
        (repository) => repositoryBody(world, repository),
        (repositories, total_count) => ({ total_count, repository_selection: selection, repositories }),
      );
    },
  },
  'DELETE /installation/token': {
    kind: 'installation',
    answer: ({ world, caller }) => {
      world.state.tokens.delete(caller.token.id);
      return noContent();
    },
  },
};

function installationInPath(request: ApiRequest & { readonly app: App }): Installation {
  const installation = request.world.state.installations.get(numberInPath(request, 'installation_id'));
  if (installation === undefined || installation.appId !== request.app.id) throw notFound();
  return installation;
}

function chosenPermissions(installation: Installation, body: Body): Permissions {
  const asked = objectIn(body, 'permissions');
  if (asked === undefined) return installation.permissions;
  const chosen: Record<string, 'read' | 'write' | 'admin'> = {};
  for (const [name, level] of Object.entries(asked)) {
    const granted = name === 'metadata' ? 'read' : installation.permissions[name];
    const enough = granted !== undefined && (level === 'read' || granted === level || granted === 'admin');
    if (!enough) {
      throw forbid(
        422,
        'The permissions requested are not granted to this installation.',
        `the installation lacks ${name}: ${String(level)}`,
      );
    }
    chosen[name] = level === 'write' || level === 'admin' ? level : 'read';
  }
  return chosen;
}

function chosenRepositories(world: World, installation: Installation, body: Body): readonly number[] | null {
  const names = listIn(body, 'repositories');
  const ids = listIn(body, 'repository_ids');
  if (names === undefined && ids === undefined) return null;
  const chosen = world.state.repositories.where(
    (repository) =>
      repository.ownerId === installation.accountId &&
      (installation.repositoryIds?.includes(repository.id) ?? true) &&
      ((names?.includes(repository.name) ?? false) || (ids?.includes(repository.id) ?? false)),
  );
  const asked = new Set([...(names ?? []), ...(ids ?? [])]);
  if (chosen.length < asked.size) {
    const message =
      'There is at least one repository that does not exist or is not accessible to the parent installation.';
    throw validationFailed({ resource: 'Installation', code: 'unprocessable', message }, { violation: false });
  }
  return chosen.map((repository) => repository.id);
}
