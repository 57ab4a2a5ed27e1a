/**
 * An answer that is an error, thrown from wherever the reason is known. `violation` says whether a client that is
 * written well never gets it: a malformed or forbidden request is one, a conflict or a missing object is none.
 */
export class Refusal extends Error {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
  readonly violation: readonly string[] | null;
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    status: number,
    body: Readonly<Record<string, unknown>>,
    options: { readonly violation?: readonly string[]; readonly headers?: Readonly<Record<string, string>> } = {},
  ) {
    super(String(body['message']));
    this.name = 'Refusal';
    this.status = status;
    this.body = body;
    this.violation = options.violation ?? null;
    this.headers = options.headers ?? {};
  }
}

/** An outcome a client must be ready for. */
export function refuse(status: number, message: string): Refusal {
  return new Refusal(status, plain(status, message));
}

/** A request that a client must not send. */
export function forbid(status: number, message: string, reason: string = message): Refusal {
  return new Refusal(status, plain(status, message), { violation: [reason] });
}

export function notFound(): Refusal {
  return refuse(404, 'Not Found');
}

/** GitHub's own validation, after the request's form was right. */
export interface FieldError {
  readonly resource: string;
  readonly code: 'custom' | 'invalid' | 'missing_field' | 'already_exists' | 'unprocessable' | 'missing';
  readonly field?: string;
  readonly message?: string;
}

/** `422 Validation Failed`. An outcome, unless `violation` says it is the client's fault. */
export function validationFailed(error: FieldError, options: { readonly violation: boolean }): Refusal {
  const body = { ...plain(422, 'Validation Failed'), errors: [error] };
  const reason = error.message ?? `${error.resource} ${error.field ?? ''} ${error.code}`;
  return new Refusal(422, body, options.violation ? { violation: [reason] } : {});
}

/** `422 Invalid request.`: the request's form is wrong. */
export function invalidRequest(details: readonly string[]): Refusal {
  const message = ['Invalid request.', ...details].join('\n\n');
  return new Refusal(422, plain(422, message), { violation: details });
}

function plain(status: number, message: string): Record<string, unknown> {
  return { message, documentation_url: 'https://docs.github.com/rest', status: String(status) };
}
