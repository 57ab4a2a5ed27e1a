import type { Repository } from '../../domain/repository.ts';
import type { Forge } from '../../ports/forge.ts';
import { createCheckRuns } from './check-runs.ts';
import { commentSeal } from './comment-seal.ts';
import { createComments } from './comments.ts';
import { createDeployments } from './deployments.ts';
import { createPullRequests } from './pull-requests.ts';
import { readObject } from './read-answer.ts';
import { createRepositories } from './repositories.ts';
import { createStatuses } from './statuses.ts';
import { createTransport, type TransportOptions } from './transport.ts';

export interface ForgeOptions extends TransportOptions {
  /** Before `/OWNER/REPOSITORY.git`: `https://github.com`. */
  readonly gitUrl: string;
}

export interface GitHub extends Forge {
  /** How to fetch a repository by git: a token of this one repository that may only read, good for up to an hour. */
  credentials(repository: Repository): Promise<{ readonly url: string; readonly authorization: string }>;
  /** Who the App is on GitHub, for people; throws why it is not. */
  ready(): Promise<string>;
}

/** GitHub, as a GitHub App sees it. */
export function createForge(options: ForgeOptions): GitHub {
  const transport = createTransport(options);
  const { appId, clock, gitUrl } = options;
  let slug: Promise<string> | null = null;

  function appSlug(): Promise<string> {
    // A slug can be changed, which a restart learns; a failure to read it is not kept.
    slug ??= readSlug().catch((error: unknown) => {
      slug = null;
      throw error;
    });
    return slug;
  }

  async function readSlug(): Promise<string> {
    return readObject(await transport.get({ kind: 'app' }, 'GET /app'), 'app').text('slug');
  }

  const botLogin = async (): Promise<string> => `${await appSlug()}[bot]`;

  return {
    ...createRepositories(transport),
    ...createPullRequests(transport),
    ...createCheckRuns({ transport, appId, clock }),
    ...createComments(transport, botLogin, commentSeal(options.privateKey)),
    ...createStatuses(transport, botLogin),
    ...createDeployments(transport),

    async credentials({ id, installation, owner, name }) {
      const token = await transport.contentToken(installation, id);
      return {
        url: `${gitUrl}/${owner}/${name}.git`,
        // https://docs.github.com/apps/creating-github-apps/authenticating-with-a-github-app/authenticating-as-a-github-app-installation#about-authentication-as-a-github-app-installation
        authorization: `Basic ${Buffer.from(`x-access-token:${token}`).toString('base64')}`,
      };
    },

    ready: async () => `GitHub App ${await readSlug()}`,
  };
}
