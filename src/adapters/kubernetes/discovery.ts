import { Failure } from '../../domain/failure.ts';
import { isJsonObject, type Json } from '../../domain/json.ts';
import type { Clock } from '../../ports/clock.ts';
import type { ServedKind } from '../../ports/cluster.ts';
import { abortable } from './abortable.ts';
import { readAllKinds } from './all-kinds.ts';
import type { Api } from './api.ts';
import { groupVersionPath, isGroupVersion } from './resource-path.ts';

/** What was found is believed this long: kinds rarely go away, and a request to one that did says so. */
const foundMs = 10 * 60_000;

type Kinds = ReadonlyMap<string, ServedKind>;

interface Read<T> {
  /** null: still under way. */
  endedAt: number | null;
  readonly answer: Promise<T>;
}

/**
 * Which kinds an API server serves, one request for each group version, read under Fairlead's own identity and shared
 * by all others. Questions that come together are answered by one request. "Not there" is never remembered: a CRD may be
 * established at any moment, so that is only said by a request that was under way when it was asked, or begun after.
 */
export class Discovery {
  readonly #api: Api;
  readonly #clock: Clock;
  readonly #kinds = new Map<string, Read<Kinds>>();
  readonly #versions = new Map<string, Read<readonly string[]>>();
  readonly #all = new Map<string, Read<readonly ServedKind[]>>();

  constructor(api: Api, clock: Clock) {
    this.#api = api;
    this.#clock = clock;
  }

  /** null: not served in this version, as of now. */
  async served(group: string, version: string, kind: string, signal: AbortSignal): Promise<ServedKind | null> {
    if (!isGroupVersion(group, version)) return null;
    const path = groupVersionPath(group, version);
    const asked = this.#clock.monotonic();
    const read = (): Promise<Kinds> => this.#readKinds(group, version);
    const known = await this.#once(this.#kinds, path, asked - foundMs, signal, read);
    const found = known.get(kind);
    if (found !== undefined) return found;
    const anew = await this.#once(this.#kinds, path, asked, signal, read);
    return anew.get(kind) ?? null;
  }

  /**
   * The kind in the named version or, where that is not served (any more), in the version its group prefers: an object
   * outlives the version it was written in. null: no version of the group serves it.
   */
  async servedAnywhere(group: string, version: string, kind: string, signal: AbortSignal): Promise<ServedKind | null> {
    const named = await this.served(group, version, kind, signal);
    if (named !== null || group === '' || !isGroupVersion(group, version)) return named;
    const asked = this.#clock.monotonic();
    const versions = await this.#once(this.#versions, group, asked, signal, () => this.#readVersions(group));
    for (const other of versions) {
      const found = other === version ? null : await this.served(group, other, kind, signal);
      if (found !== null) return found;
    }
    return null;
  }

  /** Every kind in every version, as of now; none where the API server does not tell. */
  async all(signal: AbortSignal): Promise<readonly ServedKind[]> {
    // The answer serves everybody who asked, so no single asker's signal ends it.
    const read = (): Promise<readonly ServedKind[]> => readAllKinds(this.#api, new AbortController().signal);
    return await this.#once(this.#all, '', this.#clock.monotonic(), signal, read);
  }

  /** A request to a kind of this group version was answered as if there were none: what is remembered is wrong. */
  forget({ group, version }: ServedKind): void {
    this.#kinds.delete(groupVersionPath(group, version));
  }

  /** What a read says that ended at `since` or later; begins one where there is none. */
  async #once<T>(
    reads: Map<string, Read<T>>,
    key: string,
    since: number,
    signal: AbortSignal,
    read: () => Promise<T>,
  ): Promise<T> {
    signal.throwIfAborted();
    const last = reads.get(key);
    if (last !== undefined && (last.endedAt ?? Infinity) >= since) {
      return await (last.endedAt === null ? abortable(last.answer, signal) : last.answer);
    }
    const current: Read<T> = { endedAt: null, answer: read() };
    reads.set(key, current);
    current.answer.then(
      () => {
        current.endedAt = this.#clock.monotonic();
      },
      () => {
        if (reads.get(key) === current) reads.delete(key);
      },
    );
    return await abortable(current.answer, signal);
  }

  async #readKinds(group: string, version: string): Promise<Kinds> {
    const body = await this.#read(groupVersionPath(group, version));
    if (body === null) return new Map();
    return new Map(resourcesOf(body, group, version).map((served) => [served.kind, served]));
  }

  /** Versions of a group, the preferred one first. */
  async #readVersions(group: string): Promise<readonly string[]> {
    const body = await this.#read(`/apis/${group}`);
    if (!isJsonObject(body) || !Array.isArray(body['versions'])) return [];
    return (body['versions'] as readonly Json[]).flatMap((entry) =>
      isJsonObject(entry) && typeof entry['version'] === 'string' ? [entry['version']] : [],
    );
  }

  /** null: 404. The answer serves everybody who asked, so no single asker's signal ends it. */
  async #read(path: string): Promise<Json> {
    const answer = await this.#api.send({ method: 'GET', path, body: null }, new AbortController().signal);
    if (answer.ok) return answer.body;
    if (answer.status.code === 404) return null;
    throw new Failure(answer.status.code === 403 ? 'cluster-forbidden' : 'cluster-protocol', {
      subject: `cluster ${this.#api.cluster}`,
      message: `discovery of ${path}: ${answer.status.code} ${answer.status.message}`,
      retryable: false,
      cause: null,
    });
  }
}

/** The kinds of a group version (`APIResourceList`); subresources such as `deployments/scale` are none. */
function resourcesOf(body: Json, group: string, version: string): readonly ServedKind[] {
  const resources =
    isJsonObject(body) && Array.isArray(body['resources']) ? (body['resources'] as readonly Json[]) : [];
  return resources.flatMap((resource) => {
    if (!isJsonObject(resource)) return [];
    const { kind, name, namespaced } = resource;
    if (typeof kind !== 'string' || typeof name !== 'string' || typeof namespaced !== 'boolean') return [];
    if (name.includes('/')) return [];
    return [{ group, version, kind, plural: name, namespaced }];
  });
}
