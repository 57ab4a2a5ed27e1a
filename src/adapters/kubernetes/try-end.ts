import type { Dispatcher } from 'undici';
import { parseJsonOrNull } from '../../domain/json.ts';
import type { ApiAnswer } from './api-request.ts';
import { type ApiStatus, parseStatus } from './api-status.ts';
import { isUnavailable, retryAfterMs } from './retry.ts';
import { warningTexts } from './warning-header.ts';

/** An answer as it came over the wire. */
export interface Exchange {
  readonly code: number;
  readonly headers: Dispatcher.ResponseData['headers'];
  readonly text: string;
}

/** What one try of a request came to. */
export type TryEnd =
  | { readonly kind: 'answered'; readonly answer: ApiAnswer }
  | { readonly kind: 'unauthorized' }
  /** It is no API server that answers so. */
  | { readonly kind: 'garbled'; readonly why: string }
  | {
      readonly kind: 'failed';
      readonly why: string;
      /** Whether another try may succeed. */
      readonly passing: boolean;
      readonly retryAfterMs: number | null;
      readonly cause: unknown;
    };

/** `now`: milliseconds since the epoch, for a `Retry-After` that names a date. */
export function tryEndOf({ code, headers, text }: Exchange, now: number): TryEnd {
  const body = parseJsonOrNull(text);
  if (code >= 200 && code < 300) {
    if (body === null) return { kind: 'garbled', why: `answered ${code} without JSON` };
    return { kind: 'answered', answer: { ok: true, code, body, warnings: warningTexts(headers['warning']) } };
  }
  if (code === 401) return { kind: 'unauthorized' };
  const status = parseStatus(code, body, text);
  if (!isUnavailable(status)) return { kind: 'answered', answer: { ok: false, status } };
  const pause = retryAfterMs(headers['retry-after'], now);
  return { kind: 'failed', why: unavailableWords(status), passing: true, retryAfterMs: pause, cause: null };
}

/** The code, and the one thing that an operator needs of the text: which webhook does not answer. */
function unavailableWords({ code, message }: ApiStatus): string {
  const webhook = /failed calling webhook "[^"]*"|conversion webhook for [^:]* failed/.exec(message)?.[0];
  return webhook === undefined ? `answered ${code}` : `answered ${code}, ${webhook}`;
}
