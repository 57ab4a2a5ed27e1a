import { randomUUID } from 'node:crypto';
import { Failure } from '../../domain/failure.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Logger } from '../../ports/logger.ts';
import type { Api } from './api.ts';
import { type LeaseContent, type LeaseRecord, leaseBody, microTime, parseLease } from './lease-record.ts';
import { sendIntoLedgerNamespace, unexpected } from './ledger-namespace.ts';

/** Milliseconds. client-go's order: renewMs < giveUpMs < durationMs. */
export interface LeaseTimes {
  /** Others may take the Lease when they have seen no change of it for this long. Whole seconds. */
  readonly durationMs: number;
  /** Its holder stops when it could not renew for this long: before others may begin. */
  readonly giveUpMs: number;
  readonly renewMs: number;
  /** How often a taken Lease is looked at. */
  readonly pollMs: number;
}

export const defaultLeaseTimes: LeaseTimes = { durationMs: 15_000, giveUpMs: 10_000, renewMs: 3_000, pollMs: 500 };

export interface LeaseLockParts {
  readonly api: Api;
  readonly namespace: string;
  readonly clock: Clock;
  readonly log: Logger;
  readonly times: LeaseTimes;
}

/** A Lease as we hold it. */
interface Held {
  readonly holder: string;
  readonly record: LeaseRecord;
  /** Monotonic, from before the request that renewed it was sent. */
  readonly renewedAt: number;
}

/**
 * Mutual exclusion by Lease objects, after client-go's leader election: a holder is dead when its record has not changed
 * for the duration it names, measured from when *we* saw the change, on a clock that never goes back. Times written in
 * the record are for people. What was seen is remembered between tries, so that waiting adds up.
 */
export class LeaseLock {
  readonly #parts: LeaseLockParts;
  readonly #seen = new Map<string, { readonly resourceVersion: string; readonly at: number }>();

  constructor(parts: LeaseLockParts) {
    this.#parts = parts;
  }

  /** See `Ledgers.withLock`. Every call is a holder of its own, also within one process. */
  async run<T>(
    name: string,
    waitMs: number,
    signal: AbortSignal,
    work: (signal: AbortSignal) => Promise<T>,
  ): Promise<T> {
    const held = await this.#acquire(name, waitMs, signal);
    const lost = new AbortController();
    const done = new AbortController();
    const renewing = this.#keepRenewing(name, held, done.signal, lost);
    try {
      const result = await work(AbortSignal.any([signal, lost.signal]));
      lost.signal.throwIfAborted();
      return result;
    } catch (error) {
      // Whatever the work made of its aborted signal, this is why.
      lost.signal.throwIfAborted();
      throw error;
    } finally {
      done.abort();
      await renewing;
      if (!lost.signal.aborted) await this.#release(name, held);
    }
  }

  async #acquire(name: string, waitMs: number, signal: AbortSignal): Promise<Held> {
    const { clock, times } = this.#parts;
    const until = clock.monotonic() + waitMs;
    const holder = `fairlead-${randomUUID()}`;
    for (;;) {
      const held = await this.#tryAcquire(name, holder, signal);
      if (held !== null) return held;
      const left = until - clock.monotonic();
      if (left <= 0) throw this.#lockLost(name, `another holder is alive after ${waitMs} ms`);
      await clock.sleep(Math.min(times.pollMs, left), signal);
    }
  }

  async #tryAcquire(name: string, holder: string, signal: AbortSignal): Promise<Held | null> {
    const { clock, times } = this.#parts;
    const record = await this.#read(name, signal);
    const begun = clock.monotonic();
    if (record !== null && record.holder !== '' && !this.#isExpired(name, record)) return null;
    const time = microTime(clock.now());
    const wanted = {
      holder,
      durationMs: times.durationMs,
      renewTime: time,
      acquireTime: time,
      transitions: record === null ? 0 : record.transitions + 1,
    };
    const written = await this.#write(name, wanted, record, signal);
    return written === null ? null : { holder, record: written, renewedAt: begun };
  }

  #isExpired(name: string, record: LeaseRecord): boolean {
    const now = this.#parts.clock.monotonic();
    const seen = this.#seen.get(name);
    if (seen?.resourceVersion !== record.resourceVersion) {
      this.#seen.set(name, { resourceVersion: record.resourceVersion, at: now });
      return false;
    }
    return now - seen.at > record.durationMs;
  }

  /** Never rejects: a Lease that cannot be kept aborts `lost`. */
  async #keepRenewing(name: string, first: Held, done: AbortSignal, lost: AbortController): Promise<void> {
    const { clock, log, times } = this.#parts;
    let held = first;
    let pause = times.renewMs;
    for (;;) {
      await clock.sleep(pause, done).catch(() => undefined);
      if (done.aborted) return;
      const renewed = await this.#renew(name, held, done).catch((error: unknown) => {
        log.debug('lease was not renewed', { lease: name, error: error instanceof Error ? error.message : 'unknown' });
        return held;
      });
      if (done.aborted) return;
      if (renewed === 'taken' || clock.monotonic() - renewed.renewedAt >= times.giveUpMs) {
        log.warn('lease was lost', { lease: name, taken: renewed === 'taken' });
        lost.abort(this.#lockLost(name, renewed === 'taken' ? 'somebody else took it' : 'it could not be renewed'));
        return;
      }
      pause = renewed.renewedAt === held.renewedAt ? Math.min(times.pollMs, times.renewMs) : times.renewMs;
      held = renewed;
    }
  }

  /** Ours again, or still (`renewedAt` unchanged: try again), or somebody else's. Gives up when the Lease is too old. */
  async #renew(name: string, held: Held, done: AbortSignal): Promise<Held | 'taken'> {
    const { clock, times } = this.#parts;
    const begun = clock.monotonic();
    const left = held.renewedAt + times.giveUpMs - begun;
    // Blocked or asleep for too long: another holder may be at work already.
    if (left <= 0) return held;
    const ended = new AbortController();
    const tooLate = new AbortController();
    clock.sleep(left, ended.signal).then(
      () => tooLate.abort(),
      () => undefined,
    );
    try {
      const signal = AbortSignal.any([done, tooLate.signal]);
      const wanted = { ...held.record, renewTime: microTime(clock.now()) };
      const written = await this.#write(name, wanted, held.record, signal);
      if (written !== null) return { ...held, record: written, renewedAt: begun };
      const record = await this.#read(name, signal);
      return record?.holder === held.holder ? { ...held, record } : 'taken';
    } finally {
      ended.abort();
    }
  }

  /** So that the next one need not wait. Where this fails the Lease expires by itself. */
  async #release(name: string, { holder }: Held): Promise<void> {
    const { clock, log } = this.#parts;
    const signal = AbortSignal.timeout(5_000);
    try {
      const record = await this.#read(name, signal);
      if (record?.holder !== holder) return;
      const freed = { ...record, holder: '', durationMs: 1_000, renewTime: microTime(clock.now()) };
      await this.#write(name, freed, record, signal);
    } catch (error) {
      log.debug('lease was not released', { lease: name, error: error instanceof Error ? error.message : 'unknown' });
    }
  }

  /** null: there is none, nor the namespace. */
  async #read(name: string, signal: AbortSignal): Promise<LeaseRecord | null> {
    const answer = await this.#parts.api.send({ method: 'GET', path: this.#path(name), body: null }, signal);
    if (answer.ok) return parseLease(answer.body, this.#place(name));
    if (answer.status.code === 404) return null;
    throw unexpected(`Lease ${this.#parts.namespace}/${name}`, answer.status);
  }

  /** Replaces that very record (null: there is none). null: somebody else was first, or the Lease is gone. */
  async #write(
    name: string,
    wanted: LeaseContent,
    previous: LeaseRecord | null,
    signal: AbortSignal,
  ): Promise<LeaseRecord | null> {
    const { api, namespace } = this.#parts;
    const body = leaseBody(this.#place(name), wanted, previous);
    const answer =
      previous === null
        ? await sendIntoLedgerNamespace(api, namespace, { method: 'POST', path: this.#path(''), body }, signal)
        : await api.send({ method: 'PUT', path: this.#path(name), body }, signal);
    if (answer.ok) return parseLease(answer.body, this.#place(name));
    if (answer.status.code !== 409 && answer.status.code !== 404) {
      throw unexpected(`Lease ${namespace}/${name}`, answer.status);
    }
    // Our own write, whose answer was lost, conflicts with its repetition.
    const stored = await this.#read(name, signal);
    return stored?.holder === wanted.holder && stored.renewTime === wanted.renewTime ? stored : null;
  }

  #place(name: string) {
    return { name, namespace: this.#parts.namespace };
  }

  #path(name: string): string {
    const collection = `/apis/coordination.k8s.io/v1/namespaces/${encodeURIComponent(this.#parts.namespace)}/leases`;
    return name === '' ? collection : `${collection}/${encodeURIComponent(name)}`;
  }

  #lockLost(name: string, message: string): Failure {
    const subject = `Lease ${this.#parts.namespace}/${name}`;
    return new Failure('lock-lost', { subject, message, retryable: true, cause: null });
  }
}
