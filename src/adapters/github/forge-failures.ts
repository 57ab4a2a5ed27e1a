import { Failure } from '../../domain/failure.ts';
import { type Repository, repositoryName } from '../../domain/repository.ts';
import type { RequestEnd } from './request-end.ts';

// 404 and 410: GitHub says the same of what is not there and of what the App may not see.
export function absentOrRefused(route: string, result: Extract<RequestEnd, { readonly kind: 'refused' }>): null {
  const gone = result.status === 404 || result.status === 410;
  // The answer to the request for a token of an installation that its owner suspended.
  const suspended = result.status === 403 && /installation has been suspended/i.test(result.message);
  // The answer to a question about the commits of a repository that has none.
  const empty = result.status === 409 && /repository is empty/i.test(result.message);
  if (gone || suspended || empty) return null;
  throw refused(route, result.status, result.message, result.cause);
}

/** `forge-refused`, never retryable: our mistake, or a missing permission. `route`: `GET /repos/{owner}/{repo}`. */
export function refused(route: string, status: number, message: string, cause: unknown): Failure {
  return new Failure('forge-refused', { subject: route, message: `${status}: ${message}`, retryable: false, cause });
}

/** `forge-unreachable`, retryable: GitHub's rate limit, for longer than one request may wait. */
export function limited(route: string, waitMs: number, cause: unknown): Failure {
  const message = `GitHub asks to wait for ${Math.ceil(waitMs / 1000)} s`;
  return new Failure('forge-unreachable', { subject: route, message, retryable: true, cause });
}

/** `forge-unreachable`, retryable: no answer, or a 5xx, after all tries. */
export function unreachable(
  route: string,
  { message, cause }: { readonly message: string; readonly cause: unknown },
): Failure {
  return new Failure('forge-unreachable', { subject: route, message, retryable: true, cause });
}

/** `forge-refused`, never retryable: what is asked about something that is there needs its repository to be there. */
export function goneAway(repository: Repository): Failure {
  return new Failure('forge-refused', {
    subject: repositoryName(repository),
    message: '404: gone, or the App is no longer installed there',
    retryable: false,
    cause: null,
  });
}
