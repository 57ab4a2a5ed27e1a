import type { Ledger, LedgerContent, LedgerKey } from '../domain/ledger.ts';

/** Ledgers, in the cluster, under Fairlead's own identity. */
export interface Ledgers {
  /** null: there is none: nothing was ever released here. Throws where it cannot be read: unreadable is not absent. */
  read(key: LedgerKey, signal: AbortSignal): Promise<Ledger | null>;
  /**
   * Creates (`previous` null) or replaces at the version that was read. Throws `ledger-changed` where another writer
   * was first. Returns what is stored.
   */
  write(key: LedgerKey, previous: Ledger | null, content: LedgerContent, signal: AbortSignal): Promise<Ledger>;
  /** The id of the ApplySet a ledger of this key is (or would be) the parent of. */
  applySet(key: LedgerKey): string;
  /** 32 random bytes kept in a Secret beside the ledgers; made at first use. The key of digests. */
  digestKey(signal: AbortSignal): Promise<Uint8Array>;
  /**
   * Runs `work` under the environment's Lease; its signal aborts when the Lease is lost. Throws `lock-lost` (retryable)
   * where another holder is alive for `waitMs`. Expiry by the local clock: client-go's leaderelection rule.
   */
  withLock<T>(
    key: LedgerKey,
    waitMs: number,
    signal: AbortSignal,
    work: (signal: AbortSignal) => Promise<T>,
  ): Promise<T>;
}
