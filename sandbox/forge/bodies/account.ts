import type { Body } from '../http/answer.ts';
import { type Account, webFlow, webFlowEmail } from '../state/accounts.ts';
import type { World } from '../world.ts';
import { apiUrl, nodeId } from './address.ts';

/** `simple-user` */
export function accountBody(world: World, account: Account): Body {
  const login = encodeURIComponent(account.login);
  const url = apiUrl(world, `/users/${login}`);
  return {
    login: account.login,
    id: account.id,
    node_id: nodeId(account.kind === 'Organization' ? 'O' : account.kind === 'Bot' ? 'BOT' : 'U', account.id),
    avatar_url: `${world.url}/avatars/u/${account.id}`,
    gravatar_id: '',
    url,
    html_url:
      account.kind === 'Bot' ? `${world.url}/apps/${account.login.replace('[bot]', '')}` : `${world.url}/${login}`,
    followers_url: `${url}/followers`,
    following_url: `${url}/following{/other_user}`,
    gists_url: `${url}/gists{/gist_id}`,
    starred_url: `${url}/starred{/owner}{/repo}`,
    subscriptions_url: `${url}/subscriptions`,
    organizations_url: `${url}/orgs`,
    repos_url: `${url}/repos`,
    events_url: `${url}/events{/privacy}`,
    received_events_url: `${url}/received_events`,
    type: account.kind,
    user_view_type: 'public',
    site_admin: false,
  };
}

export function accountBodyOf(world: World, id: number): Body {
  return accountBody(world, world.state.accounts.must(id));
}

/** The address that ties a commit to an account. https://docs.github.com/account-and-profile/reference/email-addresses-reference */
export function emailOf(account: Account): string {
  if (account.id === webFlow.id) return webFlowEmail;
  return `${account.id}+${account.login}@users.noreply.github.com`;
}

/** The account that a commit's address belongs to. */
export function accountOfEmail(world: World, email: string): Account | undefined {
  if (email === webFlowEmail) return world.state.accounts.get(webFlow.id);
  const id = /^(\d+)\+.*@users\.noreply\.github\.com$/.exec(email)?.[1];
  return id === undefined ? undefined : world.state.accounts.get(Number(id));
}

/** `organization-simple` as webhooks have it. */
export function organizationBody(world: World, account: Account): Body {
  const url = apiUrl(world, `/orgs/${account.login}`);
  return {
    login: account.login,
    id: account.id,
    node_id: nodeId('O', account.id),
    url,
    repos_url: `${url}/repos`,
    events_url: `${url}/events`,
    hooks_url: `${url}/hooks`,
    issues_url: `${url}/issues`,
    members_url: `${url}/members{/member}`,
    public_members_url: `${url}/public_members{/member}`,
    avatar_url: `${world.url}/avatars/u/${account.id}`,
    description: null,
  };
}
