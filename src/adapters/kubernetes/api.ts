import { Failure, type FailureCode } from '../../domain/failure.ts';
import { stringifyJson } from '../../domain/json.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Logger } from '../../ports/logger.ts';
import type { Metrics } from '../../ports/metrics.ts';
import { abortError } from './abort-error.ts';
import { abortable } from './abortable.ts';
import { type ApiReadiness, mayBeStarting } from './api-readiness.ts';
import type { ApiAnswer, ApiRequest } from './api-request.ts';
import type { Connection, Reach } from './connection.ts';
import { deadlineWithin } from './deadline-within.ts';
import type { InFlight, Lane } from './in-flight.ts';
import { isPassingNetworkFailure, type Patience, retryDelay } from './retry.ts';
import { type Exchange, type TryEnd, tryEndOf } from './try-end.ts';

export interface ApiParts {
  readonly cluster: string;
  readonly connection: Connection;
  readonly inFlight: InFlight;
  readonly readiness: ApiReadiness;
  readonly clock: Clock;
  readonly log: Logger;
  readonly metrics: Metrics;
  readonly userAgent: string;
  readonly patience: Patience;
}

/** An API server under one identity. Every instance is a lane of its own in the queue of the cluster. */
export class Api {
  readonly cluster: string;
  readonly #parts: ApiParts;
  readonly #headers: Readonly<Record<string, string>>;
  readonly #lane: Lane = {};

  /**
   * `impersonate` is sent as `Impersonate-User` alone. The groups of a service account are then implied by the API
   * server; naming groups would replace them and ask for the right to impersonate groups besides.
   */
  constructor(parts: ApiParts, impersonate: string | null) {
    this.cluster = parts.cluster;
    this.#parts = parts;
    this.#headers = {
      accept: 'application/json',
      'user-agent': parts.userAgent,
      ...(impersonate === null ? {} : { 'impersonate-user': impersonate }),
    };
  }

  /**
   * Sends until there is an answer to go by: 2xx, or a refusal that repetition does not mend. 429, 5xx and broken
   * connections are tried again with growing pauses, or when the server says (`Retry-After`); 403 until the server is
   * known to have been ready. Throws `cluster-unreachable` when patience ends, `cluster-forbidden` on 401, and the
   * signal's reason when it aborts.
   */
  async send(request: ApiRequest, signal: AbortSignal): Promise<ApiAnswer> {
    const { clock, connection, inFlight, log, patience } = this.#parts;
    let failingSince: number | null = null;
    let reloaded = false;
    for (let tries = 1; ; tries += 1) {
      const reach = await connection.reach();
      const leave = await inFlight.enter(this.#lane, signal);
      // Time spent waiting for a place is not the server's fault.
      const begun = clock.monotonic();
      const attempt = await this.#attempt(request, reach, signal).finally(leave);
      if (attempt.kind === 'answered') return attempt.answer;
      if (attempt.kind === 'unauthorized') {
        if (reloaded) throw this.#failure('cluster-forbidden', request, 'its credentials are not accepted (401)', null);
        reloaded = true;
        await connection.reload(reach);
        continue;
      }
      if (attempt.kind === 'garbled') throw this.#failure('cluster-protocol', request, attempt.why, null);
      if (!attempt.passing) throw this.#failure('cluster-unreachable', request, attempt.why, attempt.cause);
      failingSince ??= begun;
      const pause = retryDelay(tries, attempt.retryAfterMs, Math.random());
      if (clock.monotonic() + pause - failingSince > patience.totalMs) {
        throw this.#failure('cluster-unreachable', request, `${attempt.why}, ${tries} times`, attempt.cause);
      }
      log.debug('kubernetes request is tried again', { method: request.method, why: attempt.why, pause, tries });
      await clock.sleep(pause, signal);
    }
  }

  async #attempt(request: ApiRequest, reach: Reach, signal: AbortSignal): Promise<TryEnd> {
    const { clock, metrics, patience } = this.#parts;
    const begun = clock.monotonic();
    const finished = (outcome: string): void =>
      metrics.requestFinished('kubernetes', outcome, (clock.monotonic() - begun) / 1_000);
    const deadline = deadlineWithin(signal, patience.attemptMs);
    try {
      // undici heeds a signal only once it is connected.
      const exchange = await abortable(this.#exchange(reach, request, deadline.signal), deadline.signal);
      finished(String(exchange.code));
      const attempt = tryEndOf(exchange, clock.now());
      if (attempt.kind === 'failed') this.#parts.readiness.doubt();
      const refused = attempt.kind === 'answered' && !attempt.answer.ok && mayBeStarting(attempt.answer.status);
      return refused && !(await this.#wasReady(reach, begun, deadline.signal)) ? notReady : attempt;
    } catch (cause) {
      if (signal.aborted) {
        finished('aborted');
        throw abortError(signal);
      }
      finished('unreachable');
      this.#parts.readiness.doubt();
      const why = deadline.passed() ? `no answer within ${patience.attemptMs} ms` : networkWords(cause);
      const passing = deadline.passed() || isPassingNetworkFailure(cause);
      return { kind: 'failed', why, passing, retryAfterMs: null, cause };
    } finally {
      deadline.end();
    }
  }

  async #wasReady(reach: Reach, sentAt: number, signal: AbortSignal): Promise<boolean> {
    const request: ApiRequest = { method: 'GET', path: '/readyz', body: null };
    return await this.#parts.readiness.wasReady(sentAt, async () => {
      const { code } = await abortable(this.#exchange(reach, request, signal), signal);
      return code;
    });
  }

  async #exchange(reach: Reach, request: ApiRequest, signal: AbortSignal): Promise<Exchange> {
    const { body, headers, statusCode } = await reach.dispatcher.request({
      origin: reach.origin,
      path: reach.prefix + request.path,
      method: request.method,
      headers: {
        ...reach.headers,
        ...this.#headers,
        ...(request.accept === undefined ? {} : { accept: request.accept }),
        ...(request.body === null ? {} : contentType(request)),
      },
      body: request.body === null ? null : stringifyJson(request.body),
      signal,
    });
    return { code: statusCode, headers, text: await body.text() };
  }

  /** Never the answer's text as a whole: it may quote a Secret's value. */
  #failure(code: FailureCode, request: ApiRequest, why: string, cause: unknown): Failure {
    const path = request.path.replace(/\?.*/, '');
    return new Failure(code, {
      subject: `cluster ${this.cluster}`,
      message: `${request.method} ${path}: ${why}`,
      retryable: code !== 'cluster-protocol',
      cause,
    });
  }
}

const notReady: TryEnd = {
  kind: 'failed',
  why: 'answered 403 and may just have started',
  passing: true,
  retryAfterMs: null,
  cause: null,
};

/** JSON is YAML. */
function contentType({ method, contentType: said }: ApiRequest): Readonly<Record<string, string>> {
  return { 'content-type': said ?? (method === 'PATCH' ? 'application/apply-patch+yaml' : 'application/json') };
}

function networkWords(cause: unknown): string {
  return cause instanceof Error ? cause.message : 'the connection failed';
}
