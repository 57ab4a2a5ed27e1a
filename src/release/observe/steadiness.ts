import { isoTime } from '../../domain/iso-time.ts';
import type { Released, Steady } from '../../domain/ledger.ts';
import type { Clock } from '../../ports/clock.ts';
import type { FencedLedger } from '../fenced-ledger.ts';

/**
 * Since when each look at a release has found the same. It stands in the ledger, so that neither the end of a turn nor a
 * dead worker nor wiped records begin it anew.
 */
export class Steadiness {
  readonly #fence: FencedLedger;
  readonly #released: Released;
  readonly #clock: Clock;

  constructor(fence: FencedLedger, released: Released, clock: Clock) {
    this.#fence = fence;
    this.#released = released;
    this.#clock = clock;
  }

  /** How much longer it must be found so, in milliseconds, until it has been for `forMs`. */
  async leftUntil(kind: Steady['kind'], forMs: number, signal: AbortSignal): Promise<number> {
    if (forMs === 0) return 0;
    const now = this.#clock.now();
    const known = this.#steady;
    if (known?.kind !== kind) {
      await this.#write({ kind, since: isoTime(now) }, signal);
      return forMs;
    }
    // Another worker's clock may be ahead.
    return Math.min(Math.max(0, Date.parse(known.since) + forMs - now), forMs);
  }

  /** Whether the looks so far found one and the same. */
  isKnown(): boolean {
    return this.#steady !== null;
  }

  /** It is found otherwise. */
  async forget(signal: AbortSignal): Promise<void> {
    if (this.#steady !== null) await this.#write(null, signal);
  }

  get #steady(): Steady | null {
    return this.#fence.content?.released?.steady ?? null;
  }

  async #write(steady: Steady | null, signal: AbortSignal): Promise<void> {
    await this.#fence.write({ released: { ...this.#released, steady } }, signal);
  }
}
