import { type Ledger, ledgerKeyOf, type Released } from '../../domain/ledger.ts';
import type { ReleaseState, Wanted } from '../../domain/release.ts';
import type { Rendering } from '../../domain/rendering.ts';
import { environmentAddress } from '../../observe/url.ts';
import { verdictOf } from '../../observe/verdict.ts';
import type { Cluster } from '../../ports/cluster.ts';
import type { FencedLedger } from '../fenced-ledger.ts';
import { healthWordsFor } from '../health-words.ts';
import { isOvertaken } from '../is-overtaken.ts';
import { lockWaitMs } from '../lock-wait.ts';
import type { ReleasePorts } from '../release-ports.ts';
import { changedSinceRelease } from './changed-since-release.ts';
import { explainHealth } from './explain-health.ts';
import { type Ownings, ownings } from './owned-objects.ts';
import { type PruneResult, prune } from './prune.ts';
import { SeenObjects } from './seen-objects.ts';
import { Steadiness } from './steadiness.ts';

/** A release that was applied, and where. */
export interface AppliedRelease {
  readonly desired: Wanted;
  readonly ledger: Ledger;
  readonly released: Released;
  readonly rendering: Rendering;
  readonly cluster: Cluster;
}

/** What one look at a release comes to. */
export type Step =
  | Extract<ReleaseState, { readonly kind: 'converged' | 'diverged' }>
  | Observing
  /** All is well, and must stay so for longer. */
  | { readonly kind: 'settling'; readonly leftMs: number };

export type Observing = Extract<ReleaseState, { readonly kind: 'observing' }>;

/** Something else is desired by now. */
export const overtaken = { kind: 'overtaken' } as const;
export type Overtaken = typeof overtaken;

/**
 * What has failed may yet be mended by its controller: it must stay failed for as long as good must stay good, but no
 * longer than this, because a person waits for it.
 */
const longestFailureMs = 30_000;

/**
 * Watch, prune, settle: the way of an applied release to its verdict. Every step begins from what lives and what the
 * ledger says, so that it can be left and taken up anywhere.
 */
export class VerdictSteps {
  readonly #release: AppliedRelease;
  readonly #ports: ReleasePorts;
  readonly #signal: AbortSignal;
  readonly #fence: FencedLedger;
  readonly #steadiness: Steadiness;
  readonly #seen: SeenObjects;
  #surplus: Ownings['surplus'];
  /** Everything was looked at just now, and nothing was done since. */
  #isFresh = false;

  constructor(release: AppliedRelease, fence: FencedLedger, ports: ReleasePorts, signal: AbortSignal) {
    const { desired, ledger, released, rendering, cluster } = release;
    this.#release = release;
    this.#ports = ports;
    this.#signal = signal;
    this.#fence = fence;
    this.#steadiness = new Steadiness(fence, released, ports.clock);
    const { owned, surplus } = ownings(ledger, rendering, desired.environment);
    const written = rendering.manifests.map(({ object }) => object);
    const health = healthWordsFor(desired, written);
    this.#seen = new SeenObjects(owned, { cluster, clock: ports.clock, health }, signal);
    this.#surplus = desired.environment.prune ? surplus : [];
  }

  /** The objects as they were seen last. */
  get seen(): SeenObjects {
    return this.#seen;
  }

  /** The first step that is not over yet, or the verdict. */
  async next(): Promise<Step | Overtaken> {
    return (await this.#watch()) ?? (await this.#prune()) ?? (await this.#settle());
  }

  /** null: everything is healthy. */
  async #watch(): Promise<Step | null> {
    // What is healthy is looked at again before it is called converged.
    this.#isFresh = await this.#seen.lookAtUnwell();
    const { desired, released, cluster } = this.#release;
    const { healthTimeoutMs, settleMs } = desired.environment;
    const timedOut = this.#ports.clock.now() >= Date.parse(released.at) + healthTimeoutMs;
    const verdict = verdictOf(this.#seen.all(), { tookMs: 0, timedOut });
    switch (verdict.kind) {
      case 'converged':
        return null;
      case 'progressing':
        await this.#steadiness.forget(this.#signal);
        return this.observing(verdict.reasons);
      case 'diverged': {
        const patienceMs = Math.min(settleMs, longestFailureMs);
        // A settle may last longer than health may take: one unwell look in its midst is not the end.
        const isPatient = !timedOut || this.#steadiness.isKnown();
        if (isPatient && (await this.#steadiness.leftUntil('failed', patienceMs, this.#signal)) > 0)
          return this.observing(verdict.reasons);
        const explaining = { cluster, visibility: desired.visibility };
        const reasons = await explainHealth(await this.#seen.withPods(), explaining, this.#signal);
        return { kind: 'diverged', reasons };
      }
    }
  }

  /** null: nothing is left to delete. */
  async #prune(): Promise<Step | Overtaken | null> {
    if (this.#surplus.length === 0) return null;
    this.#isFresh = false;
    const { access, clock, records } = this.#ports;
    const { desired, ledger, cluster } = this.#release;
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
        return result.overdue ? { kind: 'diverged', reasons: result.reasons } : this.observing(result.reasons);
      case 'blocked':
        return { kind: 'diverged', reasons: result.reasons };
      case 'overtaken':
        return result;
    }
  }

  /** Healthy and without difference for as long as the settings say; else it is watched again. One look. */
  async #settle(): Promise<Step> {
    const { desired, cluster } = this.#release;
    if (!this.#isFresh) await this.#seen.lookAtAll();
    this.#isFresh = false;
    const verdict = verdictOf(this.#seen.all(), { tookMs: 0, timedOut: false });
    if (verdict.kind !== 'converged') {
      await this.#steadiness.forget(this.#signal);
      return this.observing(verdict.reasons);
    }
    const leftMs = await this.#steadiness.leftUntil('healthy', desired.environment.settleMs, this.#signal);
    if (leftMs > 0) return { kind: 'settling', leftMs };
    const objects = this.#seen.present();
    const reasons = await changedSinceRelease(objects, desired.environment, cluster, this.#signal);
    if (reasons.length > 0) return { kind: 'diverged', reasons };
    const address = environmentAddress(objects.map(({ live }) => live));
    return { kind: 'converged', objects: objects.length, tookMs: this.tookMs(), ...address };
  }

  /** How far it is, for these reasons. */
  observing(reasons: readonly string[]): Observing {
    const ready = this.#seen.all().filter(({ health }) => health.kind === 'healthy').length;
    return { kind: 'observing', ready, of: this.#seen.size, reasons };
  }

  /** Applying, and all that came after, in milliseconds. */
  tookMs(): number {
    const { at, tookMs } = this.#release.released;
    return (tookMs ?? 0) + Math.max(0, this.#ports.clock.now() - Date.parse(at));
  }
}
