import { Octokit } from '@octokit/rest';
import type { Clock } from '../../ports/clock.ts';
import type { Logger } from '../../ports/logger.ts';
import type { Metrics } from '../../ports/metrics.ts';
import { createEtagCache } from './etag-cache.ts';
import { absentOrRefused, limited, refused, unreachable } from './forge-failures.ts';
import { type Caller, createTokens, type TokensOptions } from './installation-tokens.ts';
import { type RequestEnd, type Response, readFailure, readResponse } from './request-end.ts';

export interface TransportOptions extends Omit<TokensOptions, 'fetch'> {
  readonly clock: Clock;
  readonly log: Logger;
  readonly metrics: Pick<Metrics, 'requestFinished'>;
  readonly patience?: Patience;
}

/** How long to go on where GitHub does not answer or asks to wait. Milliseconds. */
export interface Patience {
  /** Of one call, all its tries and waits together. */
  readonly totalMs: number;
  /** Of one try, from sending it to the last byte of the answer. */
  readonly attemptMs: number;
}

export type Parameters = Readonly<Record<string, unknown>>;

/** A look for what a request would make: null, it is not there. */
export type Look<T> = () => Promise<T | null>;

/**
 * The one place that sends requests to GitHub and sends them again. Whatever it throws is a `Failure`:
 * `forge-unreachable` (retryable) or `forge-refused`.
 */
export interface Transport {
  /** A token that may read one repository's content and nothing else, good for up to an hour. */
  contentToken(installation: number, repository: number): Promise<string>;
  /** null: GitHub knows no such thing, or the App is not installed there (any more). */
  get(caller: Caller, route: string, parameters?: Parameters): Promise<unknown>;
  /** All pages, of at most 100 entries each; `pick` finds the entries of a page. null as above. */
  list<T>(caller: Caller, route: string, parameters: Parameters, pick: ReadPage<T>): Promise<readonly T[] | null>;
  /** For what may be done twice with the same end. null: there is nothing (any more) to do it to. */
  repeatable(caller: Caller, route: string, parameters?: Parameters): Promise<unknown>;
  /** Sends once. `lost`: it may have had its effect, and only a look can tell. */
  once(caller: Caller, route: string, parameters: Parameters): Promise<Sent>;
  /** Makes something that `look` can find. Where an answer is lost it looks before it sends again. */
  create<T>(caller: Caller, route: string, parameters: Parameters, making: Making<T>): Promise<T>;
}

export type ReadPage<T> = (page: unknown) => readonly T[];

export type Sent = { readonly kind: 'done'; readonly data: unknown } | { readonly kind: 'lost' };

export interface Making<T> {
  /** Reads the answer to the request. */
  readonly read: (data: unknown) => T;
  readonly look: Look<T>;
}

/** One request, as often as it is sent. `renew`: with another token than the one that is kept. */
interface Call {
  readonly caller: Caller;
  readonly route: string;
  readonly send: (renew: boolean) => Promise<Response>;
}

const defaultPatience: Patience = { totalMs: 60_000, attemptMs: 20_000 };
const pauses = [500, 2000, 5000];
// Ten thousand entries. What is longer is refused, not cut: a list that ends early would be read as the whole.
const maxPages = 100;
const cacheCharacters = 32 * 1024 * 1024;

/** Requests to GitHub's REST API with tokens, tries and the answers that a 304 stands for. Makes none by itself. */
export function createTransport(options: TransportOptions): Transport {
  const { clock, log, metrics } = options;
  const patience = options.patience ?? defaultPatience;
  const cache = createEtagCache(cacheCharacters);
  const tokens = createTokens({ ...options, fetch: boundedFetch(patience.attemptMs) });
  const octokit = new Octokit({
    baseUrl: options.apiUrl,
    userAgent: 'fairlead',
    request: { fetch: boundedFetch(patience.attemptMs) },
    log: {
      debug: ignore,
      info: ignore,
      error: ignore,
      warn: (message: string) => log.warn('GitHub warns', { message }),
    },
  });
  /** Until when a caller was asked to wait, by the monotonic clock: others of it wait, too. */
  const limitedUntil = new Map<string, number>();
  const noAbort = new AbortController().signal;

  function request(caller: Caller, route: string, parameters: Parameters): Call {
    return {
      caller,
      route,
      send: async (renew) => {
        const authorization = await tokens.authorization(caller, renew);
        return octokit.request(route, withHeader(parameters, 'authorization', authorization));
      },
    };
  }

  async function attempt(call: Call, renew = false): Promise<RequestEnd> {
    const began = clock.monotonic();
    let result: RequestEnd;
    try {
      result = readResponse(await call.send(renew));
    } catch (error) {
      result = readFailure(error, clock.now() / 1000);
    }
    metrics.requestFinished('github', result.kind, (clock.monotonic() - began) / 1000);
    // Revoked, or forgotten by a restarted server: it had no effect, so another token may try.
    const expired = result.kind === 'refused' && result.status === 401 && call.caller.kind === 'installation';
    return expired && !renew ? attempt(call, true) : result;
  }

  /** Sends until GitHub no longer asks to wait, and no longer than patience lasts. */
  async function unlimited(call: Call, until: number): Promise<Exclude<RequestEnd, { readonly kind: 'limited' }>> {
    const key = callerKey(call.caller);
    for (;;) {
      const held = limitedUntil.get(key) ?? 0;
      if (held > until) throw limited(call.route, held - clock.monotonic(), null);
      if (held > clock.monotonic()) await clock.sleep(held - clock.monotonic(), noAbort);
      const result = await attempt(call);
      if (result.kind !== 'limited') return result;
      log.warn('GitHub asks to wait', { route: call.route, waitMs: result.waitMs });
      limitedUntil.set(key, clock.monotonic() + result.waitMs);
      if (clock.monotonic() + result.waitMs > until) throw limited(call.route, result.waitMs, result.cause);
    }
  }

  /** Sends until there is an answer; only for what may be done twice. */
  async function persistent(call: Call) {
    const until = clock.monotonic() + patience.totalMs;
    for (let tries = 0; ; tries += 1) {
      const result = await unlimited(call, until);
      if (result.kind !== 'lost') return result;
      const pause = pauses[tries];
      if (pause === undefined || clock.monotonic() + pause > until) throw unreachable(call.route, result);
      log.debug('GitHub did not answer, trying again', { route: call.route, pause, message: result.message });
      await clock.sleep(pause, noAbort);
    }
  }

  async function read(caller: Caller, route: string, parameters: Parameters) {
    const key = `${callerKey(caller)} ${route} ${JSON.stringify(parameters)}`;
    const cached = cache.read(key);
    const asked = cached === null ? parameters : withHeader(parameters, 'if-none-match', cached.etag);
    const result = await persistent(request(caller, route, asked));
    if (result.kind === 'not-modified') {
      if (cached === null) throw refused(route, 304, 'not modified, but nothing was asked about', null);
      return cached;
    }
    if (result.kind === 'refused') return absentOrRefused(route, result);
    if (result.etag !== null) cache.keep(key, { ...result, etag: result.etag });
    return result;
  }

  const transport: Transport = {
    async contentToken(installation, repository) {
      const route = 'POST /app/installations/{installation_id}/access_tokens';
      const send = async () => ({ data: await tokens.contentToken(installation, repository), headers: {} });
      // Another token is no harm: nothing but time takes it back.
      const result = await persistent({ caller: { kind: 'installation', id: installation }, route, send });
      if (result.kind === 'answered' && typeof result.data === 'string') return result.data;
      if (result.kind === 'refused') throw refused(route, result.status, result.message, result.cause);
      throw refused(route, 201, 'no token in the answer', null);
    },

    async get(caller, route, parameters = {}) {
      return (await read(caller, route, parameters))?.data ?? null;
    },

    async list(caller, route, parameters, pick) {
      const entries: ReturnType<typeof pick>[number][] = [];
      for (let page = 1; page <= maxPages; page += 1) {
        const answer = await read(caller, route, { ...parameters, per_page: 100, page });
        if (answer === null) return null;
        entries.push(...pick(answer.data));
        if (!answer.next) return entries;
      }
      throw refused(route, 200, `more than ${maxPages} pages`, null);
    },

    async repeatable(caller, route, parameters = {}) {
      const result = await persistent(request(caller, route, parameters));
      if (result.kind === 'answered') return result.data;
      return result.kind === 'refused' ? absentOrRefused(route, result) : null;
    },

    async once(caller, route, parameters) {
      const result = await unlimited(request(caller, route, parameters), clock.monotonic() + patience.totalMs);
      switch (result.kind) {
        case 'answered':
          return { kind: 'done', data: result.data };
        case 'lost':
          log.debug('GitHub did not answer, looking before sending again', { route, message: result.message });
          return { kind: 'lost' };
        case 'refused':
          throw refused(route, result.status, result.message, result.cause);
        case 'not-modified':
          throw refused(route, 304, 'not modified, but nothing was asked about', null);
      }
    },

    async create(caller, route, parameters, making) {
      for (const pause of [...pauses, null]) {
        const sent = await transport.once(caller, route, parameters);
        if (sent.kind === 'done') return making.read(sent.data);
        if (pause === null) break;
        // What was made is not always seen at once.
        await clock.sleep(pause, noAbort);
        const found = await making.look();
        if (found !== null) return found;
      }
      throw unreachable(route, { message: 'no answer to any try', cause: null });
    },
  };
  return transport;
}

function callerKey(caller: Caller): string {
  return caller.kind === 'app' ? 'app' : `installation ${caller.id}`;
}

function withHeader(
  parameters: Parameters,
  name: string,
  value: string,
): Parameters & { headers: Record<string, string> } {
  const { headers } = parameters;
  const given = typeof headers === 'object' && headers !== null ? headers : {};
  return { ...parameters, headers: { 'x-github-api-version': '2022-11-28', ...given, [name]: value } };
}

function boundedFetch(attemptMs: number): typeof fetch {
  return (input, init) => fetch(input, { ...init, signal: AbortSignal.timeout(attemptMs) });
}

function ignore(): void {
  // Requests are logged and measured here.
}
