import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';
import { Failure } from '../../domain/failure.ts';
import { isJsonObject, type Json, type JsonObject, parseJson, stringifyJson } from '../../domain/json.ts';
import type { Attempt, InventoryEntry, Ledger, LedgerContent, LedgerKey, Released } from '../../domain/ledger.ts';
import type { KubernetesObject } from '../../domain/manifest.ts';
import { applySetId, applySetParent } from './apply-set.ts';

export interface LedgerPlace {
  readonly key: LedgerKey;
  readonly namespace: string;
}

/** `123456-staging`: also the name of the environment's Lease. */
export function ledgerName({ repository, environment }: LedgerKey): string {
  return `${repository}-${environment}`;
}

/**
 * The ledger as a ConfigMap: inventory as gzipped JSON in `binaryData` (as text a ConfigMap bursts at about 9,000
 * entries), the rest as JSON in `data`. `write` names this very write, so that its author knows it again.
 */
export async function ledgerConfigMap(
  { key, namespace }: LedgerPlace,
  content: LedgerContent,
  stamp: { readonly write: string; readonly tooling: string; readonly resourceVersion: string | null },
): Promise<KubernetesObject> {
  const name = ledgerName(key);
  const parent = applySetParent({ name, namespace, tooling: stamp.tooling }, content.inventory);
  const inventory = await compress(JSON.stringify(content.inventory.map(inventoryRow)));
  return {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: {
      name,
      namespace,
      labels: { 'app.kubernetes.io/managed-by': 'fairlead', ...parent.labels },
      annotations: parent.annotations,
      ...(stamp.resourceVersion === null ? {} : { resourceVersion: stamp.resourceVersion }),
    },
    data: {
      format,
      write: stamp.write,
      released: stringifyJson(content.released === null ? null : { ...content.released }),
      attempt: stringifyJson(content.attempt === null ? null : { ...content.attempt }),
    },
    binaryData: { inventory: inventory.toString('base64') },
  };
}

/** Reads it back. What is not exactly a ledger of ours throws `cluster-protocol`: malformed is not absent. */
export async function parseLedger(object: KubernetesObject, { key, namespace }: LedgerPlace): Promise<Ledger> {
  const name = ledgerName(key);
  try {
    const data = members(object['data']);
    if (data['format'] !== format) throw new SyntaxError(`format ${JSON.stringify(data['format'])} is unknown`);
    return {
      environment: key,
      resourceVersion: text(object.metadata, 'resourceVersion'),
      applySet: applySetId(name, namespace),
      inventory: await parseInventory(text(members(object['binaryData']), 'inventory')),
      released: parseReleased(parseJson(text(data, 'released'))),
      attempt: parseAttempt(parseJson(text(data, 'attempt'))),
    };
  } catch (cause) {
    throw new Failure('cluster-protocol', {
      subject: `ledger ${namespace}/${name}`,
      message: `it is malformed: ${cause instanceof Error ? cause.message : 'unreadable'}`,
      retryable: false,
      cause,
    });
  }
}

/** Which write made this ConfigMap what it is; null: none of ours. */
export function writeOf(object: KubernetesObject): string | null {
  const data = object['data'];
  const write = isJsonObject(data) ? data['write'] : undefined;
  return typeof write === 'string' ? write : null;
}

const format = '1';
/** Far above what fits a ConfigMap uncompressed a hundred times: what is larger is no inventory but a bomb. */
const inventoryLimit = 128 * 1024 * 1024;

const gzipText = promisify<Buffer, Buffer>(gzip);

async function compress(plain: string): Promise<Buffer> {
  return await gzipText(Buffer.from(plain));
}

async function parseInventory(encoded: string): Promise<readonly InventoryEntry[]> {
  const packed = Buffer.from(encoded, 'base64');
  const plain = await promisify<Buffer, { maxOutputLength: number }, Buffer>(gunzip)(packed, {
    maxOutputLength: inventoryLimit,
  });
  const rows = parseJson(plain.toString('utf8'));
  if (!Array.isArray(rows)) throw new SyntaxError('the inventory is no list');
  return (rows as readonly Json[]).map((row, index) => {
    const [group, version, kind, namespace, name, uid, ...rest] = Array.isArray(row) ? (row as readonly Json[]) : [];
    const entry =
      isText(group) && isText(version) && isText(kind) && isTextOrNull(namespace) && isText(name) && isTextOrNull(uid)
        ? { group, version, kind, namespace, name, uid }
        : null;
    if (entry === null || rest.length > 0) throw new SyntaxError(`inventory entry ${index} is malformed`);
    return entry;
  });
}

function inventoryRow({ group, version, kind, namespace, name, uid }: InventoryEntry): Json {
  return [group, version, kind, namespace, name, uid];
}

function parseReleased(value: Json): Released | null {
  if (value === null) return null;
  const released = members(value);
  const { phase, tookMs, sync } = released;
  if (phase !== 'observing' && phase !== 'converged' && phase !== 'diverged') throw new SyntaxError('phase is unknown');
  if (tookMs !== null && typeof tookMs !== 'number') throw new SyntaxError('tookMs is no number');
  if (!isTextOrNull(sync)) throw new SyntaxError('sync is no text');
  return { ...attemptOf(released), phase, tookMs, sync };
}

function parseAttempt(value: Json): Attempt | null {
  return value === null ? null : attemptOf(members(value));
}

function attemptOf(object: JsonObject): Attempt {
  return {
    commit: text(object, 'commit'),
    path: text(object, 'path'),
    rendering: text(object, 'rendering'),
    settings: text(object, 'settings'),
    at: text(object, 'at'),
  };
}

function members(value: Json | undefined): JsonObject {
  if (!isJsonObject(value)) throw new SyntaxError('a part of it is missing');
  return value;
}

function text(object: JsonObject, member: string): string {
  const value = object[member];
  if (!isText(value)) throw new SyntaxError(`${member} is no text`);
  return value;
}

function isText(value: Json | undefined): value is string {
  return typeof value === 'string';
}

function isTextOrNull(value: Json | undefined): value is string | null {
  return value === null || typeof value === 'string';
}
