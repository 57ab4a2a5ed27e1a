import type { Ledger, LedgerContent, LedgerKey } from '../domain/ledger.ts';
import type { Ledgers } from '../ports/ledgers.ts';

/**
 * The ledger as one release holds it. Every write names the version of the one before: whoever was overtaken is told
 * `ledger-changed` before its next wave, whatever its clock says.
 */
export class FencedLedger {
  readonly #ledgers: Ledgers;
  readonly #key: LedgerKey;
  #ledger: Ledger | null;

  constructor(ledgers: Ledgers, key: LedgerKey, ledger: Ledger | null) {
    this.#ledgers = ledgers;
    this.#key = key;
    this.#ledger = ledger;
  }

  /** null: none was written yet. */
  get content(): Ledger | null {
    return this.#ledger;
  }

  /** Writes what changes and keeps the rest; writes also where nothing changes: that is the fence. */
  async write(change: Partial<LedgerContent>, signal: AbortSignal): Promise<Ledger> {
    signal.throwIfAborted();
    const before = this.#ledger;
    this.#ledger = await this.#ledgers.write(
      this.#key,
      before,
      {
        inventory: change.inventory ?? before?.inventory ?? [],
        orphaned: change.orphaned ?? before?.orphaned ?? [],
        released: change.released === undefined ? (before?.released ?? null) : change.released,
        attempt: change.attempt === undefined ? (before?.attempt ?? null) : change.attempt,
      },
      signal,
    );
    return this.#ledger;
  }
}
