import { randomInt } from 'node:crypto';
import { systemClock } from '../../src/adapters/clock/system-clock.ts';
import type { OpenClusterAccess } from '../../src/adapters/kubernetes/open-cluster-access.ts';
import type { AllowRule } from '../../src/domain/allowance.ts';
import type { Environment } from '../../src/domain/environment.ts';
import type { Job } from '../../src/domain/job.ts';
import type { KubernetesObject } from '../../src/domain/manifest.ts';
import type { ReleaseState, Wanted } from '../../src/domain/release.ts';
import type { Repository } from '../../src/domain/repository.ts';
import { convergeEnvironment } from '../../src/jobs/converge-environment.ts';
import { observeEnvironment } from '../../src/jobs/observe-environment.ts';
import type { ReleasePorts } from '../../src/release/release-ports.ts';
import { aWanted } from '../acme-shop.ts';
import { openAccess, patient } from '../adapters/kubernetes/open-access.ts';
import { silentLogger } from '../fakes/logger.ts';
import { FakeQueue } from '../fakes/queue.ts';
import { FakeRecords } from '../fakes/records.ts';
import { rendering } from '../rendering.ts';
import type { SharedCluster } from '../shared-cluster.ts';
import { environment as example } from './release-world.ts';

/** With an empty namespace of its own; the test closes its access. */
export async function openRealWorld(
  cluster: SharedCluster,
  more: Partial<Pick<AllowRule, 'namespaces' | 'clusterScoped'>> = {},
): Promise<RealWorld> {
  const namespace = await cluster.makeNamespace('release');
  const allow: AllowRule = {
    repository: 'acme/shop',
    environments: ['staging'],
    refs: null,
    namespaces: [namespace, ...(more.namespaces ?? [])],
    clusterScoped: more.clusterScoped ?? [],
    impersonate: null,
  };
  const place = { name: 'staging', adminKubeconfig: cluster.adminKubeconfig };
  const access = await openAccess(place, { entry: { allow: [allow] } });
  const repository: Repository = { id: randomInt(1_000_000_000), owner: 'acme', name: 'shop', installation: 1 };
  return new RealWorld(access, repository, {
    ...example,
    namespace,
    settleMs: 300,
    healthTimeoutMs: 60_000,
    confirm: { ...example.confirm, deletions: 1 },
  });
}

/** One environment on a real API server with controllers, and forge's part played by the test: `release`. */
export class RealWorld {
  readonly access: OpenClusterAccess;
  readonly repository: Repository;
  readonly records = new FakeRecords();
  /** How many plans were made. */
  plans = 0;
  readonly #queue = new FakeQueue();
  environment: Environment;
  wrap: (ports: ReleasePorts) => ReleasePorts = (ports) => ports;

  constructor(access: OpenClusterAccess, repository: Repository, environment: Environment) {
    this.access = access;
    this.repository = repository;
    this.environment = environment;
  }

  /** Forge's part, then the cluster's jobs until nothing waits. */
  async release(
    commit: string,
    objects: readonly KubernetesObject[],
    changes: Partial<Wanted> = {},
  ): Promise<ReleaseState | undefined> {
    const { environment } = this;
    const rendered = rendering(...objects);
    await this.records.saveRendering(rendered);
    const { repository } = this;
    const pullRequest = { number: 3, author: 'ada' };
    const of = { repository, commit, rendering: rendered.id, pullRequest, at: new Date().toISOString() };
    await this.records.saveDesired(aWanted(environment, { ...of, ...changes }));
    const job = { repository: this.repository, environment: environment.name, cluster: environment.cluster };
    await this.#queue.ask({ ...job, kind: 'converge-environment' });
    await this.#queue.run((one) => this.#handle(one));
    return (await this.records.report(this.repository, environment.name))?.state;
  }

  ledger() {
    const key = { repository: this.repository.id, environment: this.environment.name };
    return this.access.ledgers.read(key, patient);
  }

  async read(apiVersion: string, kind: string, name: string): Promise<KubernetesObject | undefined> {
    const found = await this.#list(apiVersion, kind);
    return found.find(({ metadata }) => metadata.name === name);
  }

  async names(apiVersion: string, kind: string): Promise<readonly string[]> {
    return (await this.#list(apiVersion, kind)).map(({ metadata }) => metadata.name);
  }

  #list(apiVersion: string, kind: string): Promise<readonly KubernetesObject[]> {
    const query = { apiVersion, kind, namespace: this.environment.namespace, labelSelector: null };
    return this.access.own.list(query, patient);
  }

  async #handle(job: Job): Promise<void> {
    const ports = this.wrap({
      access: this.access,
      records: this.records,
      queue: this.#queue,
      clock: systemClock,
      metrics: { planned: () => void this.plans++, released: () => {} },
    });
    const context = { signal: AbortSignal.timeout(120_000), log: silentLogger };
    if (job.kind === 'converge-environment') return convergeEnvironment(job, ports, context);
    if (job.kind === 'observe-environment') return observeEnvironment(job, ports, context);
  }
}
