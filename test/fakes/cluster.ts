import { randomUUID } from 'node:crypto';
import { isoTime } from '../../src/domain/iso-time.ts';
import { isJsonObject, type JsonObject, sameJson } from '../../src/domain/json.ts';
import {
  type IdentityKey,
  identityKey,
  type KubernetesObject,
  type ObjectReference,
  parseApiVersion,
  referenceOf,
} from '../../src/domain/manifest.ts';
import type { ApplyOutcome, Live, RefusalReason } from '../../src/domain/prediction.ts';
import type {
  ApplyRequest,
  Cluster,
  DeleteOutcome,
  DeleteRequest,
  ListQuery,
  ObjectEvent,
  PatchOperation,
  PatchRequest,
  ServedKind,
  Surroundings,
} from '../../src/ports/cluster.ts';

/**
 * An API server in memory: UIDs, resourceVersions, generations, server-side apply without merge rules for lists, CRDs
 * that are served once they are there. It knows no defaults and validates nothing but that a namespace exists; what a
 * real one does is tested on a real one. `become` stands for controllers: what an object turns into after a write.
 */
export class FakeCluster implements Cluster {
  readonly name: string;
  readonly objects = new Map<IdentityKey, KubernetesObject>();
  /** Every write that had an effect, as `apply Kind/name` and `delete Kind/name`. */
  readonly writes: string[] = [];
  readonly events = new Map<string, readonly ObjectEvent[]>();
  /** What controllers make of an object that was written; by default nothing. */
  become: (object: KubernetesObject) => JsonObject = () => ({});
  now: () => number = () => Date.now();
  /** null: accepted. */
  refuse: (request: ApplyRequest) => RefusalReason | null = () => null;
  readonly #applied = new Map<IdentityKey, JsonObject>();
  #version = 100;

  constructor(name: string) {
    this.name = name;
  }

  async version(signal?: AbortSignal): Promise<string> {
    signal?.throwIfAborted();
    return await Promise.resolve('v1.36.0');
  }

  served(apiVersion: string, kind: string): Promise<ServedKind | null> {
    const { group, version } = parseApiVersion(apiVersion);
    if (group === 'apps' && !apps.has(kind)) return Promise.resolve(null);
    if (group.includes('example.com') && !this.#defines(group, kind)) return Promise.resolve(null);
    const namespaced = !clusterScoped.has(kind);
    return Promise.resolve({ group, version, kind, plural: `${kind.toLowerCase()}s`, namespaced });
  }

  /** Far from all, but whose of these are meant can be told. */
  kinds(): Promise<readonly ServedKind[]> {
    const namespaced = (group: string, kind: string) => this.served(group === '' ? 'v1' : `${group}/v1`, kind);
    const all = [...apps].map((kind) => namespaced('apps', kind));
    return Promise.all([...all, namespaced('', 'ConfigMap'), namespaced('', 'Namespace')]).then((kinds) =>
      kinds.filter((kind) => kind !== null),
    );
  }

  async live(references: readonly ObjectReference[], signal?: AbortSignal): Promise<ReadonlyMap<IdentityKey, Live>> {
    const found = references.map(async (one) => [identityKey(one), await this.read(one, signal)] as const);
    return new Map(await Promise.all(found));
  }

  async read(reference: ObjectReference, signal?: AbortSignal): Promise<Live> {
    signal?.throwIfAborted();
    const object = this.objects.get(identityKey(reference));
    return await Promise.resolve(object === undefined ? { kind: 'absent' } : { kind: 'present', object });
  }

  async apply(request: ApplyRequest, signal?: AbortSignal): Promise<ApplyOutcome> {
    signal?.throwIfAborted();
    const { object, dryRun, uid, expects } = request;
    const key = identityKey(referenceOf(object));
    const live = this.objects.get(key);
    if (uid !== null && live?.metadata.uid !== uid) return refused('stale');
    if (expects === 'absent' && live !== undefined) return refused('stale');
    if (typeof expects === 'object' && live?.metadata.resourceVersion !== expects.resourceVersion)
      return refused('stale');
    const { namespace } = object.metadata;
    const home = { group: '', version: 'v1', kind: 'Namespace', namespace: null, name: namespace ?? '' };
    if (namespace !== undefined && !this.objects.has(identityKey(home))) return refused('namespace-missing');
    if ((await this.served(object.apiVersion, object.kind)) === null) return refused('kind-missing');
    const reason = this.refuse(request);
    if (reason !== null) return refused(reason);
    const next = this.#merged(object, live, this.#applied.get(key) ?? {});
    if (dryRun || next === live) return { kind: 'accepted', object: next, warnings: [] };
    this.writes.push(`apply ${object.kind}/${object.metadata.name}`);
    this.#applied.set(key, object);
    return { kind: 'accepted', object: this.put(next), warnings: [] };
  }

  patch(request: PatchRequest, signal?: AbortSignal): Promise<ApplyOutcome> {
    signal?.throwIfAborted();
    const { reference, uid, resourceVersion, operations, dryRun } = request;
    const live = this.objects.get(identityKey(reference));
    if (live === undefined || live.metadata.uid !== uid || live.metadata.resourceVersion !== resourceVersion) {
      return Promise.resolve(refused('stale'));
    }
    const next = operations.reduce(patched, live) as KubernetesObject;
    if (dryRun || sameJson(next, live)) return Promise.resolve({ kind: 'accepted', object: next, warnings: [] });
    this.writes.push(`patch ${live.kind}/${live.metadata.name}`);
    return Promise.resolve({ kind: 'accepted', object: this.put(next), warnings: [] });
  }

  remove({ reference, uid, dryRun }: DeleteRequest): Promise<DeleteOutcome> {
    const key = identityKey(reference);
    const live = this.objects.get(key);
    if (live === undefined || live.metadata.uid !== uid) return Promise.resolve({ kind: 'gone' });
    if (dryRun) return Promise.resolve({ kind: 'deleted' });
    this.writes.push(`delete ${reference.kind}/${reference.name}`);
    if (Array.isArray(live.metadata['finalizers']) && live.metadata['finalizers'].length > 0) {
      const deletionTimestamp = live.metadata.deletionTimestamp ?? isoTime(this.now());
      this.put({ ...live, metadata: { ...live.metadata, deletionTimestamp } });
    } else {
      this.objects.delete(key);
      this.#applied.delete(key);
    }
    return Promise.resolve({ kind: 'deleted' });
  }

  list(query: ListQuery): Promise<readonly KubernetesObject[]> {
    const wanted = (query.labelSelector ?? '').split(',').map((term) => term.split('='));
    const found = [...this.objects.values()].filter(
      ({ apiVersion, kind, metadata }) =>
        apiVersion === query.apiVersion &&
        kind === query.kind &&
        (query.namespace === null || metadata.namespace === query.namespace) &&
        (query.labelSelector === null || wanted.every(([key = '', value]) => metadata.labels?.[key] === value)),
    );
    return Promise.resolve(found);
  }

  surroundings(): Promise<Surroundings | null> {
    const all = [...this.objects.values()];
    const version = ({ metadata }: KubernetesObject): string => metadata.resourceVersion ?? '';
    const definitions = all.filter(({ kind }) => kind === 'CustomResourceDefinition');
    const limits = Map.groupBy(
      all.filter(({ kind }) => kind === 'LimitRange'),
      ({ metadata }) => metadata.namespace ?? '',
    );
    return Promise.resolve({
      definitions: new Map(definitions.map((one) => [one.metadata.name, version(one)])),
      admission: all.flatMap((one) => (one.apiVersion.startsWith('admission') ? [version(one)] : [])).join(' '),
      limits: new Map([...limits].map(([namespace, ranges]) => [namespace, ranges.map(version).join(' ')])),
      namespaces: new Map(
        all.filter(({ kind }) => kind === 'Namespace').map((one) => [one.metadata.name, version(one)]),
      ),
    });
  }

  admission(): Promise<readonly KubernetesObject[] | null> {
    const all = [...this.objects.values()];
    return Promise.resolve(all.filter(({ apiVersion }) => apiVersion.startsWith('admissionregistration.k8s.io/')));
  }

  warningEvents(_reference: ObjectReference, uid: string): Promise<readonly ObjectEvent[]> {
    return Promise.resolve(this.events.get(uid) ?? []);
  }

  /** As somebody else writes it, past all rules; what is stored. */
  put(object: KubernetesObject): KubernetesObject {
    const stored: KubernetesObject = {
      ...object,
      ...this.become(object),
      metadata: { uid: randomUUID(), ...object.metadata, resourceVersion: `${++this.#version}` },
    };
    this.objects.set(identityKey(referenceOf(stored)), stored);
    return stored;
  }

  /** The one of that kind and name, in whatever namespace. */
  get(kind: string, name: string): KubernetesObject | undefined {
    return [...this.objects.values()].find((object) => object.kind === kind && object.metadata.name === name);
  }

  #merged(wanted: KubernetesObject, live: KubernetesObject | undefined, before: JsonObject): KubernetesObject {
    if (live === undefined) {
      return { ...wanted, metadata: { ...wanted.metadata, uid: randomUUID(), managedFields, generation: 1 } };
    }
    const next = overlay(live, wanted, before) as KubernetesObject;
    if (sameJson(next, live)) return live;
    const generation = Number(live.metadata['generation'] ?? 1) + (sameJson(next['spec'], live['spec']) ? 0 : 1);
    return { ...next, metadata: { ...next.metadata, managedFields, generation } };
  }

  #defines(group: string, kind: string): boolean {
    return [...this.objects.values()].some((object) => {
      const spec = object['spec'];
      if (object.kind !== 'CustomResourceDefinition' || !isJsonObject(spec)) return false;
      return spec['group'] === group && isJsonObject(spec['names']) && spec['names']['kind'] === kind;
    });
  }
}

const apps: ReadonlySet<string> = new Set(['Deployment', 'StatefulSet', 'DaemonSet', 'ReplicaSet']);

const clusterScoped: ReadonlySet<string> = new Set(['Namespace', 'CustomResourceDefinition', 'ClusterRole']);

const managedFields = [{ manager: 'fairlead', operation: 'Apply' }];

/** What is set is set, what was set before and is no longer is gone, all else stays. */
function overlay(live: JsonObject, wanted: JsonObject, before: JsonObject): JsonObject {
  const next: Record<string, JsonObject[string]> = { ...live };
  for (const key of Object.keys(before)) if (wanted[key] === undefined) delete next[key];
  for (const [key, value] of Object.entries(wanted)) {
    const old = live[key];
    const earlier = before[key];
    next[key] =
      isJsonObject(value) && isJsonObject(old) ? overlay(old, value, isJsonObject(earlier) ? earlier : {}) : value;
  }
  return next;
}

/** Of members of objects; items of lists are replaced with their list. */
function patched(object: JsonObject, operation: PatchOperation): JsonObject {
  const [name = '', ...rest] = operation.path.split('/').slice(1);
  const key = name.replaceAll('~1', '/').replaceAll('~0', '~');
  const { [key]: old, ...others } = object;
  if (rest.length > 0) {
    const below = isJsonObject(old) ? old : {};
    return { ...object, [key]: patched(below, { ...operation, path: `/${rest.join('/')}` }) };
  }
  return operation.op === 'remove' ? others : { ...object, [key]: operation.value };
}

function refused(reason: RefusalReason): ApplyOutcome {
  return { kind: 'refused', refusal: { reason, message: `refused: ${reason}`, causes: [] } };
}
