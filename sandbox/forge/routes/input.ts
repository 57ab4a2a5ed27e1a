import { resolveCommit } from '../git/refs.ts';
import type { Body } from '../http/answer.ts';
import { notFound, refuse } from '../http/refusal.ts';
import type { ApiRequest, RepositoryRequest } from '../http/route.ts';
import { findPullRequest } from '../state/find.ts';
import type { PullRequest } from '../state/repositories.ts';

// Bodies were checked against GitHub's description before a route sees them: these read, they do not judge.

export function textIn(body: Body, key: string): string | undefined {
  const value = body[key];
  return typeof value === 'string' ? value : undefined;
}

export function flagIn(body: Body, key: string): boolean | undefined {
  const value = body[key];
  return typeof value === 'boolean' ? value : undefined;
}

export function objectIn(body: Body, key: string): Body | undefined {
  const value = body[key];
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : undefined;
}

export function listIn(body: Body, key: string): readonly unknown[] | undefined {
  const value = body[key];
  return Array.isArray(value) ? value : undefined;
}

/** One of a closed list of words. */
export function wordIn<Word extends string>(body: Body, key: string, words: readonly Word[]): Word | undefined {
  return words.find((word) => word === body[key]);
}

export function numberInPath(request: ApiRequest, name: string): number {
  const value = Number(request.path[name]);
  if (!Number.isInteger(value)) throw notFound();
  return value;
}

export function pullInPath(request: RepositoryRequest, name: string): PullRequest {
  const pull = findPullRequest(request.world.state, request.repository.id, numberInPath(request, name));
  if (pull === undefined) throw notFound();
  return pull;
}

/** The commit that `ref` in the path names. */
export async function commitInPath(request: RepositoryRequest, name = 'ref'): Promise<string> {
  const ref = request.path[name] ?? '';
  const sha = await resolveCommit(request.repository.directory, ref);
  if (sha === undefined) throw refuse(422, `No commit found for SHA: ${ref}`);
  return sha;
}
