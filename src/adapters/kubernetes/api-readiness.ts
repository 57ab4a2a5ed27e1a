import type { Clock } from '../../ports/clock.ts';
import type { ApiStatus } from './api-status.ts';

/**
 * How long the word that the API server is ready holds for requests sent after it. Longer than one may wait for its next
 * try; a request without an answer takes the word back at once (`doubt`).
 */
const readyMs = 30_000;
/** For so long a `/readyz` that refuses us may be a server that starts; after it, the path is closed to us. */
const startsWithinMs = 5_000;
const closedMs = 60_000;

/**
 * Whether a refusal by authorization is the API server's judgement. One that has just started refuses everybody until it
 * has read its roles; `/readyz`, which they open to everybody who is authenticated (`system:public-info-viewer`),
 * tells when that is over. Where an administrator has closed it, a refusal that lasts is believed.
 *
 * https://kubernetes.io/docs/reference/using-api/health-checks/
 */
export class ApiReadiness {
  readonly #clock: Clock;
  /** Requests sent between these are judged by a server that is ready. */
  #ready: { readonly from: number; readonly until: number } | null = null;
  /** `/readyz` refuses us, without a word to the contrary in between. */
  #closed: { readonly since: number; readonly last: number } | null = null;
  #asking: Promise<void> | null = null;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /**
   * true: the server was ready when the request was sent (`sentAt` of `Clock.monotonic`). Else it is asked now, once for
   * all who want to know, and the request is to be sent again. `readyz` gives that path's code.
   */
  async wasReady(sentAt: number, readyz: () => Promise<number>): Promise<boolean> {
    if (this.#ready !== null && this.#ready.from <= sentAt && sentAt <= this.#ready.until) return true;
    this.#asking ??= this.#ask(readyz).finally(() => {
      this.#asking = null;
    });
    await this.#asking;
    return false;
  }

  /** A request had no answer: the server may be starting again. */
  doubt(): void {
    this.#ready = null;
    this.#closed = null;
  }

  async #ask(readyz: () => Promise<number>): Promise<void> {
    // No answer is no word: whoever asked finds out by its own request.
    const code = await readyz().catch(() => null);
    const now = this.#clock.monotonic();
    if (code === null || code >= 500) {
      this.doubt();
    } else if (code < 300) {
      this.#ready = { from: now, until: now + readyMs };
      this.#closed = null;
    } else {
      // What was refused long ago may have been another start.
      const since = this.#closed !== null && now - this.#closed.last <= closedMs ? this.#closed.since : now;
      this.#closed = { since, last: now };
      this.#ready = now - since >= startsWithinMs ? { from: now, until: now + closedMs } : null;
    }
  }
}

/** Refused by authorization, or by admission that has not begun (`not yet ready to handle request`). */
export function mayBeStarting({ code, message }: ApiStatus): boolean {
  return code === 403 && /[Uu]ser ".*?" cannot |not yet ready to handle request/.test(message);
}
