import { type ForgeOptions, type Forge as LocalForge, startForge } from '../../../sandbox/forge/forge.ts';
import { assertNoViolations } from '../../../sandbox/forge/violations.ts';
import { forgeRecordFile } from '../../../sandbox/forge-record-file.ts';
import { createForge, type GitHub } from '../../../src/adapters/github/create-forge.ts';
import type { Patience } from '../../../src/adapters/github/transport.ts';
import type { Repository } from '../../../src/domain/repository.ts';
import type { Clock } from '../../../src/ports/clock.ts';
import type { ForgeWorld } from '../../contracts/forge.ts';
import { silentLogger } from '../../fakes/logger.ts';
import { forgottenMetrics } from '../../fakes/metrics.ts';

export interface LocalGitHub extends ForgeWorld {
  readonly forge: GitHub;
  readonly local: LocalForge;
  readonly installation: number;
  /** What was slept by the adapter, in milliseconds. */
  readonly slept: readonly number[];
  /** `GET app`, `POST repos/acme/shop/check-runs`: what the adapter sent, without tokens it fetched. */
  sent(): readonly string[];
  forget(): void;
}

/** acme/shop on a local GitHub, and the real adapter as its App. Nothing that GitHub would refuse goes unseen. */
export async function openLocalGitHub(
  options: Partial<ForgeOptions> & { readonly patience?: Patience } = {},
): Promise<LocalGitHub> {
  const local = await startForge({ record: forgeRecordFile(), ...options });
  local.createUser('alice');
  local.createUser('bob');
  local.createOrganization('acme', { alice: 'admin' });
  const { id } = await local.createRepository({ owner: 'acme', name: 'shop', files: { 'deploy/web.yaml': 'a: 1\n' } });
  const app = await local.registerApp({
    name: 'Fairlead',
    permissions: {
      checks: 'write',
      contents: 'read',
      deployments: 'write',
      issues: 'write',
      pull_requests: 'write',
      statuses: 'write',
    },
    events: [],
  });
  const { installationId } = local.installApp(app.appId, { account: 'acme' });
  const slept: number[] = [];
  const forge = createForge({
    appId: app.appId,
    privateKey: app.privateKey,
    apiUrl: local.apiUrl,
    gitUrl: local.url,
    clock: hastyClock(slept),
    log: silentLogger,
    metrics: forgottenMetrics,
    ...(options.patience === undefined ? {} : { patience: options.patience }),
  });
  const repository: Repository = { id, owner: 'acme', name: 'shop', installation: installationId };
  const alice = local.as('alice');
  let pushed = 0;
  let forgotten = 0;
  const sent = (): readonly string[] =>
    local.requests
      .slice(forgotten)
      .filter(({ kind, path }) => kind === 'rest' && !path.endsWith('/access_tokens'))
      .map(({ method, path }) => `${method} ${path}`);
  return {
    forge,
    repository,
    local,
    installation: installationId,
    slept,
    sent,
    forget: () => {
      forgotten = local.requests.length;
    },
    permit: async (login, permission) => {
      if (permission !== 'none') local.setRole('acme/shop', login, permission);
    },
    push: (branch, by) => {
      pushed += 1;
      const request = { branch, files: { [`${branch}.yaml`]: `a: ${pushed}\n` } };
      if (by === undefined) return alice.pushFiles('acme/shop', request);
      return alice.pushFiles('acme/shop', {
        ...request,
        author: by.author ?? nobody,
        committer: by.committer ?? nobody,
      });
    },
    openPullRequest: async (branch) => (await alice.openPullRequest('acme/shop', { head: branch })).number,
    merge: (number) => alice.merge('acme/shop', number),
    close: (number) => alice.close('acme/shop', number),
    comment: async (number, body) => (await alice.comment('acme/shop', number, body)).id,
    deleteComment: (comment) => alice.deleteComment(comment),
    commentBodies: async (number) =>
      local.state.comments
        .where((comment) => comment.number === number)
        .map(({ body }) => body.replace(/\n<!-- fairlead:seal [0-9a-f]{64} -->$/, '')),
    reactions: async (comment) =>
      local.state.reactions.where((reaction) => reaction.commentId === comment).map(({ content }) => content),
    deploymentStates: async (commit, environment) =>
      local.state.deployments
        .where((deployment) => deployment.sha === commit && deployment.environment === environment)
        .map(({ id: of }) => {
          const latest = local.state.deploymentStatuses.where((status) => status.deploymentId === of).at(-1);
          return { state: latest?.state ?? 'none', logUrl: latest?.logUrl ?? null };
        }),
    writes: () =>
      local.requests.filter(
        ({ kind, method, path, status }) =>
          kind === 'rest' && method !== 'GET' && status < 400 && !path.endsWith('/access_tokens'),
      ).length,
    [Symbol.asyncDispose]: async () => {
      await local.stop();
      assertNoViolations(local);
    },
  };
}

const nobody = { name: 'Nobody', email: 'nobody@example.com' };

/** Real time, except that nobody sleeps: the clock jumps instead. */
function hastyClock(slept: number[]): Clock {
  let jumped = 0;
  return {
    now: () => Date.now() + jumped,
    monotonic: () => performance.now() + jumped,
    sleep: async (ms) => {
      slept.push(ms);
      jumped += ms;
    },
  };
}
