import { Failure } from '../../domain/failure.ts';
import {
  type IdentityKey,
  identityKey,
  type KubernetesObject,
  type ObjectReference,
  referenceOf,
} from '../../domain/manifest.ts';
import type { Live } from '../../domain/prediction.ts';
import type { ServedKind } from '../../ports/cluster.ts';
import type { Api } from './api.ts';
import type { ApiStatus } from './api-status.ts';
import type { Discovery } from './discovery.ts';
import { listObjects } from './list-objects.ts';
import { parseObject } from './parse-object.ts';
import { isPathSegment, objectPath } from './resource-path.ts';

export interface LiveReader {
  readonly api: Api;
  readonly discovery: Discovery;
  /** Whether a namespace is known not to exist, asked under an identity that may know. */
  readonly namespaceIsMissing: (namespace: string) => Promise<boolean>;
}

/** Fewer than this of a kind in a namespace are fetched one by one: a list may be long for reasons of its own. */
const listFrom = 3;
/** From so many namespaces on, a kind is first listed in all of them at once: the first page costs about as much. */
const everywhereFrom = 10;
/** An object in a list costs the API server about this many times less than one that is fetched (measured: 55 to 60). */
const listAdvantage = 50;

/** What lives under each reference, every one under its `identityKey`. */
export async function readLive(
  reader: LiveReader,
  references: readonly ObjectReference[],
  signal: AbortSignal,
): Promise<ReadonlyMap<IdentityKey, Live>> {
  const kinds = Map.groupBy(references, ({ group, version, kind }) => [group, version, kind].join('/'));
  const found = await Promise.all([...kinds.values()].map((ofKind) => readKind(reader, ofKind, signal)));
  return new Map(found.flat());
}

/** One object, as fresh as the API server's own storage. */
export async function readOne(reader: LiveReader, reference: ObjectReference, signal: AbortSignal): Promise<Live> {
  const { group, version, kind } = reference;
  const served = await reader.discovery.servedAnywhere(group, version, kind, signal);
  return served === null || !canExist(served, reference) ? absent : await fetchOne(reader, served, reference, signal);
}

type Entry = readonly [IdentityKey, Live];

const absent: Live = { kind: 'absent' };

/** References of one version and kind. */
async function readKind(
  reader: LiveReader,
  references: readonly ObjectReference[],
  signal: AbortSignal,
): Promise<readonly Entry[]> {
  const [first] = references;
  if (first === undefined) return [];
  const served = await reader.discovery.servedAnywhere(first.group, first.version, first.kind, signal);
  if (served === null) return references.map((reference) => [identityKey(reference), absent]);
  const possible = references.filter((reference) => canExist(served, reference));
  const impossible = references.filter((reference) => !canExist(served, reference));
  const listed = await listEverywhere(reader, served, possible, signal);
  const missing = possible.filter((reference) => !listed.objects.has(identityKey(reference)));
  const others = listed.whole
    ? missing.map((reference): Entry => [identityKey(reference), absent])
    : await readNamespaces(reader, served, missing, signal);
  const present = [...listed.objects].map(([key, object]): Entry => [key, { kind: 'present', object }]);
  return [...present, ...others, ...impossible.map((reference): Entry => [identityKey(reference), absent])];
}

/** `whole`: what is not among the objects does not exist. */
interface Listed {
  readonly objects: ReadonlyMap<IdentityKey, KubernetesObject>;
  readonly whole: boolean;
}

const nothingListed: Listed = { objects: new Map(), whole: false };

/** Other people's Secrets are not read for the sake of a few requests; they may be very large, too (Helm's releases). */
async function listEverywhere(
  reader: LiveReader,
  served: ServedKind,
  references: readonly ObjectReference[],
  signal: AbortSignal,
): Promise<Listed> {
  const namespaces = new Set(references.map(({ namespace }) => namespace));
  const isSecret = served.kind === 'Secret' && served.group === '';
  if (isSecret || namespaces.size < everywhereFrom) return nothingListed;
  return await listWanted(reader, served, null, references, signal);
}

async function readNamespaces(
  reader: LiveReader,
  served: ServedKind,
  references: readonly ObjectReference[],
  signal: AbortSignal,
): Promise<readonly Entry[]> {
  const namespaces = Map.groupBy(references, ({ namespace }) => namespace);
  const entries = [...namespaces].map(async ([namespace, within]) => {
    const listed =
      within.length < listFrom ? nothingListed : await listWanted(reader, served, namespace, within, signal);
    return await Promise.all(
      within.map(async (reference): Promise<Entry> => {
        const key = identityKey(reference);
        const object = listed.objects.get(key);
        if (object !== undefined) return [key, { kind: 'present', object }];
        return [key, listed.whole ? absent : await fetchOne(reader, served, reference, signal)];
      }),
    );
  });
  return (await Promise.all(entries)).flat();
}

async function listWanted(
  { api }: LiveReader,
  served: ServedKind,
  namespace: string | null,
  references: readonly ObjectReference[],
  signal: AbortSignal,
): Promise<Listed> {
  const wanted = new Set(references.map(identityKey));
  const outcome = await listObjects(
    api,
    { served, namespace, labelSelector: null, fieldSelector: null },
    {
      keep: (object) => wanted.has(identityKey(referenceOf(object))),
      enough: (kept, { remaining }) => {
        const missing = wanted.size - kept.length;
        return missing === 0 || (remaining ?? 0) > missing * listAdvantage;
      },
    },
    signal,
  );
  switch (outcome.kind) {
    case 'listed':
      return {
        objects: new Map(outcome.items.map((object) => [identityKey(referenceOf(object)), object])),
        whole: outcome.whole,
      };
    // Whatever the reason (no right to list, a kind that cannot be listed), each object's own answer is the better one.
    case 'refused':
      return nothingListed;
  }
}

async function fetchOne(
  reader: LiveReader,
  served: ServedKind,
  reference: ObjectReference,
  signal: AbortSignal,
): Promise<Live> {
  const path = objectPath(served, reference.namespace, reference.name);
  const answer = await reader.api.send({ method: 'GET', path, body: null }, signal);
  if (answer.ok) {
    const object = parseObject(answer.body);
    if (object !== null) return { kind: 'present', object };
    throw new Failure('cluster-protocol', {
      subject: `cluster ${reader.api.cluster}`,
      message: `GET ${path}: answered with no Kubernetes object`,
      retryable: false,
      cause: null,
    });
  }
  if (answer.status.code === 404) return notFound(reader, served, answer.status);
  // Under a namespaced identity whatever is in a missing namespace is forbidden, not absent: existence is asked elsewhere.
  if (answer.status.code === 403 && reference.namespace !== null) {
    if (await reader.namespaceIsMissing(reference.namespace)) return absent;
  }
  return { kind: 'unreadable', reason: answer.status.message };
}

function notFound({ discovery }: LiveReader, served: ServedKind, status: ApiStatus): Live {
  if (status.reason === '') discovery.forget(served);
  return absent;
}

/** An object of another scope than its kind's, or of a name that no path can hold, exists nowhere. */
function canExist(served: ServedKind, { namespace, name }: ObjectReference): boolean {
  return served.namespaced === (namespace !== null) && isPathSegment(name) && isPathSegment(namespace ?? '-');
}
