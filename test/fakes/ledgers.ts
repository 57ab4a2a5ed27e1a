import { Failure } from '../../src/domain/failure.ts';
import type { Json } from '../../src/domain/json.ts';
import { parseJson, stringifyJson } from '../../src/domain/json.ts';
import type { Ledger, LedgerContent, LedgerKey } from '../../src/domain/ledger.ts';
import type { Ledgers } from '../../src/ports.ts';

/** Ledgers in memory: what comes out went through JSON, a write names the version that it read, a lock is exclusive. */
export class FakeLedgers implements Ledgers {
  readonly #stored = new Map<string, string>();
  readonly #locked = new Set<string>();
  #version = 0;

  read(key: LedgerKey): Promise<Ledger | null> {
    const text = this.#stored.get(name(key));
    return Promise.resolve(text === undefined ? null : (parseJson(text) as unknown as Ledger));
  }

  async write(key: LedgerKey, previous: Ledger | null, content: LedgerContent): Promise<Ledger> {
    const now = await this.read(key);
    if (now?.resourceVersion !== previous?.resourceVersion) {
      throw new Failure('ledger-changed', { subject: name(key), message: 'changed', retryable: true, cause: null });
    }
    const { inventory, released, attempt } = content;
    const resourceVersion = `${++this.#version}`;
    const applySet = this.applySet(key);
    const ledger: Ledger = { environment: key, resourceVersion, applySet, inventory, released, attempt };
    this.#stored.set(name(key), stringifyJson(ledger as unknown as Json));
    return ledger;
  }

  applySet(key: LedgerKey): string {
    return `applyset-${name(key)}-v1`;
  }

  digestKey(): Promise<Uint8Array> {
    return Promise.resolve(new Uint8Array(32).fill(7));
  }

  async withLock<T>(
    key: LedgerKey,
    _waitMs: number,
    signal: AbortSignal,
    work: (signal: AbortSignal) => Promise<T>,
  ): Promise<T> {
    if (this.#locked.has(name(key))) {
      throw new Failure('lock-lost', { subject: name(key), message: 'held', retryable: true, cause: null });
    }
    this.#locked.add(name(key));
    try {
      return await work(signal);
    } finally {
      this.#locked.delete(name(key));
    }
  }
}

function name({ repository, environment }: LedgerKey): string {
  return `${repository}-${environment}`;
}
