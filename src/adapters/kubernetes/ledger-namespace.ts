import { Failure } from '../../domain/failure.ts';
import type { Api, ApiAnswer, ApiRequest } from './api.ts';
import { type ApiStatus, isMissingNamespace } from './api-status.ts';

/**
 * Sends a request that makes something in the ledgers' namespace, and makes the namespace first where there is none.
 * Throws `cluster-forbidden` where that is not allowed: then the operator makes it.
 */
export async function inLedgerNamespace(
  api: Api,
  namespace: string,
  request: ApiRequest,
  signal: AbortSignal,
): Promise<ApiAnswer> {
  const answer = await api.send(request, signal);
  if (answer.ok || !isMissingNamespace(answer.status)) return answer;
  const body = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } };
  const made = await api.send({ method: 'POST', path: '/api/v1/namespaces', body }, signal);
  // 409: another worker was first.
  if (!made.ok && made.status.code !== 409) throw unexpected(`namespace ${namespace}`, made.status);
  return await api.send(request, signal);
}

/** What the API server refuses Fairlead itself, where nothing of that kind is expected. */
export function unexpected(subject: string, { code, message }: ApiStatus): Failure {
  return new Failure(code === 403 ? 'cluster-forbidden' : 'cluster-protocol', {
    subject,
    message: `${code} ${message}`,
    retryable: false,
    cause: null,
  });
}
