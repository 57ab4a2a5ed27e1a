import { createAppAuth } from '@octokit/auth-app';
import { Octokit } from '@octokit/rest';
import { type Forge, type ForgeOptions, startForge } from '../../../sandbox/forge/forge.ts';
import { forgeRecordFile } from '../../../sandbox/forge-record-file.ts';
import { startWebhookReceiver, type WebhookReceiver } from './webhook-receiver.ts';

/** acme/shop, with people and an app that has every permission the tests use. */
export interface Shop extends AsyncDisposable {
  readonly forge: Forge;
  readonly app: { readonly appId: number; readonly privateKey: string; readonly webhookSecret: string };
  readonly installationId: number;
  readonly hooks: WebhookReceiver;
  /** As the app's installation. */
  readonly octokit: Octokit;
  /** As the app itself, with its JSON web token. */
  readonly appOctokit: Octokit;
  readonly octokitAs: (login: string) => Octokit;
  readonly shop: { readonly owner: 'acme'; readonly repo: 'shop' };
}

export async function openShop(options: Partial<ForgeOptions> = {}): Promise<Shop> {
  const forge = await startForge({ record: forgeRecordFile(), ...options });
  const hooks = await startWebhookReceiver();
  forge.createUser('alice');
  forge.createUser('bob');
  forge.createUser('carol');
  forge.createOrganization('acme', { alice: 'admin' });
  await forge.createRepository({
    owner: 'acme',
    name: 'shop',
    files: { 'README.md': '# Shop\n', 'deploy/web.yaml': 'replicas: 1\n' },
    collaborators: { bob: 'write' },
  });
  const app = await forge.registerApp({
    name: 'Fairlead',
    permissions: {
      checks: 'write',
      contents: 'write',
      deployments: 'write',
      issues: 'write',
      pull_requests: 'write',
      statuses: 'write',
      members: 'read',
    },
    events: [
      'check_run',
      'check_suite',
      'create',
      'delete',
      'deployment',
      'deployment_status',
      'issue_comment',
      'pull_request',
      'pull_request_review',
      'push',
      'status',
    ],
    webhookUrl: hooks.url,
  });
  const { installationId } = forge.installApp(app.appId, { account: 'acme' });
  await forge.idle();
  const auth = { appId: app.appId, privateKey: app.privateKey };
  const baseUrl = forge.apiUrl;
  return {
    forge,
    app,
    installationId,
    hooks,
    octokit: new Octokit({ baseUrl, log: silent, authStrategy: createAppAuth, auth: { ...auth, installationId } }),
    appOctokit: new Octokit({ baseUrl, log: silent, authStrategy: createAppAuth, auth }),
    octokitAs: (login) => new Octokit({ baseUrl, log: silent, auth: `user-${login}` }),
    shop: { owner: 'acme', repo: 'shop' },
    [Symbol.asyncDispose]: async () => {
      await forge.stop();
      await hooks.stop();
    },
  };
}

/** Bob opens pull request 1 from the branch `more`, and every app has been told. Gives its head. */
export async function openPull({ forge }: Shop): Promise<string> {
  const bob = forge.as('bob');
  const head = await bob.pushFiles('acme/shop', { branch: 'more', files: { 'deploy/web.yaml': 'replicas: 2\n' } });
  await bob.openPullRequest('acme/shop', { head: 'more', title: 'More' });
  await forge.idle();
  return head;
}

/** Octokit writes every refusal to the console; here refusals are what is tested. */
export const silent = { debug() {}, info() {}, warn() {}, error() {} };
