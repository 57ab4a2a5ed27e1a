/** What became of one request, as far as it decides what may be done next. */
export type RequestEnd =
  | { readonly kind: 'answered'; readonly data: unknown; readonly etag: string | null; readonly next: boolean }
  /** 304: what was read before still holds. */
  | { readonly kind: 'not-modified' }
  /** GitHub understood and said no; it had no effect. */
  | { readonly kind: 'refused'; readonly status: number; readonly message: string; readonly cause: unknown }
  /** It had no effect, and may be sent again after so many milliseconds. */
  | { readonly kind: 'limited'; readonly waitMs: number; readonly cause: unknown }
  /** No answer, or one of GitHub's frontend: nobody knows whether it had its effect. */
  | { readonly kind: 'lost'; readonly message: string; readonly cause: unknown };

export interface Response {
  readonly data: unknown;
  readonly headers: Readonly<Record<string, string | number | undefined>>;
}

export function readResponse({ data, headers }: Response): RequestEnd {
  const { etag, link } = headers;
  return {
    kind: 'answered',
    data,
    etag: typeof etag === 'string' ? etag : null,
    next: typeof link === 'string' && link.includes('rel="next"'),
  };
}

/**
 * What Octokit threw. `now`: seconds since the epoch, for the end of a rate limit.
 * https://docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api#exceeding-the-rate-limit
 */
export function readFailure(error: unknown, now: number): RequestEnd {
  const message = error instanceof Error ? error.message : String(error);
  const answer = answerOf(error);
  // Octokit calls a connection that broke a 500, but has no response to it.
  if (answer === null || answer.status >= 500) return { kind: 'lost', message, cause: error };
  if (answer.status === 304) return { kind: 'not-modified' };
  const waitMs = answer.status === 403 || answer.status === 429 ? limitMs(answer, message, now) : null;
  return waitMs === null
    ? { kind: 'refused', status: answer.status, message, cause: error }
    : { kind: 'limited', waitMs, cause: error };
}

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
}

function answerOf(error: unknown): Answer | null {
  if (!(error instanceof Error) || !('status' in error) || typeof error.status !== 'number') return null;
  const response: unknown = 'response' in error ? error.response : undefined;
  if (typeof response !== 'object' || response === null || !('headers' in response)) return null;
  const { headers } = response;
  return typeof headers === 'object' && headers !== null ? { status: error.status, headers: { ...headers } } : null;
}

// null: it is no rate limit but a plain refusal.
function limitMs({ status, headers }: Answer, message: string, now: number): number | null {
  const retryAfter = Number(headers['retry-after'] ?? Number.NaN);
  if (!Number.isNaN(retryAfter)) return retryAfter * 1000;
  if (String(headers['x-ratelimit-remaining']) === '0') {
    const reset = Number(headers['x-ratelimit-reset'] ?? Number.NaN);
    return Number.isNaN(reset) ? 60_000 : Math.max(1, reset - now) * 1000;
  }
  // "Otherwise, wait for at least one minute before retrying."
  return status === 429 || /secondary rate limit/i.test(message) ? 60_000 : null;
}
