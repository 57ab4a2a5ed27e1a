import { isJsonObject, type Json } from '../../domain/json.ts';

/** What the API server says about a request it did not fulfil: `metav1.Status`, parsed. */
export interface ApiStatus {
  /** The HTTP status. */
  readonly code: number;
  /** `NotFound`, `Conflict`, `Invalid`…; '' where there is none (a plain-text answer, an apply's 500). */
  readonly reason: string;
  readonly message: string;
  /** What the answer is about, by the server: `namespaces` where a namespace is missing. */
  readonly kind: string | null;
  readonly causes: readonly StatusCause[];
}

export interface StatusCause {
  readonly reason: string;
  readonly message: string;
  readonly field: string | null;
}

/** Parses an answer of 400 or more. `body` is null where it was no JSON: a plain text such as `404 page not found`. */
export function parseStatus(code: number, body: Json | null, text: string): ApiStatus {
  if (!isJsonObject(body) || body['kind'] !== 'Status') {
    return { code, reason: '', message: text.trim().slice(0, 300), kind: null, causes: [] };
  }
  const details = isJsonObject(body['details']) ? body['details'] : {};
  const causes = Array.isArray(details['causes']) ? (details['causes'] as readonly Json[]) : [];
  return {
    code,
    reason: textOr(body['reason'], ''),
    message: textOr(body['message'], ''),
    kind: textOr(details['kind'], null),
    causes: causes.filter(isJsonObject).map((cause) => ({
      reason: textOr(cause['reason'], ''),
      message: textOr(cause['message'], ''),
      field: textOr(cause['field'], null),
    })),
  };
}

function textOr<T>(value: Json | undefined, otherwise: T): string | T {
  return typeof value === 'string' ? value : otherwise;
}

/** The namespace of the request does not exist; a missing object's answer names its own kind. */
export function isMissingNamespace(status: ApiStatus): boolean {
  return status.code === 404 && status.kind === 'namespaces';
}
