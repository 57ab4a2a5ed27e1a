import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import { systemClock } from '../../src/adapters/clock/system-clock.ts';
import type { OpenClusterAccess } from '../../src/adapters/kubernetes/open-cluster-access.ts';
import { finishRendering } from '../../src/adapters/render/finish-rendering.ts';
import type { Allowance } from '../../src/domain/allowance.ts';
import { canonicalSettings, type Environment } from '../../src/domain/environment.ts';
import { field, numberField } from '../../src/domain/field.ts';
import { type Ledger, ledgerKeyOf } from '../../src/domain/ledger.ts';
import { identityKey, type KubernetesObject, type Manifest, type ObjectReference } from '../../src/domain/manifest.ts';
import type { ReleaseState, Wanted } from '../../src/domain/release.ts';
import type { Rendering } from '../../src/domain/rendering.ts';
import type { Repository } from '../../src/domain/repository.ts';
import { atOnce } from '../../src/plan/yaml/at-once.ts';
import type { Cluster } from '../../src/ports/cluster.ts';
import { completeInventory } from '../../src/predict/complete-inventory.ts';
import { predictPlan } from '../../src/predict/predict-plan.ts';
import type { PredictedPlan } from '../../src/predict/predicted-plan.ts';
import { release } from '../../src/release/apply/release.ts';
import { FencedLedger } from '../../src/release/fenced-ledger.ts';
import { ownings } from '../../src/release/observe/owned-objects.ts';
import { prune } from '../../src/release/observe/prune.ts';
import { anEnvironment } from '../../test/acme-shop.ts';
import { FakeKnownUnchanged } from '../../test/fakes/known-unchanged.ts';
import { silentLogger } from '../../test/fakes/logger.ts';
import { forgottenMetrics } from '../../test/fakes/metrics.ts';
import { FakeQueue } from '../../test/fakes/queue.ts';
import { FakeRecords } from '../../test/fakes/records.ts';
import type { Snapshot } from './compare.ts';

export interface StageOptions {
  readonly access: OpenClusterAccess;
  /** Who applies; may do everything. */
  readonly impersonate: string;
  /** Of the environment; lower-case letters, digits and hyphens. */
  readonly name: string;
  readonly namespace: string;
  readonly namespaces: readonly string[];
  readonly clusterScoped: readonly string[];
  readonly settings?: Partial<Environment>;
}

export type Ending =
  | Extract<ReleaseState, { readonly kind: 'blocked' | 'diverged' | 'waiting' }>
  | { readonly kind: 'applied' };

/**
 * One environment in a real cluster, planned and released by what the jobs plan and release with. Health is left out:
 * nobody predicted it, and images are not there. So is all of GitHub: who confirms, confirms what was planned.
 */
export class Stage {
  readonly environment: Environment;
  readonly #options: StageOptions;
  readonly #cluster: Cluster;
  readonly #allowance: Extract<Allowance, { readonly kind: 'allowed' }>;
  readonly #records = new FakeRecords();
  readonly #known = new FakeKnownUnchanged();
  readonly #repository: Repository;
  readonly #signal = AbortSignal.timeout(limitMs);
  /** How often it was released: every time from another commit. */
  #commits = 0;

  constructor(options: StageOptions) {
    const { access, name, namespace, namespaces, clusterScoped, impersonate } = options;
    this.#options = options;
    this.#cluster = access.as(impersonate);
    this.#repository = { id: repositoryId, owner: 'acme', name: 'fidelity', installation: 1 };
    this.environment = anEnvironment(name, { cluster: access.entry.name, namespace, settleMs: 0, ...options.settings });
    this.#allowance = { kind: 'allowed', cluster: access.entry.name, namespaces, clusterScoped, impersonate };
  }

  get key() {
    return ledgerKeyOf({ repository: this.#repository, environment: this.environment });
  }

  async ledger(): Promise<Ledger | null> {
    const stored = await this.#options.access.ledgers.read(this.key, this.#signal);
    return stored && (await completeInventory(stored, this.#cluster, this.#signal));
  }

  /** As a pull request's plan: what merging `merged` over `base` does, where `released` is what the ledger says. */
  async plan(base: Rendering | null, merged: Rendering): Promise<PredictedPlan> {
    const { access } = this.#options;
    const ledger = await this.ledger();
    const { environment } = this;
    return await predictPlan(
      {
        repository: this.#repository,
        visibility: 'private',
        environment,
        allowance: this.#allowance,
        compared: {
          released: ledger?.released?.commit ?? null,
          base: commit(this.#commits),
          head: commit(this.#commits + 1),
          pullRequest: 1,
        },
        ledger,
        applySet: access.ledgers.applySet(this.key),
        released: ledger?.released === undefined || ledger.released === null ? null : base,
        base,
        merged,
      },
      {
        cluster: this.#cluster,
        own: access.own,
        digestKey: await access.ledgers.digestKey(this.#signal),
        clock: systemClock,
        metrics: forgottenMetrics,
        // As the job's: what an earlier plan learned must not make this one say anything else.
        memory: { known: this.#known },
      },
      this.#signal,
    );
  }

  /** Applies, as the merge of a pull request of which `planned` was said; null: a push. Prunes nothing yet. */
  async release(rendering: Rendering, planned: PredictedPlan | null): Promise<Ending> {
    const { access } = this.#options;
    // Nothing is released twice: so decides the job.
    if ((await this.ledger())?.released?.rendering === rendering.id) return { kind: 'applied' };
    this.#commits += 1;
    const desired: Wanted = {
      kind: 'wanted',
      repository: this.#repository,
      environment: this.environment,
      defaultBranch: 'main',
      visibility: 'private',
      commit: commit(this.#commits),
      departure: null,
      at: new Date().toISOString(),
      rendering: rendering.id,
      settings: canonicalSettings(this.environment),
      asked: { kind: 'push' },
      gate: { kind: 'open' },
      confirmations: planned === null ? [] : [{ digest: planned.plan.digest, by: 'grace' }],
      pullRequest: planned === null ? null : { number: this.#commits, author: 'ada' },
      carries: [],
    };
    await this.#records.saveRendering(rendering);
    await this.#records.saveDesired(desired);
    if (planned !== null) {
      const { plan } = planned;
      const outcome = { kind: 'planned', plan } as const;
      const said = { head: plan.compared.head, base: plan.compared.base, outcome };
      await this.#records.savePlan(this.#repository, this.#commits, this.environment.name, said);
    }
    const job = {
      kind: 'converge-environment',
      repository: this.#repository,
      environment: this.environment.name,
      cluster: access.entry.name,
    } as const;
    for (let run = 1; ; run += 1) {
      const queue = new FakeQueue();
      const ports = { access, records: this.#records, queue, clock: systemClock, metrics: forgottenMetrics };
      await release({ job, desired, allowance: this.#allowance }, ports, { signal: this.#signal, log: silentLogger });
      if (queue.askedFor('observe-environment').length > 0) return { kind: 'applied' };
      if (queue.askedFor('converge-environment').length > 0 && run < runs) continue;
      const report = await this.#records.report(this.#repository, this.environment.name);
      const state = report?.state;
      if (state?.kind === 'blocked' || state?.kind === 'diverged' || state?.kind === 'waiting') return state;
      throw new Error(`the release of ${this.environment.name} ended as ${JSON.stringify(state)}`);
    }
  }

  /** Applies as people did who had no Fairlead: with kubectl, by its own rules (`last-applied-configuration`). */
  async applyByKubectl(kubectl: Kubectl, manifests: readonly Manifest[]): Promise<void> {
    const objects = await Promise.all(manifests.map(({ object }) => this.#inNamespace(object)));
    const items = objects.toSorted((left, right) => rank(left) - rank(right));
    const list = JSON.stringify({ apiVersion: 'v1', kind: 'List', items });
    const { program, kubeconfig } = kubectl;
    const args = ['--kubeconfig', kubeconfig, 'apply', '-f', '-'];
    const ran = promisify(execFile)(program, args, { signal: this.#signal });
    ran.child.stdin?.end(list);
    await ran;
  }

  // kubectl's own option for it refuses whoever names another namespace.
  async #inNamespace(object: KubernetesObject): Promise<KubernetesObject> {
    const kind = await this.served(object.apiVersion, object.kind);
    if (kind?.namespaced !== true || object.metadata.namespace !== undefined) return object;
    return { ...object, metadata: { ...object.metadata, namespace: this.environment.namespace } };
  }

  /** Deletes what is left over of the release before; gives why something stays, where it does. */
  async prune(rendering: Rendering): Promise<readonly string[]> {
    const { ledgers } = this.#options.access;
    for (let reasons: readonly string[] = []; ; ) {
      const ledger = await ledgers.read(this.key, this.#signal);
      if (ledger === null) return ['there is no ledger'];
      const { surplus } = ownings(ledger, rendering, this.environment);
      if (surplus.length === 0) return reasons;
      const result = await prune(
        { fence: new FencedLedger(ledgers, this.key, ledger), surplus, applySet: ledger.applySet, patienceMs: pruneMs },
        { cluster: this.#cluster, clock: systemClock },
        this.#signal,
      );
      if (result.kind === 'pruned') return [];
      if (result.kind === 'blocked' || result.overdue) return result.reasons;
      reasons = result.reasons;
    }
  }

  /** What lives under these names, and beside them whatever else is of their kinds and their namespaces. */
  async snapshot(references: readonly ObjectReference[]): Promise<Snapshot> {
    const found = new Map<string, KubernetesObject>();
    const live = await this.#cluster.live(references, this.#signal);
    for (const [key, one] of live) {
      if (one.kind === 'unreadable') throw new Error(`${key} cannot be read: ${one.reason}`);
      if (one.kind === 'present') found.set(key, one.object);
    }
    const lists = new Map(references.map((one) => [`${one.group}/${one.kind}/${one.namespace}`, one]));
    const others = [...lists.values()].map(async ({ group, version, kind, namespace }) => {
      if (namespace === null) return;
      const apiVersion = group === '' ? version : `${group}/${version}`;
      const objects = await this.#cluster.list({ apiVersion, kind, namespace, labelSelector: null }, this.#signal);
      for (const object of objects.filter(isNobodys)) {
        const key = identityKey({ group, kind, namespace, name: object.metadata.name });
        if (!found.has(key)) found.set(key, { ...object, apiVersion, kind });
      }
    });
    await Promise.all(others);
    return found;
  }

  /** Until controllers have seen every workload's newest version, and Jobs that go by themselves are gone. */
  async quiet(references: readonly ObjectReference[]): Promise<void> {
    const moving = references.filter(({ group }) => group === 'apps' || group === 'batch');
    const until = performance.now() + quietMs;
    for (;;) {
      const live = await this.#cluster.live(moving, this.#signal);
      const isQuiet = [...live.values()].every((one) => one.kind !== 'present' || isSettled(one.object));
      if (isQuiet || performance.now() > until) return;
      await systemClock.sleep(50, this.#signal);
    }
  }

  served(apiVersion: string, kind: string) {
    return this.#cluster.served(apiVersion, kind, this.#signal);
  }
}

export interface Kubectl {
  readonly program: string;
  readonly kubeconfig: string;
}

// What others live in, or are of, comes first; kubectl takes them in the order of the list.
function rank({ kind }: KubernetesObject): number {
  return ['Namespace', 'CustomResourceDefinition'].includes(kind) ? 0 : 1;
}

/** Rendered as a folder of these manifests would be. */
export function renderingOf(manifests: readonly Manifest[]): Rendering {
  const reading = { kind: 'read', manifests, passedOver: [], remarks: [] } as const;
  const result = atOnce(finishRendering({ kind: 'plain', version: '1' }, reading));
  if (result.kind !== 'rendered') throw new Error('manifests that were read are not rendered');
  return result.rendering;
}

const repositoryId = 4711;
/** For all of one environment. */
const limitMs = 240_000;
/** How often a release is begun again because something else was written meanwhile. */
const runs = 10;
const pruneMs = 90_000;
const quietMs = 10_000;

function commit(number: number): string {
  return createHash('sha1').update(String(number)).digest('hex');
}

// What controllers make for every namespace, and of others' objects, is not the release's.
function isNobodys({ metadata }: KubernetesObject): boolean {
  return metadata['ownerReferences'] === undefined && !['default', 'kube-root-ca.crt'].includes(metadata.name);
}

function isSettled(object: KubernetesObject): boolean {
  if (object.kind === 'CronJob') return true;
  if (object.kind === 'Job') return field(object, 'spec', 'ttlSecondsAfterFinished') === undefined;
  return (numberField(object, 'status', 'observedGeneration') ?? 0) >= Number(object.metadata['generation'] ?? 0);
}
