import { openDataFolder } from '../adapters/disk/data-folder.ts';
import { createGit } from '../adapters/git/create-git.ts';
import { findGit } from '../adapters/git/find-git.ts';
import { createForge } from '../adapters/github/create-forge.ts';
import { type SweepSchedule, scheduleSweep } from '../adapters/redis/sweep-schedule.ts';
import { type RunningWorker, startWorker } from '../adapters/redis/worker.ts';
import { createRenderer } from '../adapters/render/create-renderer.ts';
import { findHelm } from '../adapters/render/helm/find-helm.ts';
import { describeJail, findJail } from '../adapters/render/jail/find-jail.ts';
import { findKustomize } from '../adapters/render/kustomize/run-kustomize.ts';
import type { ForgeConfig } from '../config.ts';
import type { ClusterEntry } from '../domain/allowance.ts';
import { type ForgeJob, forgeQueue, isClusterJob, type Job } from '../domain/job.ts';
import { fanOutPush } from '../jobs/fan-out-push.ts';
import { inspectHead } from '../jobs/inspect-head.ts';
import { inspectMergeGroup } from '../jobs/inspect-merge-group.ts';
import { inspectPullRequest } from '../jobs/inspect-pull-request.ts';
import { presentMergeGroup } from '../jobs/present-merge-group.ts';
import { presentPullRequest } from '../jobs/present-pull-request.ts';
import { pressConfirm } from '../jobs/press-confirm.ts';
import { renderEnvironment } from '../jobs/render-environment.ts';
import { reportRelease } from '../jobs/report-release.ts';
import { runCommand } from '../jobs/run-command.ts';
import { sayForgeFailure } from '../jobs/say/say-forge-failure.ts';
import { sweep } from '../jobs/sweep.ts';
import { sweepInstallations } from '../jobs/sweep-installations.ts';
import { sweepRepository } from '../jobs/sweep-repository.ts';
import type { Clock } from '../ports/clock.ts';
import type { Forge } from '../ports/forge.ts';
import type { Git } from '../ports/git.ts';
import type { Handler } from '../ports/handler.ts';
import type { PlanLinks } from '../ports/plan-links.ts';
import type { Queue } from '../ports/queue.ts';
import type { Records } from '../ports/records.ts';
import type { Renderer } from '../ports/renderer.ts';
import type { Trees } from '../ports/trees.ts';
import type { OpenRole, Platform } from './platform.ts';

export interface ForgeOptions extends ForgeConfig {
  /** For the allow rules; how a cluster is reached is nothing to this role. */
  readonly clusters: readonly ClusterEntry[];
  /** The environment of git and kustomize. */
  readonly programs: Readonly<Record<string, string>>;
}

/** Most of these wait for GitHub. */
const jobsAtOnce = 8;

/** All of GitHub and Git. Holds the App's key and Redis, and no credentials of a cluster. */
export async function openForge(platform: Platform, options: ForgeOptions): Promise<OpenRole> {
  const { connection, queue, records, made, planLinks, clock, log, metrics, closers } = platform;
  const gitVersion = await findGit(options.programs);
  const data = await openDataFolder(options.dataFolder);
  closers.add('data folder', () => data.close());
  const jail = await findJail(options.programs, data.temporary);
  if (jail.kind !== 'jail') log.warn('renderers run less bounded than they should', { why: describeJail(jail) });
  const kustomize = await findKustomize(options.programs, jail);
  const helm = await findHelm(options.programs, jail);

  const { appId, privateKey, apiUrl, gitUrl } = options;
  const forge = createForge({ appId, privateKey, apiUrl, gitUrl, clock, log, metrics });
  const git = createGit({
    folder: data.mirrors,
    environment: options.programs,
    credentials: (repository) => forge.credentials(repository),
    log,
  });
  closers.add('git', () => git.close());
  const renderer = createRenderer({
    trees: git,
    made,
    kustomize,
    helm,
    facts: (cluster) => records.clusterFacts(cluster),
    temporary: data.temporary,
  });

  const ports: ForgePorts = {
    forge,
    git,
    renderer,
    records,
    planLinks,
    queue,
    clock,
    clusters: options.clusters,
    sweepMs: options.sweepMs,
  };
  let worker: RunningWorker | null = null;
  let schedule: SweepSchedule | null = null;
  return {
    dependencies: [
      { name: 'forge', look: () => forge.ready() },
      { name: 'git', look: () => Promise.resolve(gitVersion) },
      {
        name: 'kustomize',
        look: () =>
          kustomize === null
            ? Promise.reject(
                new Error(
                  'kustomize is not in PATH, or does not run in what it is kept in (it must be linked statically): kustomizations are refused',
                ),
              )
            : Promise.resolve(kustomize.version),
      },
      // Ready without it: only what forks bring is refused then.
      { name: 'jail', look: () => Promise.resolve(describeJail(jail)) },
      // Not missed where it is not: most repositories hold no chart, and one that does is told so.
      ...(helm === null ? [] : [{ name: 'helm', look: () => Promise.resolve(helm.version) }]),
    ],
    routes: [],
    programs: { git: gitVersion, kustomize: kustomize?.version ?? 'none', helm: helm?.version ?? 'none' },
    start: async () => {
      worker = startWorker({
        connection,
        queue: forgeQueue,
        concurrency: jobsAtOnce,
        handler: forgeHandler(ports),
        onFailed: (job) => sayForgeFailure(ofForge(job), { forge, git }),
        log,
        metrics,
      });
      schedule = await scheduleSweep({ connection, queue, everyMs: options.sweepMs, log });
    },
    drain: async (graceMs) => {
      await schedule?.stop();
      await worker?.drain(graceMs);
    },
  };
}

interface ForgePorts {
  readonly forge: Forge;
  readonly git: Git & Trees;
  readonly renderer: Renderer;
  readonly records: Records;
  readonly planLinks: PlanLinks;
  readonly queue: Queue;
  readonly clock: Clock;
  readonly clusters: readonly ClusterEntry[];
  readonly sweepMs: number;
}

function forgeHandler(ports: ForgePorts): Handler {
  return async (asked, context) => {
    const job = ofForge(asked);
    switch (job.kind) {
      case 'inspect-pull-request':
        return inspectPullRequest(job, ports, context);
      case 'inspect-merge-group':
        return inspectMergeGroup(job, ports, context);
      case 'present-merge-group':
        return presentMergeGroup(job, ports, context);
      case 'inspect-head':
        return inspectHead(job, ports);
      case 'present-pull-request':
        return presentPullRequest(job, ports, context);
      case 'fan-out-push':
        return fanOutPush(job, ports, context);
      case 'render-environment':
        return renderEnvironment(job, ports, context);
      case 'run-command':
        return runCommand(job, ports, context);
      case 'press-confirm':
        return pressConfirm(job, ports, context);
      case 'report-release':
        return reportRelease(job, ports, context);
      case 'sweep-installations':
        return sweepInstallations(job, ports);
      case 'sweep':
        return sweep(job, ports);
      case 'sweep-repository':
        return sweepRepository(job, ports, context);
    }
  };
}

/** Nothing else is asked for in the forge's queue. */
function ofForge(job: Job): ForgeJob {
  if (!isClusterJob(job)) return job;
  throw new Error(`a job of a cluster in the forge's queue: ${job.kind}`);
}
