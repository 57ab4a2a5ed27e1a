import { findAccount, findRepository } from '../state/find.ts';
import type { Answer, Body } from './answer.ts';
import { actorOf, authorizeRepository, requireGrant } from './authorize.ts';
import { forbid, notFound, refuse } from './refusal.ts';
import type { ApiRequest, Route } from './route.ts';

export type UnreadRequest = Omit<ApiRequest, 'body'> & { readonly readBody: () => Body };

/** Lets the caller in as the route demands, then reads the body, then answers. */
export function dispatch(route: Route, unread: UnreadRequest): Answer | Promise<Answer> {
  const { caller, world, path } = unread;
  const read = (): ApiRequest => ({ ...unread, body: unread.readBody() });
  switch (route.kind) {
    case 'anyone':
      return route.answer(read());
    case 'app':
      if (caller.kind !== 'app') throw undecodable();
      return route.answer({ ...read(), app: caller.app });
    case 'installation':
      if (caller.kind !== 'installation') throw forbid(403, 'You must authenticate with an installation access token');
      return route.answer({ ...read(), caller });
    case 'app-on-repository': {
      if (caller.kind !== 'app') throw undecodable();
      const { owner, repo } = nameIn(path);
      const repository = findRepository(world.state, owner, repo);
      if (repository === undefined) throw notFound();
      return route.answer({ ...read(), app: caller.app, repository, actor: actorOf(world, caller) });
    }
    case 'organization':
      if (caller.kind === 'anonymous') throw refuse(401, 'Requires authentication');
      if (caller.kind === 'app') throw undecodable();
      if (caller.kind === 'installation') {
        const organization = findAccount(world.state, path['org'] ?? '');
        if (organization?.id !== caller.installation.accountId) throw notFound();
        requireGrant(caller.token.permissions, [route.app]);
      }
      return route.answer(read());
    case 'repository': {
      const repository = authorizeRepository(world, caller, nameIn(path), route.needs);
      return route.answer({ ...read(), repository, actor: actorOf(world, caller) });
    }
  }
}

function nameIn(path: Readonly<Record<string, string>>): { owner: string; repo: string } {
  return { owner: path['owner'] ?? '', repo: path['repo'] ?? '' };
}

function undecodable() {
  return forbid(401, 'A JSON web token could not be decoded', "this route needs the app's JSON web token");
}
