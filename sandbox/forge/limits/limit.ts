import type { Body } from '../http/answer.ts';
import { type FieldError, invalidRequest, type Refusal, validationFailed } from '../http/refusal.ts';

/** A rule of GitHub's that its OpenAPI description does not (or not everywhere) hold. */
export interface Limit {
  /** A sentence; the test that shows the refusal bears it as its name. */
  readonly rule: string;
  /** Where GitHub says so, or where its own error text was seen. */
  readonly source: string;
  /** null: verified by the source. Else why it is only believed; it is enforced all the same, on the safe side. */
  readonly believed: string | null;
  readonly operations: readonly string[];
  /** `tolerated`: GitHub cuts or ignores what goes beyond, and does not say so. */
  readonly outcome: 'refused' | 'tolerated';
  /** What is wrong with a request; null where nothing is. A state-dependent rule is judged by its action instead. */
  readonly judge: (request: LimitedRequest) => Refusal | null;
  /** Changes to a request that is fine, for the tests. */
  readonly beyond: Partial<LimitExample>;
  readonly within: Partial<LimitExample>;
}

export interface LimitedRequest {
  readonly query: URLSearchParams;
  readonly body: unknown;
}

export interface LimitExample {
  readonly body: Body;
  readonly query: string;
  /** The request is sent so often; only the last one is judged. */
  readonly times: number;
}

/** The value at a path of keys; undefined where there is none. */
export function at(body: unknown, ...keys: readonly string[]): unknown {
  let value = body;
  for (const key of keys) {
    if (typeof value !== 'object' || value === null) return undefined;
    value = (value as Readonly<Record<string, unknown>>)[key];
  }
  return value;
}

export function listAt(body: unknown, ...keys: readonly string[]): readonly unknown[] {
  const value = at(body, ...keys);
  return Array.isArray(value) ? value : [];
}

/** As Ruby and MySQL count: code points, so that 🚢 is one. */
export function characters(value: unknown): number {
  return typeof value === 'string' ? Array.from(value).length : 0;
}

export function bytes(value: unknown): number {
  return typeof value === 'string' ? Buffer.byteLength(value) : 0;
}

/** A limit on the characters of one field, refused by GitHub's model. */
export function modelText(limit: {
  readonly operations: readonly string[];
  readonly resource: string;
  readonly field: string;
  readonly max: number;
  readonly source: string;
  readonly believed?: string;
  readonly error?: FieldError;
}): Limit {
  const { field, max, resource } = limit;
  const message = `${field} is too long (maximum is ${max} characters)`;
  return {
    rule: `${resource} ${field} has at most ${max} characters`,
    source: limit.source,
    believed: limit.believed ?? null,
    operations: limit.operations,
    outcome: 'refused',
    judge: ({ body }) =>
      characters(at(body, field)) > max
        ? validationFailed(limit.error ?? { resource, code: 'custom', field, message }, { violation: true })
        : null,
    beyond: { body: { [field]: '🚢'.repeat(max + 1) } },
    within: { body: { [field]: '🚢'.repeat(max) } },
  };
}

/** `Invalid request.` of GitHub's JSON schemas, in its words. */
export function tooManyItems(max: number, supplied: number): Refusal {
  return invalidRequest([`No more than ${max} items are allowed; ${supplied} were supplied.`]);
}

export function tooManyCharacters(max: number, supplied: number): Refusal {
  return invalidRequest([`Only ${max} characters are allowed; ${supplied} were supplied.`]);
}
