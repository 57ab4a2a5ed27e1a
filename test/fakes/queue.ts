import { joinAsks, type PendingAsk } from '../../src/adapters/redis/pending-ask.ts';
import { decideRetry } from '../../src/adapters/redis/retry-policy.ts';
import { type Job, type JobKind, type JobOf, keyOf, queueOf } from '../../src/domain/job.ts';
import type { Handler } from '../../src/ports/handler.ts';
import type { Logger } from '../../src/ports/logger.ts';
import type { AskOptions, Queue } from '../../src/ports/queue.ts';
import { silentLogger } from './logger.ts';

export interface Ask {
  readonly job: Job;
  readonly options: AskOptions;
}

interface Slot {
  pending: PendingAsk | null;
  running: boolean;
  madeTries: number;
}

/**
 * A queue in memory with the contract of the real one (`test/contracts/queue.ts`). Tests of jobs look at `asks` and
 * `waiting`, and play the story on with `run`; `serve` works in real time as a worker does.
 */
export class FakeQueue implements Queue {
  /** Every ask there was, in order, also those that were coalesced. */
  readonly asks: Ask[] = [];
  readonly failed: { readonly job: Job; readonly error: unknown }[] = [];
  readonly #slots = new Map<string, Slot>();
  #wake: () => void = () => {};

  ask(job: Job, options: AskOptions = {}): Promise<void> {
    // What crosses the queue is JSON: a job that is not would fail here as it does there.
    const copy = JSON.parse(JSON.stringify(job)) as Job;
    this.asks.push({ job: copy, options });
    // A key is one within its queue.
    const slot = this.#slot(`${queueOf(copy)} ${keyOf(copy)}`);
    slot.madeTries = 0;
    slot.pending = joinAsks(slot.pending, {
      job: copy,
      priority: options.priority ?? 'normal',
      startAt: Date.now() + (options.delayMs ?? 0),
      taken: false,
    });
    this.#wake();
    return Promise.resolve();
  }

  /** The jobs of a kind that were asked for, in order. */
  askedFor<K extends JobKind>(kind: K): readonly JobOf<K>[] {
    return this.asks.flatMap(({ job }) => (job.kind === kind ? [job as JobOf<K>] : []));
  }

  /** What waits, one for each key, in the order in which it would start. */
  waiting(): readonly Job[] {
    return this.#due(Number.POSITIVE_INFINITY).map(([, , pending]) => pending.job);
  }

  /** Forgets all that waits and all that was asked. */
  clear(): void {
    this.#slots.clear();
    this.asks.length = 0;
  }

  /**
   * Runs what waits, one after another and without regard to delays, until nothing waits; throws what a handler
   * throws. Refuses to go on for ever.
   */
  async run(handler: Handler, log: Logger = silentLogger, limit = 1_000): Promise<void> {
    for (let runs = 0; runs < limit; runs += 1) {
      const [first] = this.#due(Number.POSITIVE_INFINITY);
      if (first === undefined) return;
      const [key, , pending] = first;
      this.#slots.delete(key);
      await handler(pending.job, { signal: AbortSignal.timeout(60_000), log });
    }
    throw new Error(`still not done after ${limit} runs, next: ${this.waiting().map(keyOf).join(', ')}`);
  }

  /** Runs jobs as they come, as a worker does, until stopped. */
  serve(handler: Handler): { readonly stop: () => Promise<void> } {
    const runs = new Set<Promise<void>>();
    let timer: NodeJS.Timeout | undefined;
    let stopped = false;
    const pump = (): void => {
      clearTimeout(timer);
      if (stopped) return;
      for (const [, slot, pending] of this.#due(Date.now())) {
        const run = this.#attempt(slot, pending, handler).finally(() => {
          runs.delete(run);
          pump();
        });
        runs.add(run);
      }
      const next = this.#due(Number.POSITIVE_INFINITY)[0]?.[2].startAt;
      if (next !== undefined) timer = setTimeout(pump, Math.max(0, next - Date.now()));
    };
    this.#wake = () => queueMicrotask(pump);
    pump();
    return {
      stop: async () => {
        stopped = true;
        clearTimeout(timer);
        await Promise.all(runs);
      },
    };
  }

  async #attempt(slot: Slot, pending: PendingAsk, handler: Handler): Promise<void> {
    slot.running = true;
    slot.pending = { ...pending, taken: true };
    slot.madeTries += 1;
    const madeTries = slot.madeTries;
    try {
      await handler(pending.job, { signal: AbortSignal.timeout(60_000), log: silentLogger });
      if (slot.pending.taken) slot.pending = null;
    } catch (error) {
      this.#fail(slot, { job: pending.job, error, madeTries });
    } finally {
      slot.running = false;
    }
  }

  #fail(slot: Slot, failure: { readonly job: Job; readonly error: unknown; readonly madeTries: number }): void {
    const decision = decideRetry(failure.error, failure.madeTries);
    if (decision.kind === 'retry' && slot.pending !== null) {
      const retryAt = Date.now() + decision.inMs;
      const startAt = slot.pending.taken ? retryAt : Math.min(retryAt, slot.pending.startAt);
      slot.pending = { ...slot.pending, startAt, taken: false };
    } else if (decision.kind === 'give-up') {
      this.failed.push(failure);
      if (slot.pending?.taken === true) slot.pending = null;
    }
  }

  #slot(key: string): Slot {
    const there = this.#slots.get(key);
    if (there !== undefined) return there;
    const slot: Slot = { pending: null, running: false, madeTries: 0 };
    this.#slots.set(key, slot);
    return slot;
  }

  #due(now: number): readonly (readonly [string, Slot, PendingAsk])[] {
    return [...this.#slots]
      .flatMap(([key, slot]) =>
        slot.pending === null || slot.pending.taken || slot.running || slot.pending.startAt > now
          ? []
          : [[key, slot, slot.pending] as const],
      )
      .toSorted(([, , left], [, , right]) =>
        left.priority === right.priority ? left.startAt - right.startAt : left.priority === 'low' ? 1 : -1,
      );
  }
}
