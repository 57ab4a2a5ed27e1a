import type { ClusterEntry } from '../../src/domain/allowance.ts';
import { bodyDigest } from '../../src/domain/body-digest.ts';
import type { ForgeJob, Job, JobOf } from '../../src/domain/job.ts';
import type { PullRequest } from '../../src/domain/pull-request.ts';
import type { ReleaseReport } from '../../src/domain/release.ts';
import { fanOutPush } from '../../src/jobs/fan-out-push.ts';
import { inspectHead } from '../../src/jobs/inspect-head.ts';
import { inspectMergeGroup } from '../../src/jobs/inspect-merge-group.ts';
import { inspectPullRequest } from '../../src/jobs/inspect-pull-request.ts';
import { presentMergeGroup } from '../../src/jobs/present-merge-group.ts';
import { presentPullRequest } from '../../src/jobs/present-pull-request.ts';
import { pressConfirm } from '../../src/jobs/press-confirm.ts';
import { renderEnvironment } from '../../src/jobs/render-environment.ts';
import { reportRelease } from '../../src/jobs/report-release.ts';
import { runCommand } from '../../src/jobs/run-command.ts';
import { sweep } from '../../src/jobs/sweep.ts';
import { sweepInstallations } from '../../src/jobs/sweep-installations.ts';
import { sweepRepository } from '../../src/jobs/sweep-repository.ts';
import type { JobContext } from '../../src/ports/handler.ts';
import { acmeShop as shop } from '../acme-shop.ts';
import { fakeForge } from '../fakes/forge.ts';
import { FakeGit, FakeRenderer } from '../fakes/git.ts';
import { silentLogger } from '../fakes/logger.ts';
import { FakeQueue } from '../fakes/queue.ts';
import { FakeRecords } from '../fakes/records.ts';

export const settings = `environments:
  staging: { cluster: staging, path: deploy/staging, namespace: shop-staging }
  production: { cluster: production, path: deploy/production, namespace: shop, after: [staging] }
`;

/** Where the pages of plans are. */
const pagesUrl = 'https://fairlead.example.com/plans';

export const clusters: readonly ClusterEntry[] = [
  clusterEntry('staging', 'shop-staging'),
  clusterEntry('production', 'shop'),
];

function clusterEntry(name: string, namespace: string): ClusterEntry {
  const rule = { repository: 'acme/shop', environments: [name], refs: null, namespaces: [namespace] };
  return {
    name,
    kubeconfig: null,
    context: null,
    ledgers: 'fairlead',
    allow: [{ ...rule, clusterScoped: [], impersonate: 'system:serviceaccount:shop:fairlead' }],
  };
}

/**
 * The forge role with everything around it in memory: a repository with two environments, one manifest in each. The
 * cluster's jobs are only asked for, never run.
 */
export class ForgeWorld {
  readonly forge = fakeForge();
  readonly git = new FakeGit();
  readonly renderer = new FakeRenderer(this.git);
  readonly records = new FakeRecords();
  readonly planLinks = {
    docs: null,
    linkTo: ({ digest }: { readonly digest: string }) => Promise.resolve(`${pagesUrl}/${digest}`),
  };
  readonly queue = new FakeQueue();
  readonly sweepMs = 300_000;
  clusters = clusters;
  readonly clock = {
    now: () => Date.parse('2026-11-20T14:02:11Z'),
    monotonic: () => 0,
    sleep: async () => {},
  };
  #pulls = 0;

  constructor() {
    this.forge.addRepository(shop);
    this.forge.putFile(shop, '.github/fairlead.yml');
    this.forge.setPermission(shop, 'ada', 'write');
    this.forge.setPermission(shop, 'grace', 'write');
    this.forge.setPermission(shop, 'eve', 'read');
    this.git.commit('main', {
      '.github/fairlead.yml': settings,
      'deploy/staging/web.yaml': 'web 1',
      'deploy/production/web.yaml': 'web 1',
      'README.md': 'shop',
    });
  }

  /** A pull request of `ada` that changes these files. */
  async open(files: Readonly<Record<string, string | null>>, more: Partial<PullRequest> = {}): Promise<PullRequest> {
    this.#pulls += 1;
    const ref = `change-${this.#pulls}`;
    const base = await this.tip();
    const commit = this.git.commit(ref, files, base);
    return this.forge.putPullRequest({
      repository: shop,
      number: this.#pulls,
      head: { commit, fork: false },
      ...more,
    });
  }

  /** The merge button. */
  merge(pull: PullRequest): PullRequest {
    const mergeCommit = this.git.mergeInto('main', pull.head.commit);
    return this.forge.putPullRequest({ ...pull, state: 'merged', mergeCommit });
  }

  async tip(): Promise<string> {
    const tip = await this.git.tip(shop, 'main');
    if (tip === null) throw new Error('main has no commit');
    return tip;
  }

  inspect(number: number): Promise<void> {
    return this.run({ kind: 'inspect-pull-request', repository: shop, number });
  }

  push(before: string | null = null): Promise<void> {
    return this.run({ kind: 'fan-out-push', repository: shop, branch: 'main', asked: 'push', before });
  }

  sweep(): Promise<void> {
    return this.run({ kind: 'sweep-repository', repository: shop });
  }

  /** The job that the webhook of a comment asks for, if it is delivered now. */
  commands(comment: number, number = 1): JobOf<'run-command'> {
    return { kind: 'run-command', repository: shop, number, comment, written: bodyDigest(this.forge.bodyOf(comment)) };
  }

  /** One forge job, as a worker runs it. */
  async run(job: ForgeJob): Promise<void> {
    const context: JobContext = { signal: AbortSignal.timeout(60_000), log: silentLogger };
    switch (job.kind) {
      case 'inspect-pull-request':
        return inspectPullRequest(job, this, context);
      case 'inspect-merge-group':
        return inspectMergeGroup(job, this, context);
      case 'present-merge-group':
        return presentMergeGroup(job, this, context);
      case 'inspect-head':
        return inspectHead(job, this);
      case 'present-pull-request':
        return presentPullRequest(job, this, context);
      case 'fan-out-push':
        return fanOutPush(job, this, context);
      case 'render-environment':
        return renderEnvironment(job, this, context);
      case 'run-command':
        return runCommand(job, this, context);
      case 'press-confirm':
        return pressConfirm(job, this, context);
      case 'report-release':
        return reportRelease(job, this, context);
      case 'sweep-installations':
        return sweepInstallations(job, this);
      case 'sweep':
        return sweep(job, this);
      case 'sweep-repository':
        return sweepRepository(job, this, context);
    }
  }

  /** The jobs waiting for a cluster worker, by environment. */
  waitingFor(kind: 'predict-environment' | 'converge-environment'): readonly string[] {
    return this.queue.waiting().flatMap((job: Job) => (job.kind === kind ? [job.environment] : []));
  }
}

/** The release of a commit waits for a second person to confirm what it would delete. */
export function waitingReport(commit: string, digest: string): ReleaseReport {
  return {
    repository: shop,
    environment: 'staging',
    cluster: 'staging',
    commit,
    at: '2026-11-20T13:00:00Z',
    state: { kind: 'waiting', reason: 'deletes PersistentVolumeClaim shop/cache', confirmDigest: digest, plan: null },
  };
}
