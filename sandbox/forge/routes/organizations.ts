import { accountBody, organizationBody } from '../bodies/account.ts';
import { apiUrl } from '../bodies/address.ts';
import { json } from '../http/answer.ts';
import { nameOfCaller } from '../http/credentials.ts';
import { hourlyLimit } from '../http/rate-limits.ts';
import { notFound } from '../http/refusal.ts';
import type { ApiRequest, Routes } from '../http/route.ts';
import type { Account } from '../state/accounts.ts';
import { findAccount } from '../state/find.ts';

/** https://docs.github.com/rest/orgs/members, …/teams/members and …/rate-limit */
export const organizationRoutes: Routes = {
  'GET /orgs/{org}/memberships/{username}': {
    kind: 'organization',
    app: 'members:read',
    answer: (request) => {
      const { world } = request;
      const organization = accountInPath(request, 'org');
      const user = accountInPath(request, 'username');
      const membership = world.state.memberships.find(
        (row) => row.organizationId === organization.id && row.accountId === user.id,
      );
      if (membership === undefined) throw notFound();
      return json({
        url: apiUrl(world, `/orgs/${organization.login}/memberships/${user.login}`),
        state: 'active',
        role: membership.role,
        organization_url: apiUrl(world, `/orgs/${organization.login}`),
        organization: organizationBody(world, organization),
        user: accountBody(world, user),
      });
    },
  },
  'GET /orgs/{org}/teams/{team_slug}/memberships/{username}': {
    kind: 'organization',
    app: 'members:read',
    answer: (request) => {
      const { world, path } = request;
      const organization = accountInPath(request, 'org');
      const user = accountInPath(request, 'username');
      const team = world.state.teams.find(
        (row) => row.organizationId === organization.id && row.slug === path['team_slug'],
      );
      if (team === undefined || !team.memberIds.includes(user.id)) throw notFound();
      const url = apiUrl(world, `/orgs/${organization.login}/teams/${team.slug}/memberships/${user.login}`);
      return json({ url, role: 'member', state: 'active' });
    },
  },
  'GET /rate_limit': {
    kind: 'anyone',
    answer: ({ world, caller }) => {
      const told = world.rateLimits.look(nameOfCaller(caller));
      const number = (name: string) => Number(told[`x-ratelimit-${name}`]);
      const reset = number('reset');
      const core = { limit: hourlyLimit, used: number('used'), remaining: number('remaining'), reset };
      return json({ resources: { core, search: { limit: 30, used: 0, remaining: 30, reset } }, rate: core });
    },
  },
};

function accountInPath(request: ApiRequest, name: string): Account {
  const account = findAccount(request.world.state, request.path[name] ?? '');
  if (account === undefined) throw notFound();
  return account;
}
