import { accountBody } from '../bodies/account.ts';
import { nodeId } from '../bodies/address.ts';
import { installationBody } from '../bodies/app.ts';
import { requireAccount, requireRepository } from '../require.ts';
import type { Installation } from '../state/accounts.ts';
import { fullName } from '../state/find.ts';
import type { Repository } from '../state/repositories.ts';
import { emitToApp } from '../webhooks/emit.ts';
import { timestamp, type World } from '../world.ts';

export interface InstallRequest {
  /** A person or an organisation. */
  readonly account: string;
  /** `owner/name` each; left out: all, also later ones. */
  readonly repositories?: readonly string[];
}

export function installApp(world: World, appId: number, request: InstallRequest): Installation {
  const app = world.state.apps.must(appId);
  const account = requireAccount(world, request.account);
  const installation = world.state.installations.insert({
    id: world.state.nextId(),
    appId,
    accountId: account.id,
    permissions: app.permissions,
    events: app.events,
    repositoryIds: request.repositories?.map((name) => requireRepository(world, name).id) ?? null,
    suspendedAt: null,
    createdAt: timestamp(world.now()),
  });
  emitToApp(world, installation, {
    event: 'installation',
    action: 'created',
    actor: { account, app: null },
    payload: {
      installation: installationBody(world, installation),
      repositories: reached(world, installation).map((repository) => reference(world, repository)),
      requester: null,
    },
  });
  return installation;
}

/** The account takes the app off: its tokens end, and the app is told once more. */
export function uninstallApp(world: World, installation: Installation): void {
  const account = world.state.accounts.must(installation.accountId);
  emitToApp(world, installation, {
    event: 'installation',
    action: 'deleted',
    actor: { account, app: null },
    payload: {
      installation: installationBody(world, installation),
      repositories: reached(world, installation).map((repository) => reference(world, repository)),
      requester: null,
    },
  });
  for (const token of world.state.tokens.where((row) => row.installationId === installation.id)) {
    world.state.tokens.delete(token.id);
  }
  world.state.installations.delete(installation.id);
}

/** Changes which repositories an installation reaches; null: all. */
export function setInstallationRepositories(
  world: World,
  installation: Installation,
  names: readonly string[] | null,
): void {
  const before = reached(world, installation);
  const repositoryIds = names?.map((name) => requireRepository(world, name).id) ?? null;
  const changed = world.state.installations.change(installation.id, { repositoryIds });
  const after = reached(world, changed);
  const added = after.filter((repository) => !before.includes(repository));
  const removed = before.filter((repository) => !after.includes(repository));
  const account = world.state.accounts.must(installation.accountId);
  for (const [action, some] of [
    ['added', added],
    ['removed', removed],
  ] as const) {
    if (some.length === 0) continue;
    emitToApp(world, changed, {
      event: 'installation_repositories',
      action,
      actor: { account, app: null },
      payload: {
        installation: installationBody(world, changed),
        repository_selection: names === null ? 'all' : 'selected',
        repositories_added: action === 'added' ? some.map((row) => reference(world, row)) : [],
        repositories_removed: action === 'removed' ? some.map((row) => reference(world, row)) : [],
        requester: null,
      },
    });
  }
}

export function suspendInstallation(world: World, installation: Installation, suspended: boolean): void {
  const account = world.state.accounts.must(installation.accountId);
  const suspendedAt = suspended ? timestamp(world.now()) : null;
  const changed = world.state.installations.change(installation.id, { suspendedAt });
  const by = suspended ? accountBody(world, account) : null;
  emitToApp(world, changed, {
    event: 'installation',
    action: suspended ? 'suspend' : 'unsuspend',
    actor: { account, app: null },
    payload: {
      installation: { ...installationBody(world, changed), suspended_by: by },
      repositories: reached(world, changed).map((repository) => reference(world, repository)),
      requester: null,
    },
  });
}

function reached(world: World, installation: Installation): Repository[] {
  return world.state.repositories.where(
    (row) =>
      row.ownerId === installation.accountId &&
      (installation.repositoryIds === null || installation.repositoryIds.includes(row.id)),
  );
}

function reference(world: World, repository: Repository) {
  return {
    id: repository.id,
    node_id: nodeId('R', repository.id),
    name: repository.name,
    full_name: fullName(world.state, repository),
    private: repository.private,
  };
}
