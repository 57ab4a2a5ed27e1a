import { randomBytes } from 'node:crypto';
import { Failure } from '../../domain/failure.ts';
import { isJsonObject, type Json } from '../../domain/json.ts';
import type { Api } from './api.ts';
import { sendIntoLedgerNamespace, unexpected } from './ledger-namespace.ts';

const name = 'fairlead-digest-key';
const length = 32;

/**
 * The key in the Secret beside the ledgers; made where there is none. Of several makers the first one's key is
 * everybody's.
 */
export async function readDigestKey(api: Api, namespace: string, signal: AbortSignal): Promise<Uint8Array> {
  const collection = `/api/v1/namespaces/${encodeURIComponent(namespace)}/secrets`;
  const subject = `Secret ${namespace}/${name}`;
  for (;;) {
    const found = await api.send({ method: 'GET', path: `${collection}/${name}`, body: null }, signal);
    if (found.ok) return parseKey(found.body, subject);
    if (found.status.code !== 404) throw unexpected(subject, found.status);
    const body = newSecret(namespace);
    const made = await sendIntoLedgerNamespace(api, namespace, { method: 'POST', path: collection, body }, signal);
    if (made.ok) return parseKey(made.body, subject);
    if (made.status.code !== 409) throw unexpected(subject, made.status);
  }
}

function newSecret(namespace: string): Json {
  return {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name, namespace, labels: { 'app.kubernetes.io/managed-by': 'fairlead' } },
    // A changed key would make every published digest a stranger.
    immutable: true,
    data: { key: randomBytes(length).toString('base64') },
  };
}

function parseKey(secret: Json, subject: string): Uint8Array {
  const data = isJsonObject(secret) ? secret['data'] : undefined;
  const key = isJsonObject(data) ? data['key'] : undefined;
  const bytes = typeof key === 'string' ? Buffer.from(key, 'base64') : null;
  if (bytes?.length === length) return new Uint8Array(bytes);
  throw new Failure('cluster-protocol', {
    subject,
    message: `its member "key" is not ${length} bytes`,
    retryable: false,
    cause: null,
  });
}
