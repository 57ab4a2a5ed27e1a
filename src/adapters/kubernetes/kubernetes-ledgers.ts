import { randomUUID } from 'node:crypto';
import { Failure } from '../../domain/failure.ts';
import type { Ledger, LedgerContent, LedgerKey } from '../../domain/ledger.ts';
import type { KubernetesObject } from '../../domain/manifest.ts';
import type { Ledgers } from '../../ports/ledgers.ts';
import type { Api } from './api.ts';
import { applySetId } from './apply-set.ts';
import { readDigestKey } from './digest-key.ts';
import type { LeaseLock } from './lease-lock.ts';
import { type LedgerPlace, ledgerConfigMap, ledgerName, parseLedger, writeOf } from './ledger-config-map.ts';
import { sendIntoLedgerNamespace, unexpected } from './ledger-namespace.ts';
import { parseObject } from './parse-object.ts';

export interface LedgersParts {
  readonly api: Api;
  readonly namespace: string;
  /** `fairlead/VERSION`. */
  readonly tooling: string;
  readonly lock: LeaseLock;
}

/** Ledgers as ConfigMaps of one namespace: see the port. */
export class KubernetesLedgers implements Ledgers {
  readonly #parts: LedgersParts;

  constructor(parts: LedgersParts) {
    this.#parts = parts;
  }

  async read(key: LedgerKey, signal: AbortSignal): Promise<Ledger | null> {
    const stored = await this.#stored(key, signal);
    return stored === null ? null : await parseLedger(stored, this.#place(key));
  }

  async write(key: LedgerKey, previous: Ledger | null, content: LedgerContent, signal: AbortSignal): Promise<Ledger> {
    const { api, namespace, tooling } = this.#parts;
    const place = this.#place(key);
    const resourceVersion = previous?.resourceVersion ?? null;
    // A stamp of its own makes every write a change, also one of equal content: that is what fences another writer.
    const write = randomUUID();
    const body = await ledgerConfigMap(place, content, { write, tooling, resourceVersion });
    const answer =
      resourceVersion === null
        ? await sendIntoLedgerNamespace(api, namespace, { method: 'POST', path: this.#path(null), body }, signal)
        : await api.send({ method: 'PUT', path: this.#path(key), body }, signal);
    if (answer.ok) return await parseLedger(this.#object(key, answer.body), place);
    const { code } = answer.status;
    if (code !== 409 && code !== 404) throw unexpected(this.#subject(key), answer.status);
    // Our own write, whose answer was lost, conflicts with its repetition.
    const stored = await this.#stored(key, signal);
    if (stored !== null && writeOf(stored) === write) return await parseLedger(stored, place);
    throw new Failure('ledger-changed', {
      subject: this.#subject(key),
      message: resourceVersion === null ? 'there is one already' : `it is no longer version ${resourceVersion}`,
      retryable: true,
      cause: null,
    });
  }

  applySet(key: LedgerKey): string {
    return applySetId(ledgerName(key), this.#parts.namespace);
  }

  async digestKey(signal: AbortSignal): Promise<Uint8Array> {
    return await readDigestKey(this.#parts.api, this.#parts.namespace, signal);
  }

  async withLock<T>(
    key: LedgerKey,
    waitMs: number,
    signal: AbortSignal,
    work: (signal: AbortSignal) => Promise<T>,
  ): Promise<T> {
    return await this.#parts.lock.run(ledgerName(key), waitMs, signal, work);
  }

  async #stored(key: LedgerKey, signal: AbortSignal): Promise<KubernetesObject | null> {
    const answer = await this.#parts.api.send({ method: 'GET', path: this.#path(key), body: null }, signal);
    if (answer.ok) return this.#object(key, answer.body);
    if (answer.status.code === 404) return null;
    throw unexpected(this.#subject(key), answer.status);
  }

  #object(key: LedgerKey, body: Parameters<typeof parseObject>[0]): KubernetesObject {
    const object = parseObject(body);
    if (object !== null) return object;
    throw new Failure('cluster-protocol', {
      subject: this.#subject(key),
      message: 'the API server answered with no object',
      retryable: false,
      cause: null,
    });
  }

  #place(key: LedgerKey): LedgerPlace {
    return { key, namespace: this.#parts.namespace };
  }

  #path(key: LedgerKey | null): string {
    const collection = `/api/v1/namespaces/${encodeURIComponent(this.#parts.namespace)}/configmaps`;
    return key === null ? collection : `${collection}/${encodeURIComponent(ledgerName(key))}`;
  }

  #subject(key: LedgerKey): string {
    return `ledger ${this.#parts.namespace}/${ledgerName(key)}`;
  }
}
