import type { Body } from '../http/answer.ts';
import type { App, Installation, InstallationToken } from '../state/accounts.ts';
import { timestamp, type World } from '../world.ts';
import { accountBodyOf } from './account.ts';
import { apiUrl, nodeId } from './address.ts';
import { repositoryBody } from './repository.ts';

/** `integration` */
export function appBody(world: World, app: App): Body {
  return {
    id: app.id,
    client_id: `Iv23li${app.id}`,
    slug: app.slug,
    node_id: nodeId('A', app.id),
    owner: accountBodyOf(world, app.ownerId),
    name: app.name,
    description: '',
    external_url: `${world.url}/apps/${app.slug}/site`,
    html_url: `${world.url}/apps/${app.slug}`,
    created_at: app.createdAt,
    updated_at: app.createdAt,
    permissions: app.permissions,
    events: app.events,
  };
}

/** `installation` */
export function installationBody(world: World, installation: Installation): Body {
  const app = world.state.apps.must(installation.appId);
  const account = world.state.accounts.must(installation.accountId);
  return {
    id: installation.id,
    client_id: `Iv23li${app.id}`,
    account: accountBodyOf(world, account.id),
    repository_selection: installation.repositoryIds === null ? 'all' : 'selected',
    access_tokens_url: apiUrl(world, `/app/installations/${installation.id}/access_tokens`),
    repositories_url: apiUrl(world, '/installation/repositories'),
    html_url: `${world.url}/settings/installations/${installation.id}`,
    app_id: app.id,
    app_slug: app.slug,
    target_id: account.id,
    target_type: account.kind,
    permissions: installation.permissions,
    events: installation.events,
    created_at: installation.createdAt,
    updated_at: installation.createdAt,
    single_file_name: null,
    has_multiple_single_files: false,
    single_file_paths: [],
    suspended_by: null,
    suspended_at: installation.suspendedAt,
  };
}

/** `installation-token` */
export function installationTokenBody(world: World, token: InstallationToken): Body {
  const ids = token.repositoryIds;
  return {
    token: token.token,
    expires_at: timestamp(new Date(token.expiresAt)),
    permissions: { ...token.permissions, metadata: 'read' },
    repository_selection: ids === null ? 'all' : 'selected',
    ...(ids === null
      ? {}
      : { repositories: ids.map((id) => repositoryBody(world, world.state.repositories.must(id))) }),
  };
}
