import { isoTime } from '../../domain/iso-time.ts';
import { sameJson } from '../../domain/json.ts';
import { type Ledger, ledgerKeyOf, type Released } from '../../domain/ledger.ts';
import { type IdentityKey, identityKey } from '../../domain/manifest.ts';
import { orphanedBy } from '../../domain/orphaned.ts';
import type { ReleaseState, Wanted } from '../../domain/release.ts';
import type { Rendering } from '../../domain/rendering.ts';
import { environmentAddress } from '../../observe/url.ts';
import { verdictOf } from '../../observe/verdict.ts';
import { isFleeting } from '../../plan/fleeting.ts';
import type { Cluster } from '../../ports/cluster.ts';
import type { JobContext } from '../../ports/handler.ts';
import { FencedLedger } from '../fenced-ledger.ts';
import { type HealthWords, healthWordsFor } from '../health-words.ts';
import { isOvertaken } from '../is-overtaken.ts';
import { lockWaitMs } from '../lock-wait.ts';

import { publishReport } from '../publish-report.ts';
import type { ReleasePorts } from '../release-ports.ts';
import { spacing } from '../spacing.ts';
import { wordsFor } from '../words-for.ts';
import { changedSinceRelease } from './changed-since-release.ts';
import { explainHealth } from './explain-health.ts';
import { type Ownings, ownings } from './owned-objects.ts';
import { type PruneResult, prune } from './prune.ts';
import { readHealth, type SeenObject, withPods } from './read-health.ts';
import { Steadiness } from './steadiness.ts';

export interface ObserveRequest {
  readonly desired: Wanted;
  readonly ledger: Ledger;
  readonly released: Released;
  readonly rendering: Rendering;
  readonly cluster: Cluster;
}

export type Observed =
  | { readonly kind: 'converged' | 'diverged' | 'overtaken' }
  /** It goes on, in a job of its own that is asked for so much later. */
  | { readonly kind: 'unfinished'; readonly againInMs: number };

/** A job looks on for this long, so that a worker that drains need not wait for a slow release. */
const turnMs = 60_000;
const shortestPauseMs = 100;
const longestPauseMs = 2_000;
/** What is healthy and has to stay so for more than a turn is looked at now and then: it keeps no worker meanwhile. */
const settlingPauseMs = 15_000;
/**
 * What has failed may yet be mended by its controller: it must stay failed for as long as good must stay good, but no
 * longer than this, because a person waits for it.
 */
const longestFailureMs = 30_000;

/**
 * Health until all is well or the time is over, counted from when it was applied; then prune; then it must stay so.
 * Every step begins from what lives and what the ledger says, so that it can be left and taken up anywhere.
 */
export async function observeRelease(
  request: ObserveRequest,
  ports: ReleasePorts,
  context: JobContext,
): Promise<Observed> {
  return await new Observation(request, ports, context).run();
}

class Observation {
  readonly #request: ObserveRequest;
  readonly #ports: ReleasePorts;
  readonly #signal: AbortSignal;
  readonly #fence: FencedLedger;
  readonly #steadiness: Steadiness;
  readonly #owned: Ownings['owned'];
  readonly #seen = new Map<IdentityKey, SeenObject>();
  readonly #isProgressDue: () => boolean;
  /** What goes away by itself when it is done. */
  readonly #fleeting: ReadonlySet<IdentityKey>;
  readonly #health: HealthWords;
  #surplus: Ownings['surplus'];
  /** Everything was looked at just now, and nothing was done since. */
  #isFresh = false;

  constructor(request: ObserveRequest, ports: ReleasePorts, context: JobContext) {
    const { desired, ledger, released, rendering } = request;
    this.#request = request;
    this.#ports = ports;
    this.#signal = context.signal;
    this.#fence = new FencedLedger(ports.access.ledgers, ledgerKeyOf(desired), ledger);
    this.#steadiness = new Steadiness(this.#fence, released, ports.clock);
    const { owned, surplus } = ownings(ledger, rendering, desired.environment);
    this.#owned = owned;
    this.#fleeting = new Set(owned.flatMap(({ entry, manifest }) => (isFleeting(manifest) ? identityKey(entry) : [])));
    this.#surplus = desired.environment.prune ? surplus : [];
    this.#health = healthWordsFor(
      desired,
      rendering.manifests.map(({ object }) => object),
    );
    // Most releases are over before anybody wants to know how far they are.
    this.#isProgressDue = spacing(ports.clock, ports.clock.monotonic());
  }

  async run(): Promise<Observed> {
    const { clock, records } = this.#ports;
    const until = clock.monotonic() + turnMs;
    for (let pause = shortestPauseMs; ; pause = Math.min(pause * 1.5, longestPauseMs)) {
      if (await isOvertaken(this.#request.desired, records)) return overtaken;
      const step = (await this.#watch()) ?? (await this.#prune()) ?? (await this.#settle());
      // Whatever the newer release has said meanwhile, this one does not speak over it.
      if (step.kind === 'overtaken' || (await isOvertaken(this.#request.desired, records))) return overtaken;
      switch (step.kind) {
        case 'converged':
        case 'diverged':
          return await this.#end(step);
        case 'settling':
          if (step.leftMs > turnMs) return await this.#settleLater(step.leftMs);
          pause = Math.min(step.leftMs, longestPauseMs);
          break;
        case 'observing':
          if (this.#isProgressDue()) await this.#say(await this.#inWords(step));
      }
      if (clock.monotonic() >= until) return { kind: 'unfinished', againInMs: 0 };
      await clock.sleep(pause, this.#signal);
    }
  }

  /** null: everything is healthy. */
  async #watch(): Promise<Step | null> {
    const entries = this.#owned.map(({ entry }) => entry);
    // What is healthy is looked at again before it is called converged.
    const unwell = entries.filter((entry) => this.#seen.get(identityKey(entry))?.health.kind !== 'healthy');
    await this.#look(unwell);
    this.#isFresh = unwell.length === entries.length;
    const { clock } = this.#ports;
    const timedOut = clock.now() >= this.#appliedAt() + this.#request.desired.environment.healthTimeoutMs;
    const seen = [...this.#seen.values()];
    const verdict = verdictOf(seen, { tookMs: 0, timedOut });
    switch (verdict.kind) {
      case 'converged':
        return null;
      case 'progressing':
        await this.#steadiness.forget(this.#signal);
        return this.#observing(verdict.reasons);
      case 'diverged': {
        const patienceMs = Math.min(this.#request.desired.environment.settleMs, longestFailureMs);
        // A settle may last longer than health may take: one unwell look in its midst is not the end.
        const isPatient = !timedOut || this.#steadiness.isKnown();
        if (isPatient && (await this.#steadiness.leftUntil('failed', patienceMs, this.#signal)) > 0)
          return this.#observing(verdict.reasons);
        const reasons = await explainHealth(await this.#withPods(), this.#explaining(), this.#signal);
        return { kind: 'diverged', reasons };
      }
    }
  }

  /** What pods say is asked for only where somebody will read it. */
  async #inWords(step: Observing): Promise<Observing> {
    const verdict = verdictOf(await this.#withPods(), { tookMs: 0, timedOut: false });
    return verdict.kind === 'converged' ? step : { ...step, reasons: verdict.reasons };
  }

  #withPods(): Promise<readonly SeenObject[]> {
    return withPods([...this.#seen.values()], this.#healthPorts(), this.#signal);
  }

  #healthPorts() {
    return { cluster: this.#request.cluster, clock: this.#ports.clock, health: this.#health };
  }

  #explaining() {
    const { cluster, desired } = this.#request;
    return { cluster, visibility: desired.visibility };
  }

  /** null: nothing is left to delete. */
  async #prune(): Promise<Step | Overtaken | null> {
    if (this.#surplus.length === 0) return null;
    this.#isFresh = false;
    const { access, clock, records } = this.#ports;
    const { desired, ledger, cluster } = this.#request;
    const { healthTimeoutMs } = desired.environment;
    const result = await access.ledgers.withLock(
      ledgerKeyOf(desired),
      lockWaitMs,
      this.#signal,
      async (held): Promise<PruneResult | Overtaken> => {
        // The newer commit may have brought back what this one deletes.
        if (await isOvertaken(desired, records)) return overtaken;
        return await prune(
          { fence: this.#fence, surplus: this.#surplus, applySet: ledger.applySet, patienceMs: healthTimeoutMs },
          { cluster, clock },
          held,
        );
      },
    );
    switch (result.kind) {
      case 'pruned':
        this.#surplus = [];
        return null;
      case 'waiting':
        return result.overdue ? { kind: 'diverged', reasons: result.reasons } : this.#observing(result.reasons);
      case 'blocked':
        return { kind: 'diverged', reasons: result.reasons };
      case 'overtaken':
        return result;
    }
  }

  /** Healthy and without difference for as long as the settings say; else it is watched again. One look. */
  async #settle(): Promise<Step> {
    const { desired, cluster } = this.#request;
    if (!this.#isFresh) await this.#look(this.#owned.map(({ entry }) => entry));
    this.#isFresh = false;
    const verdict = verdictOf([...this.#seen.values()], { tookMs: this.#tookMs(), timedOut: false });
    if (verdict.kind !== 'converged') {
      await this.#steadiness.forget(this.#signal);
      return this.#observing(verdict.reasons);
    }
    const leftMs = await this.#steadiness.leftUntil('healthy', desired.environment.settleMs, this.#signal);
    if (leftMs > 0) return { kind: 'settling', leftMs };
    const objects = this.#owned.flatMap(({ entry, manifest }) => {
      const live = this.#seen.get(identityKey(entry))?.object ?? null;
      return live === null ? [] : [{ entry, manifest, live }];
    });
    const reasons = await changedSinceRelease(objects, desired.environment, cluster, this.#signal);
    if (reasons.length > 0) return { kind: 'diverged', reasons };
    const address = environmentAddress(objects.map(({ live }) => live));
    return { kind: 'converged', objects: objects.length, tookMs: this.#tookMs(), ...address };
  }

  /** The ledger first: what is said can be said again from it. */
  async #end(step: Extract<Step, { readonly kind: 'converged' | 'diverged' }>): Promise<Observed> {
    const { ledger, released } = this.#request;
    const { access, metrics } = this.#ports;
    const tookMs = step.kind === 'converged' ? step.tookMs : released.tookMs;
    await this.#fence.write({ released: { ...released, phase: step.kind, tookMs, steady: null } }, this.#signal);
    metrics.released(access.entry.name, step.kind, this.#tookMs() / 1_000);
    await this.#say({ ...step, ...orphanedBy(ledger, released.commit, access.entry.name) });
    return { kind: step.kind };
  }

  async #look(entries: Parameters<typeof readHealth>[0]): Promise<void> {
    for (const seen of await readHealth(entries, this.#healthPorts(), this.#signal)) {
      const key = identityKey(seen.entry);
      const isDone = seen.health.kind === 'missing' && seen.entry.uid !== null && this.#fleeting.has(key);
      this.#seen.set(key, isDone ? { ...seen, health: { kind: 'healthy' } } : seen);
    }
  }

  async #settleLater(leftMs: number): Promise<Observed> {
    const { clock, records } = this.#ports;
    const { desired, released } = this.#request;
    const until = isoTime(clock.now() + leftMs).slice('2026-11-20T'.length, '2026-11-20T14:02'.length);
    const state = this.#observing([`settles until ${until} UTC`]);
    const report = await records.report(desired.repository, desired.environment.name);
    // Once: each time it is said is several requests to GitHub.
    const isSaid = report?.commit === released.commit && sameJson(report.state, state);
    if (!isSaid) await this.#say(state);
    return { kind: 'unfinished', againInMs: settlingPauseMs };
  }

  #observing(reasons: readonly string[]): Observing {
    const ready = [...this.#seen.values()].filter(({ health }) => health.kind === 'healthy').length;
    return { kind: 'observing', ready, of: this.#owned.length, reasons };
  }

  async #say(state: ReleaseState): Promise<void> {
    const { desired, released, rendering } = this.#request;
    const live = [...this.#seen.values()].flatMap(({ object }) => (object === null ? [] : [object]));
    const written = rendering.manifests.map(({ object }) => object);
    const words = wordsFor(desired, written, live);
    await publishReport(desired, released.commit, withReasons(state, words), this.#ports);
  }

  #appliedAt(): number {
    return Date.parse(this.#request.released.at);
  }

  /** Applying, and all that came after. */
  #tookMs(): number {
    return (this.#request.released.tookMs ?? 0) + Math.max(0, this.#ports.clock.now() - this.#appliedAt());
  }
}

type Observing = Extract<ReleaseState, { readonly kind: 'observing' }>;

type Step =
  | Extract<ReleaseState, { readonly kind: 'converged' | 'diverged' }>
  | Observing
  /** All is well, and must stay so for longer. */
  | { readonly kind: 'settling'; readonly leftMs: number };

const overtaken = { kind: 'overtaken' } as const;
type Overtaken = typeof overtaken;

function withReasons(state: ReleaseState, masked: (text: string) => string): ReleaseState {
  return state.kind === 'observing' || state.kind === 'diverged'
    ? { ...state, reasons: state.reasons.map(masked) }
    : state;
}
