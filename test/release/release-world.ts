import type { ClusterEntry } from '../../src/domain/allowance.ts';
import type { Environment } from '../../src/domain/environment.ts';
import { isoTime } from '../../src/domain/iso-time.ts';
import type { Job } from '../../src/domain/job.ts';
import type { JsonObject } from '../../src/domain/json.ts';
import type { Ledger } from '../../src/domain/ledger.ts';
import type { KubernetesObject } from '../../src/domain/manifest.ts';
import type { ReleaseReport, ReleaseState, Removed, Wanted, Withheld } from '../../src/domain/release.ts';
import { convergeEnvironment } from '../../src/jobs/converge-environment.ts';
import { observeEnvironment } from '../../src/jobs/observe-environment.ts';
import type { Clock } from '../../src/ports/clock.ts';
import type { ClusterAccess } from '../../src/ports/cluster-access.ts';
import type { JobContext } from '../../src/ports/handler.ts';
import type { ReleasePorts } from '../../src/release/release-ports.ts';
import { anEnvironment, aWanted, acmeShop as repository } from '../acme-shop.ts';
import { FakeCluster } from '../fakes/cluster.ts';
import { FakeLedgers } from '../fakes/ledgers.ts';
import { silentLogger } from '../fakes/logger.ts';
import { forgottenMetrics } from '../fakes/metrics.ts';
import { FakeQueue } from '../fakes/queue.ts';
import { FakeRecords } from '../fakes/records.ts';
import { object } from '../objects.ts';
import { rendering } from '../rendering.ts';

export const first = 'a'.repeat(40);
export const second = 'b'.repeat(40);

/** One environment on one cluster in memory, and forge's part played by the test: `desire`, then `run`. */
export class ReleaseWorld {
  readonly records = new FakeRecords();
  readonly queue = new FakeQueue();
  readonly ledgers = new FakeLedgers();
  readonly cluster = new FakeCluster('staging');
  readonly clock = new JumpingClock();
  /** What forge was asked for, but to report. */
  readonly forgeJobs: Job[] = [];
  /** Every report, in order. */
  readonly said: ReleaseReport[] = [];
  environment: Environment = environment;
  /** The operator's rules. */
  allow: ClusterEntry['allow'] = entry.allow;
  /** Stands between the jobs and the world: tests break it. */
  wrap: (ports: ReleasePorts) => ReleasePorts = (ports) => ports;

  constructor() {
    this.cluster.become = healthy;
    this.cluster.now = () => this.clock.now();
    const saveReport = this.records.saveReport.bind(this.records);
    this.records.saveReport = (report) => {
      this.said.push(report);
      return saveReport(report);
    };
    this.makeNamespace('shop');
  }

  /** As an operator does, outside of Git. */
  makeNamespace(name: string): void {
    this.cluster.put(object('v1', 'Namespace', name, { status: { phase: 'Active' } }));
  }

  get access(): ClusterAccess {
    return { entry: { ...entry, allow: this.allow }, own: this.cluster, as: () => this.cluster, ledgers: this.ledgers };
  }

  get ports(): ReleasePorts {
    const { access, records, queue, clock } = this;
    return this.wrap({ access, records, queue, clock, metrics: forgottenMetrics });
  }

  /** What forge would write for a commit that renders these objects, and asks for. */
  async desire(
    commit: string,
    objects: readonly KubernetesObject[] | null,
    changes: Partial<Wanted> = {},
  ): Promise<Wanted> {
    const rendered = objects === null ? null : rendering(...objects);
    if (rendered !== null) await this.records.saveRendering(rendered);
    const desired = aWanted(this.environment, {
      commit,
      rendering: rendered?.id ?? null,
      pullRequest: { number: 3, author: 'ada' },
      at: isoTime(this.clock.now()),
      ...changes,
    });
    await this.records.saveDesired(desired);
    await this.queue.ask({ kind: 'converge-environment', repository, environment: 'staging', cluster: 'staging' });
    return desired;
  }

  /** Forge's part, then the cluster's jobs until nothing waits. */
  async release(commit: string, objects: readonly KubernetesObject[]): Promise<ReleaseState | undefined> {
    await this.desire(commit, objects);
    return this.run();
  }

  /** The same for a commit with which nothing more of it is released: held back, or taken out of the settings. */
  async end(
    end: Pick<Withheld, 'kind' | 'reason'> | Pick<Removed, 'kind' | 'departure'>,
    commit: string,
  ): Promise<void> {
    const { environment } = this;
    const of = { repository, environment, defaultBranch: 'main', visibility: 'private', commit } as const;
    await this.records.saveDesired({ ...of, departure: null, at: isoTime(this.clock.now()), ...end });
    await this.queue.ask({ kind: 'converge-environment', repository, environment: 'staging', cluster: 'staging' });
  }

  /** Plays the cluster's jobs until nothing waits; forge's are only noted. Gives the last report's state. */
  async run(): Promise<ReleaseState | undefined> {
    await this.queue.run(async (job, context) => {
      await this.#passDelay(job, context.signal);
      await this.handle(job, context);
    });
    return (await this.report())?.state;
  }

  /** The queue in memory waits for no delay: the clock of this world does. */
  async #passDelay(job: Job, signal: AbortSignal): Promise<void> {
    const asked = this.queue.asks.findLast((ask) => ask.job.kind === job.kind);
    await this.clock.sleep(asked?.options.delayMs ?? 0, signal);
  }

  async handle(job: Job, context: JobContext): Promise<void> {
    if (job.kind === 'converge-environment') return convergeEnvironment(job, this.ports, context);
    if (job.kind === 'observe-environment') return observeEnvironment(job, this.ports, context);
    if (job.kind !== 'report-release') this.forgeJobs.push(job);
  }

  report(): Promise<ReleaseReport | null> {
    return this.records.report(repository, 'staging');
  }

  ledger(): Promise<Ledger | null> {
    return this.ledgers.read({ repository: repository.id, environment: 'staging' });
  }

  context(signal: AbortSignal = AbortSignal.timeout(60_000)): JobContext {
    return { signal, log: silentLogger };
  }

  /** Names of what lives in the environment's namespace. */
  living(): readonly string[] {
    return [...this.cluster.objects.values()]
      .filter(({ metadata }) => metadata.namespace === 'shop')
      .map(({ kind, metadata }) => `${kind}/${metadata.name}`)
      .toSorted();
  }
}

export const environment = anEnvironment('staging', { namespace: 'shop', healthTimeoutMs: 60_000, settleMs: 5_000 });

export const entry: ClusterEntry = {
  name: 'staging',
  kubeconfig: null,
  context: null,
  ledgers: 'fairlead',
  allow: [
    {
      repository: 'acme/shop',
      environments: ['staging'],
      refs: null,
      namespaces: ['shop', 'extra'],
      clusterScoped: ['Namespace', 'CustomResourceDefinition'],
      impersonate: null,
    },
  ],
};

/** Time passes only where somebody sleeps, and then at once. */
export class JumpingClock implements Clock {
  #now = Date.parse('2026-11-20T14:00:00Z');
  /** Called after each sleep: what happens in the world as time goes by. */
  tick: () => void = () => {};

  now(): number {
    return this.#now;
  }

  monotonic(): number {
    return this.#now;
  }

  async sleep(ms: number, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    this.#now += ms;
    this.tick();
    await Promise.resolve();
  }

  pass(ms: number): void {
    this.#now += ms;
  }
}

/** What controllers make of objects in a cluster where all goes well. */
export function healthy({ apiVersion, kind, metadata, ...rest }: KubernetesObject): JsonObject {
  const observedGeneration = metadata['generation'] ?? 1;
  const spec = rest['spec'] as { readonly replicas?: number } | undefined;
  const replicas = spec?.replicas ?? 1;
  switch (`${apiVersion} ${kind}`) {
    case 'apps/v1 Deployment':
      return {
        status: {
          observedGeneration,
          replicas,
          updatedReplicas: replicas,
          readyReplicas: replicas,
          availableReplicas: replicas,
          conditions: [{ type: 'Available', status: 'True' }],
        },
      };
    case 'v1 Namespace':
      return { status: { phase: 'Active' } };
    case 'v1 PersistentVolumeClaim':
      return { status: { phase: 'Bound' } };
    case 'apiextensions.k8s.io/v1 CustomResourceDefinition':
      return { status: { conditions: [{ type: 'Established', status: 'True' }] } };
    default:
      return {};
  }
}

/** The job that forge asks for once it has made what was missed. */
export function whatFollows(job: Job): string | null {
  return job.kind === 'render-environment' ? job.afterwards.kind : null;
}

/** A Deployment of which no pod becomes ready. */
export function broken(made: KubernetesObject): JsonObject {
  if (made.kind !== 'Deployment') return healthy(made);
  return { status: { observedGeneration: made.metadata['generation'] ?? 1, replicas: 3, updatedReplicas: 3 } };
}

/** A Deployment that its controller has given up. */
export function stuck(made: KubernetesObject): JsonObject {
  if (made.kind !== 'Deployment') return healthy(made);
  const conditions = [{ type: 'Progressing', status: 'False', reason: 'ProgressDeadlineExceeded' }];
  return { status: { observedGeneration: made.metadata['generation'] ?? 1, replicas: 3, conditions } };
}
