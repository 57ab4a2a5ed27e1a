import type { Permission, Repository, RepositoryFacts } from '../../domain/repository.ts';
import type { Repositories } from '../../ports/forge.ts';
import type { Caller } from './installation-tokens.ts';
import { callerOf, pathOf } from './of-repository.ts';
import { type Answer, readList, readObject } from './read-answer.ts';
import type { Transport } from './transport.ts';

/** https://docs.github.com/rest/apps/installations, /rest/repos/repos, /rest/collaborators/collaborators, /rest/commits/commits */
export function createRepositories(transport: Transport): Repositories {
  return {
    async installations() {
      const found = await transport.list({ kind: 'app' }, 'GET /app/installations', {}, (page) => {
        // A suspended one answers no request: its repositories are out of reach until its owner says otherwise.
        return readList(page, 'installations').filter((entry) => entry.textOrNull('suspended_at') === null);
      });
      return (found ?? []).map((installation) => installation.number('id'));
    },

    async repositories(installation) {
      const caller: Caller = { kind: 'installation', id: installation };
      const found = await transport.list(caller, 'GET /installation/repositories', {}, (page) => {
        // Nothing can be written to an archived one.
        return readObject(page, 'installation')
          .list('repositories')
          .filter((entry) => !entry.flag('archived'));
      });
      return (found ?? []).map((repository) => readRepository(repository, installation));
    },

    async facts(repository) {
      const data = await transport.get(callerOf(repository), 'GET /repos/{owner}/{repo}', pathOf(repository));
      if (data === null) return null;
      const answer = readObject(data, 'repository');
      // Renamed, GitHub redirects by the old name; until somebody else takes it.
      return answer.number('id') === repository.id ? readFacts(answer, repository.installation) : null;
    },

    async permission(repository, login) {
      const route = 'GET /repos/{owner}/{repo}/collaborators/{username}/permission';
      const data = await transport.get(callerOf(repository), route, { ...pathOf(repository), username: login });
      return data === null ? 'none' : readPermission(readObject(data, 'permission'));
    },

    async everHeld(repository, path) {
      // Who took it away touched it, too.
      const parameters = { ...pathOf(repository), path, per_page: 1 };
      const data = await transport.get(callerOf(repository), 'GET /repos/{owner}/{repo}/commits', parameters);
      return data !== null && readList(data, 'commits').length > 0;
    },
  };
}

function readRepository(answer: Answer, installation: number): Repository {
  return {
    id: answer.number('id'),
    owner: answer.object('owner').text('login'),
    name: answer.text('name'),
    installation,
  };
}

function readFacts(answer: Answer, installation: number): RepositoryFacts {
  return {
    repository: readRepository(answer, installation),
    defaultBranch: answer.text('default_branch'),
    // Internal repositories of an enterprise are private, too.
    visibility: answer.flag('private') ? 'private' : 'public',
    url: answer.text('html_url'),
  };
}

// `role_name` knows triage and maintain, and names of custom roles; `permission` what each of them amounts to.
function readPermission(answer: Answer): Permission {
  return permissionOf(answer.textOrNull('role_name')) ?? permissionOf(answer.text('permission')) ?? 'none';
}

function permissionOf(name: string | null): Permission | null {
  switch (name) {
    case 'none':
    case 'read':
    case 'triage':
    case 'write':
    case 'maintain':
    case 'admin':
      return name;
    case null:
    default:
      return null;
  }
}
