/** What a fault sees of a request, before its effect or after. */
export interface FaultyRequest {
  readonly kind: 'rest' | 'git';
  readonly method: string;
  /** Without query and without `/api/v3`. */
  readonly path: string;
  readonly query: string;
  /** Parsed JSON; undefined for git and where there was no body. */
  readonly body: unknown;
}

export type Harm =
  /** An answer of GitHub's frontend: 500, 502, 503, 504. */
  | { readonly kind: 'status'; readonly status: number }
  /** The primary limit: 403 with `x-ratelimit-remaining: 0`. */
  | { readonly kind: 'rate-limit'; readonly resetSeconds: number }
  /** 403 (or 429) with `retry-after`. https://docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api#about-secondary-rate-limits */
  | { readonly kind: 'secondary-limit'; readonly status: 403 | 429; readonly retryAfterSeconds: number }
  /** The connection is reset without an answer. */
  | { readonly kind: 'reset' }
  /** The answer comes later. */
  | { readonly kind: 'latency'; readonly ms: number }
  /** Nothing is answered for as long as `until` is open. */
  | { readonly kind: 'wait'; readonly until: Promise<void> };

export interface Fault {
  readonly matches: (request: FaultyRequest) => boolean;
  /** `before`: the request has no effect. `after`: it had its effect, and the client is not told. */
  readonly when: 'before' | 'after';
  readonly harm: Harm;
  /** How often; default once. */
  readonly times?: number;
}

export interface PlacedFault {
  /** How many requests it has harmed. */
  readonly used: () => number;
  readonly remove: () => void;
}

/** Faults that tests place in front of requests or behind their effect. */
export interface Faults {
  readonly place: (fault: Fault) => PlacedFault;
  readonly take: (when: Fault['when'], request: FaultyRequest) => readonly Harm[];
  readonly clear: () => void;
}

export function createFaults(): Faults {
  const placed: { readonly fault: Fault; left: number; used: number }[] = [];
  const remove = (entry: (typeof placed)[number]) => {
    const index = placed.indexOf(entry);
    if (index !== -1) placed.splice(index, 1);
  };
  return {
    place: (fault) => {
      const entry = { fault, left: fault.times ?? 1, used: 0 };
      placed.push(entry);
      return { used: () => entry.used, remove: () => remove(entry) };
    },
    take: (when, request) => {
      const hit = placed.filter((entry) => entry.fault.when === when && entry.fault.matches(request));
      for (const entry of hit) {
        entry.left -= 1;
        entry.used += 1;
        if (entry.left === 0) remove(entry);
      }
      return hit.map((entry) => entry.fault.harm);
    },
    clear: () => {
      placed.length = 0;
    },
  };
}
