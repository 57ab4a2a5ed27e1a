import { createHash } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import { Failure } from '../../src/domain/failure.ts';
import type { Ledger, LedgerContent, LedgerKey } from '../../src/domain/ledger.ts';
import type { Ledgers } from '../../src/ports/ledgers.ts';

/** Ledgers in memory: what comes out went through JSON, a write names the version that it read, a lock is exclusive. */
export class FakeLedgers implements Ledgers {
  readonly #stored = new Map<string, string>();
  /** Who holds a lock: ends when they are done. */
  readonly #locked = new Map<string, Promise<void>>();
  #version = 0;

  read(key: LedgerKey): Promise<Ledger | null> {
    return Promise.resolve(this.#read(key));
  }

  write(key: LedgerKey, previous: Ledger | null, content: LedgerContent): Promise<Ledger> {
    if (this.#read(key)?.resourceVersion !== previous?.resourceVersion) {
      const details = { subject: name(key), message: 'changed', retryable: true, cause: null };
      return Promise.reject(new Failure('ledger-changed', details));
    }
    const { inventory, orphaned, released, attempt } = content;
    const resourceVersion = `${++this.#version}`;
    const applySet = this.applySet(key);
    const ledger: Ledger = { environment: key, resourceVersion, applySet, inventory, orphaned, released, attempt };
    this.#stored.set(name(key), JSON.stringify(ledger));
    return Promise.resolve(ledger);
  }

  applySet(key: LedgerKey): string {
    return `applyset-${createHash('sha256').update(name(key)).digest('base64url')}-v1`;
  }

  digestKey(): Promise<Uint8Array> {
    return Promise.resolve(new Uint8Array(32).fill(7));
  }

  async withLock<T>(
    key: LedgerKey,
    waitMs: number,
    signal: AbortSignal,
    work: (signal: AbortSignal) => Promise<T>,
  ): Promise<T> {
    const until = performance.now() + waitMs;
    for (let holder = this.#holder(key); holder !== undefined; holder = this.#holder(key)) {
      const left = until - performance.now();
      if (left <= 0) {
        throw new Failure('lock-lost', { subject: name(key), message: 'held', retryable: true, cause: null });
      }
      await Promise.race([holder, setTimeout(left, undefined, { signal })]);
    }
    const done = Promise.withResolvers<void>();
    this.#locked.set(name(key), done.promise);
    try {
      return await work(signal);
    } finally {
      this.#locked.delete(name(key));
      done.resolve();
    }
  }

  #holder(key: LedgerKey): Promise<void> | undefined {
    return this.#locked.get(name(key));
  }

  #read(key: LedgerKey): Ledger | null {
    const text = this.#stored.get(name(key));
    return text === undefined ? null : JSON.parse(text);
  }
}

function name({ repository, environment }: LedgerKey): string {
  return `${repository}-${environment}`;
}
