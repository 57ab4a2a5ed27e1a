import type { Operation } from '../openapi/description.ts';
import type { App, Role } from '../state/accounts.ts';
import type { Repository } from '../state/repositories.ts';
import type { Actor, World } from '../world.ts';
import type { Answer, Body } from './answer.ts';
import type { Caller } from './credentials.ts';

export interface ApiRequest {
  readonly world: World;
  readonly operation: Operation;
  /** Path parameters, decoded. */
  readonly path: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  /** `{}` where there was none. */
  readonly body: Body;
  readonly accept: string;
  readonly caller: Caller;
}

export interface RepositoryRequest extends ApiRequest {
  readonly repository: Repository;
  /** For writes: whoever may write is somebody. */
  readonly actor: Actor;
}

/** `checks:write`: the permission an app's installation must have. */
export type Grant = `${string}:${'read' | 'write'}`;

/** Who may call a repository's route. */
export interface Needs {
  /**
   * Any of these lets an installation in. null: no installation may.
   * Source: https://docs.github.com/rest/authentication/permissions-required-for-github-apps, which is made from
   * github/docs, src/github-apps/data/fpt-2026-03-10/server-to-server-permissions.json
   */
  readonly app: readonly Grant[] | null;
  /** A person's least role; null: no person may (GitHub: "You must authenticate via a GitHub App."). */
  readonly user: Role | null;
}

export type Route =
  | { readonly kind: 'anyone'; readonly answer: (request: ApiRequest) => Answer | Promise<Answer> }
  | { readonly kind: 'app'; readonly answer: (request: ApiRequest & { readonly app: App }) => Answer | Promise<Answer> }
  | { readonly kind: 'installation'; readonly answer: (request: InstallationRequest) => Answer | Promise<Answer> }
  | {
      readonly kind: 'app-on-repository';
      readonly answer: (request: RepositoryRequest & { readonly app: App }) => Answer | Promise<Answer>;
    }
  | {
      readonly kind: 'organization';
      readonly app: Grant;
      readonly answer: (request: ApiRequest) => Answer | Promise<Answer>;
    }
  | {
      readonly kind: 'repository';
      readonly needs: Needs;
      readonly answer: (request: RepositoryRequest) => Answer | Promise<Answer>;
    };

export interface InstallationRequest extends ApiRequest {
  readonly caller: Extract<Caller, { kind: 'installation' }>;
}

/** By operation, as GitHub's description names it: `GET /repos/{owner}/{repo}`. */
export type Routes = Readonly<Record<string, Route>>;

export function repositoryRoute(needs: Needs, answer: (request: RepositoryRequest) => Answer | Promise<Answer>): Route {
  return { kind: 'repository', needs, answer };
}
