import type { ApiStatus } from './api-status.ts';

/** How long to go on where the API server is not available, and how long one try may take. Milliseconds. */
export interface Patience {
  /** From the first failure of a request until it is given up. */
  readonly totalMs: number;
  /** One try, from sending it to the last byte of the answer. Above the API server's longest admission (30 s). */
  readonly attemptMs: number;
}

export const defaultPatience: Patience = { totalMs: 15_000, attemptMs: 40_000 };

/**
 * Whether the same request may succeed later: 429, 502, 503, 504 and those 500 that are not about the request.
 *
 * The API server answers an author's mistakes with 500, too: an apply of a field it does not know ("failed to create
 * typed patch object"), of a value it cannot convert, of an object too large for etcd. A webhook may deny with any code.
 */
export function isUnavailable(status: ApiStatus): boolean {
  if (/denied the request/.test(status.message)) return false;
  if (status.code === 429 || status.code === 502 || status.code === 503 || status.code === 504) return true;
  return status.code === 500 && !authoredMistakes.test(status.message);
}

/** 500 that no repetition mends. The wordings are the API server's (structured-merge-diff, fieldmanager, etcd). */
const authoredMistakes =
  /^failed to create typed patch object|^failed to convert new object|^etcdserver: request is too large|trying to send message larger than max/;

/** Network failures that pass: the API server restarts, a load balancer drops an idle connection. */
export function isPassingNetworkFailure(error: unknown): boolean {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' && passing.has(error.code);
}

const passing = new Set([
  'ECONNRESET',
  'ECONNREFUSED',
  'ECONNABORTED',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'EAI_AGAIN',
  'ENOTFOUND',
  'UND_ERR_SOCKET',
  'UND_ERR_CONNECT_TIMEOUT',
  'UND_ERR_HEADERS_TIMEOUT',
  'UND_ERR_BODY_TIMEOUT',
  'UND_ERR_RES_CONTENT_LENGTH_MISMATCH',
  'HPE_INVALID_EOF_STATE',
]);

/**
 * Milliseconds to wait before try number `tries` + 1 (`tries` counts from 1): doubling from 100 ms to 2 s, spread by
 * `random` (0 to 1) over the upper half so that a thousand refused requests do not come back at once, and never less
 * than the server asked for.
 */
export function retryDelay(tries: number, retryAfterMs: number | null, random: number): number {
  const backoff = Math.min(2_000, 100 * 2 ** (tries - 1)) * (0.5 + random / 2);
  return Math.round(Math.max(backoff, (retryAfterMs ?? 0) + (retryAfterMs === null ? 0 : random * 100)));
}

/** `Retry-After` in milliseconds: seconds, or a date (RFC 9110 section 10.2.3). null: none, or unreadable. */
export function retryAfterMs(header: string | readonly string[] | undefined, now: number): number | null {
  const value = typeof header === 'string' ? header : header?.[0];
  if (value === undefined) return null;
  if (/^\d+$/.test(value)) return Number(value) * 1_000;
  const date = Date.parse(value);
  return Number.isNaN(date) ? null : Math.max(0, date - now);
}
