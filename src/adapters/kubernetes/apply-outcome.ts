import type { ApplyOutcome, FieldConflict, Refusal, RefusalCause, RefusalReason } from '../../domain/prediction.ts';
import { type ApiStatus, isMissingNamespace, type StatusCause } from './api-status.ts';

/** What the refusal of an apply means. `guarded`: the apply carried the UID it was planned for. */
export function refusedApply(status: ApiStatus, guarded: boolean): ApplyOutcome {
  const conflicts = status.causes.flatMap(fieldConflict);
  if (conflicts.length > 0) return { kind: 'conflict', conflicts, message: status.message };
  return { kind: 'refused', refusal: refusal(status, guarded) };
}

/**
 * Classified by the body, not by the code alone: bad input may be 400, 422 or 500, a denial any 4xx. Wordings are the
 * API server's own (v1.36, each with its test); what none of them matches falls to what the code says.
 */
function refusal(status: ApiStatus, guarded: boolean): Refusal {
  const { message } = status;
  const typed = typedPatchCauses(message);
  if (typed !== null) {
    const unknown = typed.length > 0 && typed.every((cause) => cause.message === notDeclared);
    return { reason: unknown ? 'unknown-field' : 'malformed', message, causes: typed };
  }
  const strict = strictDecodingCauses(message);
  if (strict.length > 0) return { reason: 'unknown-field', message, causes: strict };
  const reason = reasonOf(status, guarded);
  const plain = reason === 'role-missing' ? missingRole(message) : message;
  return { reason, message: plain, causes: status.causes.map(refusalCause) };
}

function reasonOf(status: ApiStatus, guarded: boolean): RefusalReason {
  // Admission first: a webhook or policy chooses its own code (403, 422, 400…).
  if (/denied the request|denied request:/.test(status.message)) return 'denied';
  if (isTooLarge(status)) return 'too-large';
  switch (status.code) {
    case 403:
      return forbiddenReason(status);
    case 404:
      if (isMissingNamespace(status)) return 'namespace-missing';
      return status.kind?.endsWith('rolebindings') ? 'role-missing' : 'kind-missing';
    case 409:
      return 'stale';
    case 422:
      // The only way to violate this is that the object was deleted and made again since.
      return guarded && status.causes.some(({ field }) => field === 'metadata.uid') ? 'stale' : 'invalid';
    case 400:
    case 500:
      return 'malformed';
    default:
      return 'invalid';
  }
}

/** `rolebindings.rbac.authorization.k8s.io "reader" not found` is said of a binding; what it names and what is not there is the role. */
function missingRole(message: string): string {
  const name = /".*"/.exec(message)?.[0];
  return name === undefined ? message : `the role ${name} that it binds does not exist`;
}

/** 403 is said by authorization (who may not do what), by quota, and by every admission plugin that refuses. */
function forbiddenReason({ message }: ApiStatus): RefusalReason {
  if (/ is forbidden: (exceeded|failed) quota: /.test(message)) return 'quota';
  const byAuthorization =
    /(^| is forbidden: )[Uu]ser ".*?" (cannot |\(groups=.*\) is attempting to grant |is attempting to grant )/;
  if (byAuthorization.test(message)) return 'forbidden';
  return / is forbidden: /.test(message) ? 'denied' : 'forbidden';
}

/** By validation (1 MiB of data, 256 KiB of annotations), by the request (3 MiB), by etcd (1.5 MiB). */
function isTooLarge({ code, message, causes }: ApiStatus): boolean {
  if (code === 413) return true;
  if (code === 500) return /^etcdserver: request is too large|trying to send message larger than max/.test(message);
  return (
    code === 422 &&
    causes.some((cause) => {
      const limit = /^Too long: may not be more than (\d+) bytes$/.exec(cause.message)?.[1];
      return limit !== undefined && Number(limit) >= 262_144;
    })
  );
}

const notDeclared = 'field not declared in schema';

/**
 * `failed to create typed patch object (ns/name; apps/v1, Kind=Deployment): .spec.repplicas: field not declared in schema`,
 * or after `errors:` one such line for each (of one struct it names the first unknown member it meets). null: the
 * message is no such thing.
 */
function typedPatchCauses(message: string): readonly RefusalCause[] | null {
  const text = /^failed to create typed patch object \(.*?; .*?, Kind=[^)]*\): (.*)$/s.exec(message)?.[1];
  if (text !== undefined) {
    return text
      .replace(/^errors:\n/, '')
      .split(/\n {2}(?=\.)/)
      .map((line) => {
        const [, field, problem] = /^\s*\.(.+?): (.*)$/s.exec(line) ?? [];
        return { field: field ?? null, message: problem ?? line.trim() };
      });
  }
  const converted = /^failed to convert new object \(.*?; .*?, Kind=[^)]*\) to proper version: (.*)$/s.exec(
    message,
  )?.[1];
  return converted === undefined ? null : [{ field: null, message: converted }];
}

/** `… strict decoding error: unknown field "spec.foo", unknown field "spec.bar"` */
function strictDecodingCauses(message: string): readonly RefusalCause[] {
  if (!message.includes('strict decoding error: ')) return [];
  return [...message.matchAll(/(unknown|duplicate) field "([^"]*)"/g)].map(([text, , field]) => ({
    field: field ?? null,
    message: text,
  }));
}

function refusalCause({ field, message }: StatusCause): RefusalCause {
  return { field, message };
}

/** `conflict with "kubectl-edit" using apps/v1`, `conflict with "kubectl" with subresource "scale" using …` (Go's %q). */
function fieldConflict({ reason, message, field }: StatusCause): readonly FieldConflict[] {
  if (reason !== 'FieldManagerConflict') return [];
  const quoted = /^conflict with ("(?:[^"\\]|\\.)*")/.exec(message)?.[1];
  return [{ manager: quoted === undefined ? message : unquote(quoted), field: field ?? '' }];
}

function unquote(quoted: string): string {
  try {
    const text: unknown = JSON.parse(quoted);
    return typeof text === 'string' ? text : quoted;
  } catch {
    return quoted.slice(1, -1);
  }
}
