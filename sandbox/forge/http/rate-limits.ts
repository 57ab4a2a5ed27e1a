/** The primary rate limit, counted for each caller and hour. */
export interface RateLimits {
  /** Counts a request; the headers that tell what is left. */
  readonly use: (caller: string | null) => Readonly<Record<string, string>>;
  readonly look: (caller: string | null) => Readonly<Record<string, string>>;
}

/** https://docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api: apps and people have 5,000 an hour at least. */
export const hourlyLimit = 5_000;

export function createRateLimits(now: () => Date): RateLimits {
  const windows = new Map<string | null, { used: number; readonly resetAt: number }>();
  const count = (caller: string | null, more: number) => {
    const seconds = Math.floor(now().getTime() / 1000);
    let window = windows.get(caller);
    if (window === undefined || window.resetAt <= seconds) {
      window = { used: 0, resetAt: seconds + 3600 };
      windows.set(caller, window);
    }
    window.used += more;
    return {
      'x-ratelimit-limit': String(hourlyLimit),
      // Tests may do more than GitHub allows in an hour; a harm "rate-limit" shows the refusal.
      'x-ratelimit-remaining': String(Math.max(1, hourlyLimit - window.used)),
      'x-ratelimit-used': String(window.used),
      'x-ratelimit-reset': String(window.resetAt),
      'x-ratelimit-resource': 'core',
    };
  };
  return { use: (caller) => count(caller, 1), look: (caller) => count(caller, 0) };
}
