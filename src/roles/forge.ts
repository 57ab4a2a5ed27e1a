import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createGit } from '../adapters/git/create-git.ts';
import { createForge } from '../adapters/github/create-forge.ts';
import { runBounded } from '../adapters/process/run-bounded.ts';
import { scheduleSweep } from '../adapters/redis/sweep-schedule.ts';
import { startWorker } from '../adapters/redis/worker.ts';
import { createRenderer } from '../adapters/render/create-renderer.ts';
import { describeKustomize, findKustomize, withNetwork } from '../adapters/render/run-kustomize.ts';
import type { ForgeConfig } from '../config.ts';
import type { ClusterEntry } from '../domain/allowance.ts';
import { fanOutPush } from '../jobs/fan-out-push.ts';
import { inspectPullRequest } from '../jobs/inspect-pull-request.ts';
import { presentPullRequest } from '../jobs/present-pull-request.ts';
import { pressConfirm } from '../jobs/press-confirm.ts';
import { renderEnvironment } from '../jobs/render-environment.ts';
import { reportRelease } from '../jobs/report-release.ts';
import { runCommand } from '../jobs/run-command.ts';
import { sayForgeFailure } from '../jobs/say/say-forge-failure.ts';
import { sweep } from '../jobs/sweep.ts';
import type { Clock } from '../ports/clock.ts';
import type { Forge } from '../ports/forge.ts';
import type { Git } from '../ports/git.ts';
import type { Handler } from '../ports/handler.ts';
import type { Queue } from '../ports/queue.ts';
import type { Records } from '../ports/records.ts';
import type { Renderer } from '../ports/renderer.ts';
import type { Trees } from '../ports/trees.ts';
import type { Platform, RunningRole } from './platform.ts';

export interface ForgeOptions extends ForgeConfig {
  /** For the allow rules; how a cluster is reached is nothing to this role. */
  readonly clusters: readonly ClusterEntry[];
  /** The environment of git and kustomize. */
  readonly programs: Readonly<Record<string, string>>;
}

/** Most of these wait for GitHub. */
const jobsAtOnce = 8;

/** All of GitHub and Git. Holds the App's key and Redis, and no credentials of a cluster. */
export async function startForge(platform: Platform, options: ForgeOptions): Promise<RunningRole> {
  const { connection, queue, records, clock, log, metrics } = platform;
  const gitVersion = await findGit(options.programs);
  const kustomize = await findKustomize(options.programs);
  if (kustomize?.isolated === false) log.warn('kustomize runs less bounded than it should', { why: withNetwork });
  const data = await openData(options.dataFolder);

  const { appId, privateKey, apiUrl, gitUrl } = options;
  const forge = createForge({ appId, privateKey, apiUrl, gitUrl, clock, log, metrics });
  const git = createGit({
    folder: data.mirrors,
    environment: options.programs,
    credentials: (repository) => forge.credentials(repository),
    log,
  });
  const renderer = createRenderer({ trees: git, kustomize, temporary: data.temporary });

  const worker = startWorker({
    connection,
    queue: 'forge',
    concurrency: jobsAtOnce,
    handler: forgeHandler({ forge, git, renderer, records, queue, clock, clusters: options.clusters }),
    onFailed: (job) => sayForgeFailure(job, { forge, git }),
    log,
    metrics,
  });
  const schedule = await scheduleSweep({ connection, queue, everyMs: options.sweepMs, log });
  return {
    dependencies: [
      { name: 'forge', look: () => forge.ready() },
      { name: 'git', look: () => Promise.resolve(gitVersion) },
      {
        name: 'kustomize',
        look: () =>
          kustomize === null
            ? Promise.reject(
                new Error('kustomize or prlimit is not in PATH or does not run: kustomizations are refused'),
              )
            : Promise.resolve(describeKustomize(kustomize)),
      },
    ],
    routes: [],
    programs: { git: gitVersion, kustomize: kustomize?.version ?? 'none' },
    drain: async (graceMs) => {
      await schedule.stop();
      await worker.drain(graceMs);
      await data.close();
    },
  };
}

interface ForgePorts {
  readonly forge: Forge;
  readonly git: Git & Trees;
  readonly renderer: Renderer;
  readonly records: Records;
  readonly queue: Queue;
  readonly clock: Clock;
  readonly clusters: readonly ClusterEntry[];
}

function forgeHandler(ports: ForgePorts): Handler {
  return async (job, context) => {
    switch (job.kind) {
      case 'inspect-pull-request':
        return inspectPullRequest(job, ports, context);
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
      case 'sweep':
        return sweep(job, ports, context);
      case 'predict-environment':
      case 'converge-environment':
      case 'observe-environment':
        throw new Error(`a job of a cluster in the forge's queue: ${job.kind}`);
    }
  };
}

/** The version of the git in PATH; throws where it is missing or too old for `git merge-tree --write-tree` (2.38). */
async function findGit(environment: Readonly<Record<string, string>>): Promise<string> {
  const said = await runBounded({
    command: 'git',
    args: ['--version'],
    cwd: '/',
    environment,
    input: '',
    deadlineMs: 10_000,
    maxOutput: 10_000,
  });
  const text = said.kind === 'exited' && said.code === 0 ? said.stdout.toString('utf8') : '';
  const [version, major, minor] = /(\d+)\.(\d+)\S*/.exec(text) ?? [];
  if (version === undefined) throw new Error('git is not in PATH: the forge role needs it, 2.38 or newer');
  if (Number(major) < 2 || (Number(major) === 2 && Number(minor) < 38)) {
    throw new Error(`git in PATH is ${version}: the forge role needs 2.38 or newer`);
  }
  return version;
}

interface Data {
  readonly mirrors: string;
  readonly temporary: string;
  /** Removes what was made for this process alone. */
  close(): Promise<void>;
}

/** Folders for mirrors and for what is rendered, for nobody else to read. */
async function openData(folder: string | null): Promise<Data> {
  const root = folder ?? (await mkdtemp(path.join(tmpdir(), 'fairlead-')));
  const [mirrors, temporary] = [path.join(root, 'mirrors'), path.join(root, 'temporary')];
  for (const made of [mirrors, temporary]) await mkdir(made, { recursive: true, mode: 0o700 });
  return {
    mirrors,
    temporary,
    close: () => rm(folder === null ? root : temporary, { recursive: true, force: true, maxRetries: 3 }),
  };
}
