import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';
import { Failure } from '../../domain/failure.ts';
import { isJsonObject, type Json, type JsonObject, parseJson, stringifyJson } from '../../domain/json.ts';
import type {
  Attempt,
  InventoryEntry,
  Ledger,
  LedgerContent,
  LedgerKey,
  Orphans,
  Released,
  Steady,
} from '../../domain/ledger.ts';
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
 * entries), and what was left behind beside it where there is any; the rest as JSON in `data`. `write` names this very
 * write, so that its author knows it again.
 */
export async function ledgerConfigMap(
  { key, namespace }: LedgerPlace,
  content: LedgerContent,
  stamp: { readonly write: string; readonly tooling: string; readonly resourceVersion: string | null },
): Promise<KubernetesObject> {
  const name = ledgerName(key);
  const { orphaned } = content;
  // What was left behind still carries the label: whoever looks for the set's members must look there, too.
  const members = [...content.inventory, ...orphaned.flatMap(({ objects }) => objects)];
  const parent = applySetParent({ name, namespace, tooling: stamp.tooling }, members);
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
      released: stringifyJson(releasedJson(content.released)),
      attempt: stringifyJson(content.attempt === null ? null : { ...content.attempt }),
    },
    binaryData: {
      inventory: await compress(content.inventory.map(inventoryRow)),
      ...(orphaned.length === 0 ? {} : { orphaned: await compress(orphaned.map(orphansRow)) }),
    },
  };
}

/** Reads it back. What is not exactly a ledger of ours throws `cluster-protocol`: malformed is not absent. */
export async function parseLedger(object: KubernetesObject, { key, namespace }: LedgerPlace): Promise<Ledger> {
  const name = ledgerName(key);
  try {
    const data = members(object['data']);
    const packed = members(object['binaryData']);
    if (data['format'] !== format) throw new SyntaxError(`format ${JSON.stringify(data['format'])} is unknown`);
    return {
      environment: key,
      resourceVersion: text(object.metadata, 'resourceVersion'),
      applySet: applySetId(name, namespace),
      inventory: parseInventory(await unpack(text(packed, 'inventory'))),
      // Ledgers of versions that left nothing behind do not have it.
      orphaned: packed['orphaned'] === undefined ? [] : parseOrphaned(await unpack(text(packed, 'orphaned'))),
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

async function compress(rows: readonly Json[]): Promise<string> {
  return (await gzipText(Buffer.from(stringifyJson(rows)))).toString('base64');
}

async function unpack(encoded: string): Promise<Json> {
  const packed = Buffer.from(encoded, 'base64');
  const plain = await promisify<Buffer, { maxOutputLength: number }, Buffer>(gunzip)(packed, {
    maxOutputLength: inventoryLimit,
  });
  return parseJson(plain.toString('utf8'));
}

function parseInventory(rows: Json | undefined): readonly InventoryEntry[] {
  return list(rows, 'the inventory').map((row, index) => {
    const [group, version, kind, namespace, name, uid, left, ...rest] = list(row, `inventory entry ${index}`);
    const entry =
      isText(group) && isText(version) && isText(kind) && isTextOrNull(namespace) && isText(name) && isTextOrNull(uid)
        ? { group, version, kind, namespace, name, uid }
        : null;
    if (entry === null || rest.length > 0) throw new SyntaxError(`inventory entry ${index} is malformed`);
    // Of most objects nothing was left to others, and their rows say nothing of it.
    return left === undefined ? entry : { ...entry, left: texts(left, `inventory entry ${index}`) };
  });
}

function texts(value: Json, what: string): readonly string[] {
  return list(value, what).map((one) => {
    if (!isText(one)) throw new SyntaxError(`${what} is malformed`);
    return one;
  });
}

function parseOrphaned(rows: Json): readonly Orphans[] {
  return list(rows, 'what was left behind').map((row, index) => {
    const [commit, at, objects, ...rest] = list(row, `leaving ${index}`);
    if (!isText(commit) || !isText(at) || rest.length > 0) throw new SyntaxError(`leaving ${index} is malformed`);
    return { commit, at, objects: parseInventory(objects) };
  });
}

function orphansRow({ commit, at, objects }: Orphans): Json {
  return [commit, at, objects.map(inventoryRow)];
}

function inventoryRow({ group, version, kind, namespace, name, uid, left }: InventoryEntry): Json {
  return [group, version, kind, namespace, name, uid, ...(left === undefined ? [] : [left])];
}

function releasedJson(released: Released | null): Json {
  if (released === null) return null;
  return { ...released, steady: released.steady && { ...released.steady } };
}

function parseReleased(value: Json): Released | null {
  if (value === null) return null;
  const released = members(value);
  const { phase, tookMs, sync } = released;
  if (phase !== 'observing' && phase !== 'converged' && phase !== 'diverged') throw new SyntaxError('phase is unknown');
  if (tookMs !== null && typeof tookMs !== 'number') throw new SyntaxError('tookMs is no number');
  if (!isTextOrNull(sync)) throw new SyntaxError('sync is no text');
  return { ...sourceOf(released), phase, tookMs, sync, steady: parseSteady(released['steady']) };
}

/** Ledgers of versions that did not note it do not have it. */
function parseSteady(value: Json | undefined): Steady | null {
  if (value === undefined || value === null) return null;
  const { kind, since } = members(value);
  if ((kind !== 'healthy' && kind !== 'failed') || !isText(since)) throw new SyntaxError('steady is malformed');
  return { kind, since };
}

function parseAttempt(value: Json): Attempt | null {
  if (value === null) return null;
  const attempt = members(value);
  const { agreed } = attempt;
  return { ...sourceOf(attempt), ...(agreed === undefined ? {} : { agreed: texts(agreed, 'what was agreed to') }) };
}

function sourceOf(object: JsonObject): Omit<Attempt, 'agreed'> {
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

function list(value: Json | undefined, what: string): readonly Json[] {
  if (!Array.isArray(value)) throw new SyntaxError(`${what} is no list`);
  return value as readonly Json[];
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
