import { Failure } from '../../domain/failure.ts';
import { isJsonObject } from '../../domain/json.ts';
import {
  type IdentityKey,
  identityName,
  type KubernetesObject,
  type ObjectReference,
  ownManager,
  parseApiVersion,
  referenceOf,
} from '../../domain/manifest.ts';
import type { ApplyOutcome, Live, RefusalReason } from '../../domain/prediction.ts';
import type {
  ApplyRequest,
  Cluster,
  DeleteOutcome,
  DeleteRequest,
  ListQuery,
  ObjectEvent,
  PatchRequest,
  ServedKind,
  Surroundings,
} from '../../ports/cluster.ts';
import type { Api } from './api.ts';
import { refusedApply } from './apply-outcome.ts';
import { listObjects, wholeList } from './list-objects.ts';
import { parseObject } from './parse-object.ts';
import { type LiveReader, readLive, readOne } from './read-live.ts';
import { isPathSegment, objectPath } from './resource-path.ts';
import { readAdmission, readSurroundings } from './surroundings.ts';
import { readWarningEvents } from './warning-events.ts';

/** Of every write: whose it is, and that a field which nobody knows is refused. */
const strictly = `fieldManager=${ownManager}&fieldValidation=Strict`;

/** A cluster under one identity: see the port. */
export class KubernetesCluster implements Cluster {
  readonly name: string;
  readonly #reader: LiveReader;
  readonly #api: Api;

  constructor(reader: LiveReader) {
    this.name = reader.api.cluster;
    this.#reader = reader;
    this.#api = reader.api;
  }

  async version(signal: AbortSignal): Promise<string> {
    const answer = await this.#api.send({ method: 'GET', path: '/version', body: null }, signal);
    const version = answer.ok && isJsonObject(answer.body) ? answer.body['gitVersion'] : undefined;
    if (typeof version === 'string') return version;
    throw this.#failure('cluster-protocol', 'GET /version names no gitVersion');
  }

  async served(apiVersion: string, kind: string, signal: AbortSignal): Promise<ServedKind | null> {
    const { group, version } = parseApiVersion(apiVersion);
    return await this.#reader.discovery.served(group, version, kind, signal);
  }

  async kinds(signal: AbortSignal): Promise<readonly ServedKind[]> {
    return await this.#reader.discovery.all(signal);
  }

  async live(references: readonly ObjectReference[], signal: AbortSignal): Promise<ReadonlyMap<IdentityKey, Live>> {
    return await readLive(this.#reader, references, signal);
  }

  async read(reference: ObjectReference, signal: AbortSignal): Promise<Live> {
    return await readOne(this.#reader, reference, signal);
  }

  async apply(request: ApplyRequest, signal: AbortSignal): Promise<ApplyOutcome> {
    const { object, dryRun, force, uid } = request;
    const reference = referenceOf(object);
    const { group, version, kind, namespace, name } = reference;
    const served = await this.#reader.discovery.served(group, version, kind, signal);
    if (served === null) return refused('kind-missing', `${object.apiVersion} ${kind} is not served`);
    if (served.namespaced !== (namespace !== null)) {
      throw new TypeError(`the scope of ${identityName(reference)} is not settled`);
    }
    if (!isPathSegment(name) || !isPathSegment(namespace ?? '-')) {
      return refused('invalid', `metadata.name: "${name}" cannot be the name of an object`);
    }
    const query = `${strictly}&force=${force}${dryRun ? '&dryRun=All' : ''}`;
    const body: KubernetesObject = { ...object, metadata: { ...object.metadata, ...guards(request) } };
    const path = `${objectPath(served, namespace, name)}?${query}`;
    const answer = await this.#api.send({ method: 'PATCH', path, body }, signal);
    if (answer.ok) {
      const result = parseObject(answer.body);
      if (result === null) throw this.#failure('cluster-protocol', `the apply of ${kind} was answered with no object`);
      return { kind: 'accepted', object: result, warnings: answer.warnings };
    }
    const outcome = refusedApply(answer.status, uid !== null);
    if (outcome.kind !== 'refused') return outcome;
    const { refusal } = outcome;
    if (refusal.reason === 'kind-missing') this.#reader.discovery.forget(served);
    // An identity of a namespace that does not exist is forbidden everything there: the missing namespace is the reason.
    if (refusal.reason === 'forbidden' && namespace !== null) {
      if (await this.#reader.namespaceIsMissing(namespace)) {
        return refused('namespace-missing', `namespaces "${namespace}" not found`);
      }
    }
    return outcome;
  }

  async patch(request: PatchRequest, signal: AbortSignal): Promise<ApplyOutcome> {
    const { reference, uid, resourceVersion, operations, dryRun } = request;
    const { group, version, kind, namespace, name } = reference;
    const served = await this.#reader.discovery.served(group, version, kind, signal);
    if (served === null || !isPathSegment(name) || !isPathSegment(namespace ?? '-')) {
      return refused('stale', `there is no ${identityName(reference)}`);
    }
    const path = `${objectPath(served, namespace, name)}?${strictly}${dryRun ? '&dryRun=All' : ''}`;
    // Of another state the API server says 409, of another object 422, of none 404.
    const guard = (field: string, value: string) => ({ op: 'add', path: `/metadata/${field}`, value });
    const body = [guard('uid', uid), guard('resourceVersion', resourceVersion), ...operations];
    const contentType = 'application/json-patch+json';
    const answer = await this.#api.send({ method: 'PATCH', path, body, contentType }, signal);
    if (answer.ok) {
      const object = parseObject(answer.body);
      if (object === null) throw this.#failure('cluster-protocol', `the patch of ${kind} was answered with no object`);
      return { kind: 'accepted', object, warnings: answer.warnings };
    }
    const { code, message } = answer.status;
    // What was read could be patched so, and what there is cannot: something to be removed is not there any more.
    const unfit = code === 422 && message.startsWith('the server rejected our request due to an error in our request');
    return code === 404 || unfit ? refused('stale', message) : refusedApply(answer.status, true);
  }

  async remove({ reference, uid, dryRun }: DeleteRequest, signal: AbortSignal): Promise<DeleteOutcome> {
    const { group, version, kind, namespace, name } = reference;
    const served = await this.#reader.discovery.servedAnywhere(group, version, kind, signal);
    if (served === null || served.namespaced !== (namespace !== null)) return { kind: 'gone' };
    if (!isPathSegment(name) || !isPathSegment(namespace ?? '-')) return { kind: 'gone' };
    const body = {
      apiVersion: 'v1',
      kind: 'DeleteOptions',
      preconditions: { uid },
      // Said, because the default of batch/v1 Jobs is to leave their pods behind.
      propagationPolicy: 'Background',
      ...(dryRun ? { dryRun: ['All'] } : {}),
    };
    const answer = await this.#api.send({ method: 'DELETE', path: objectPath(served, namespace, name), body }, signal);
    if (answer.ok) return { kind: 'deleted' };
    if (answer.status.code === 404) return { kind: 'gone' };
    const anotherObject = /the UID in the precondition .* does not match the UID in record/;
    if (answer.status.code === 409 && anotherObject.test(answer.status.message)) return { kind: 'gone' };
    return { kind: 'refused', message: answer.status.message };
  }

  async list(query: ListQuery, signal: AbortSignal): Promise<readonly KubernetesObject[]> {
    const served = await this.served(query.apiVersion, query.kind, signal);
    if (served === null || !isPathSegment(query.namespace ?? '-')) return [];
    const { namespace, labelSelector } = query;
    const listing = { served, namespace, labelSelector, fieldSelector: null };
    const outcome = await listObjects(this.#api, listing, wholeList, signal);
    if (outcome.kind === 'listed') return outcome.items;
    const { code, message } = outcome.status;
    // 405: objects of the kind (Binding, say) can only be made, and are kept nowhere.
    if (code === 404 || code === 405) return [];
    throw this.#failure(
      code === 403 ? 'cluster-forbidden' : 'cluster-protocol',
      `list of ${served.plural}: ${message}`,
    );
  }

  async surroundings(signal: AbortSignal): Promise<Surroundings | null> {
    return await readSurroundings(this.#api, this.#reader.discovery, signal);
  }

  async admission(signal: AbortSignal): Promise<readonly KubernetesObject[] | null> {
    return await readAdmission(this.#api, this.#reader.discovery, signal);
  }

  async warningEvents(reference: ObjectReference, uid: string, signal: AbortSignal): Promise<readonly ObjectEvent[]> {
    return await readWarningEvents(this.#api, reference, uid, signal);
  }

  #failure(code: 'cluster-protocol' | 'cluster-forbidden', message: string): Failure {
    return new Failure(code, { subject: `cluster ${this.name}`, message, retryable: false, cause: null });
  }
}

/**
 * What the API server compares with what lives: another resourceVersion it answers with 409, another UID with 422. It
 * ignores the resourceVersion of what it makes, and nothing that lives has the first one, with which etcd begins empty.
 */
function guards({ uid, expects }: ApplyRequest): { readonly uid?: string; readonly resourceVersion?: string } {
  return {
    ...(uid === null ? {} : { uid }),
    ...(expects === undefined ? {} : { resourceVersion: expects === 'absent' ? '1' : expects.resourceVersion }),
  };
}

function refused(reason: RefusalReason, message: string): ApplyOutcome {
  return { kind: 'refused', refusal: { reason, message, causes: [] } };
}
