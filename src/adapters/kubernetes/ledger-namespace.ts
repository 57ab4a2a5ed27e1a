import { Failure } from '../../domain/failure.ts';
import type { Api } from './api.ts';
import type { ApiAnswer, ApiRequest } from './api-request.ts';
import { type ApiStatus, isMissingNamespace } from './api-status.ts';

/**
 * Sends a request that makes something in the ledgers' namespace, and makes the namespace first where there is none.
 * Throws `cluster-forbidden` where that is not allowed: then the operator makes it.
 */
export async function sendIntoLedgerNamespace(
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

/**
 * Whether ledgers can be kept in a namespace, asked by dry runs: it takes ConfigMaps, or may be made. Throws in words
 * for the operator, who else would learn it from the first release.
 */
export async function probeLedgerNamespace(api: Api, namespace: string, signal: AbortSignal): Promise<void> {
  const metadata = { generateName: 'fairlead-probe-' };
  const path = `/api/v1/namespaces/${encodeURIComponent(namespace)}/configmaps?dryRun=All`;
  const body = { apiVersion: 'v1', kind: 'ConfigMap', metadata };
  const answer = await api.send({ method: 'POST', path, body }, signal);
  if (answer.ok) return;
  if (!isMissingNamespace(answer.status)) {
    throw new Error(`no ledger can be written in namespace ${namespace}: ${answer.status.message}`);
  }
  const missing = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } };
  const made = await api.send({ method: 'POST', path: '/api/v1/namespaces?dryRun=All', body: missing }, signal);
  if (!made.ok) {
    throw new Error(`namespace ${namespace} for the ledgers is missing, and may not be made: ${made.status.message}`);
  }
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
