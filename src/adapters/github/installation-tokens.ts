import { ProbotOctokit } from 'probot';

/** Who a request is sent as: the App itself (its JSON web token), or one of its installations. */
export type Caller = { readonly kind: 'app' } | { readonly kind: 'installation'; readonly id: number };

export interface TokensOptions {
  readonly appId: number;
  /** PEM. */
  readonly privateKey: string;
  /** `https://api.github.com`. */
  readonly apiUrl: string;
  readonly fetch: typeof fetch;
}

export interface Tokens {
  /**
   * The value of an `Authorization` header. An installation's token is kept until it expires; `renew` fetches another
   * one (it was revoked, or the clocks disagree). Rejects with what GitHub answered.
   */
  authorization(caller: Caller, renew: boolean): Promise<string>;
  /** A token that may read one repository's content and nothing else. */
  contentToken(installation: number, repository: number): Promise<string>;
}

/**
 * Credentials by Probot's own authentication: it makes the JSON web token, corrects it for clock skew, and keeps
 * tokens.
 */
export function createTokens(options: TokensOptions): Tokens {
  const octokit = new ProbotOctokit({
    auth: { appId: options.appId, privateKey: options.privateKey },
    baseUrl: options.apiUrl,
    request: { fetch: options.fetch },
    // The transport tries again, in one place: the plugins would do it beneath, and without knowing what a repeat does.
    throttle: { enabled: false },
    retry: { enabled: false },
    log: { debug: ignore, info: ignore, warn: ignore, error: ignore },
  });

  async function token(question: Readonly<Record<string, unknown>>): Promise<string> {
    const answer: unknown = await octokit.auth(question);
    if (typeof answer !== 'object' || answer === null || !('token' in answer) || typeof answer.token !== 'string') {
      throw new Error('the authentication gave no token');
    }
    return answer.token;
  }

  return {
    authorization: async (caller, renew) =>
      caller.kind === 'app'
        ? `Bearer ${await token({ type: 'app' })}`
        : `token ${await token({ type: 'installation', installationId: caller.id, refresh: renew })}`,
    contentToken: (installation, repository) =>
      token({
        type: 'installation',
        installationId: installation,
        repositoryIds: [repository],
        permissions: { contents: 'read' },
      }),
  };
}

function ignore(): void {
  // What matters is thrown; the transport logs it.
}
