import type { Json } from '../domain/json.ts';
import type { IdentityKey, KubernetesObject, ObjectReference } from '../domain/manifest.ts';
import type { ApplyOutcome, Live } from '../domain/prediction.ts';

/**
 * One cluster under one identity. 16 requests in flight for each cluster, whoever asks; 429, 5xx and resets are
 * tried again (Retry-After respected) until the deadline, then `cluster-unreachable`.
 */
export interface Cluster {
  readonly name: string;
  /** gitVersion, such as `v1.36.3`. */
  version(signal: AbortSignal): Promise<string>;
  /** null: not served (the discovery was read and does not have it). Cached; a miss reads it again. */
  served(apiVersion: string, kind: string, signal: AbortSignal): Promise<ServedKind | null>;
  /** Every kind it serves, in every version; none where it does not tell: good for a hint, and for no conclusion. */
  kinds(signal: AbortSignal): Promise<readonly ServedKind[]>;
  /**
   * What lives under each of these, read at each reference's version: by LIST per kind and namespace where that is
   * cheaper, by GET where a LIST is refused. Every reference has an entry under its `identityKey`.
   */
  live(references: readonly ObjectReference[], signal: AbortSignal): Promise<ReadonlyMap<IdentityKey, Live>>;
  read(reference: ObjectReference, signal: AbortSignal): Promise<Live>;
  /** Server-side apply, field manager `fairlead`, `fieldValidation=Strict`. */
  apply(request: ApplyRequest, signal: AbortSignal): Promise<ApplyOutcome>;
  /**
   * JSON patch (RFC 6902) of one state of one object, under the same field manager. Refused as `stale` where it is no
   * longer that state, or gone. It needs no right that `apply` does not need.
   */
  patch(request: PatchRequest, signal: AbortSignal): Promise<ApplyOutcome>;
  remove(request: DeleteRequest, signal: AbortSignal): Promise<DeleteOutcome>;
  /** Objects of a kind in a namespace (null: cluster-scoped, or all namespaces) by label selector (null: all). */
  list(query: ListQuery, signal: AbortSignal): Promise<readonly KubernetesObject[]>;
  /** null: the identity may not read them. */
  surroundings(signal: AbortSignal): Promise<Surroundings | null>;
  /** All webhooks and policies of admission, and the policies' bindings, whole. null: the identity may not read them. */
  admission(signal: AbortSignal): Promise<readonly KubernetesObject[] | null>;
  /**
   * The messages of recent Warning events about an object, newest first, at most 5. They explain and decide nothing:
   * none where the identity may not read them.
   */
  warningEvents(reference: ObjectReference, uid: string, signal: AbortSignal): Promise<readonly ObjectEvent[]>;
}

/** A kind the API server serves. */
export interface ServedKind {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  readonly plural: string;
  readonly namespaced: boolean;
}

export interface ApplyRequest {
  /** Scope settled: `metadata.namespace` exactly where the kind is namespaced. */
  readonly object: KubernetesObject;
  readonly dryRun: boolean;
  /** Take fields from other managers. */
  readonly force: boolean;
  /** Guards against an object deleted and made again in between; null: no guard. */
  readonly uid: string | null;
  /**
   * Guards against any change in between, of its status, too: the resourceVersion that was read, or `absent` where nothing
   * lived. Left out: no guard.
   */
  readonly expects?: { readonly resourceVersion: string } | 'absent';
}

export interface PatchRequest {
  readonly reference: ObjectReference;
  /** What was read. */
  readonly uid: string;
  readonly resourceVersion: string;
  readonly operations: readonly PatchOperation[];
  readonly dryRun: boolean;
}

/** `path` is a JSON pointer; what is added replaces what is there. */
export type PatchOperation =
  | { readonly op: 'add'; readonly path: string; readonly value: Json }
  | { readonly op: 'remove'; readonly path: string };

export interface DeleteRequest {
  readonly reference: ObjectReference;
  /** Only this very object is deleted. */
  readonly uid: string;
  readonly dryRun: boolean;
}

export type DeleteOutcome =
  | { readonly kind: 'deleted' }
  /** It is gone already, or another object has its name now. */
  | { readonly kind: 'gone' }
  | { readonly kind: 'refused'; readonly message: string };

export interface ListQuery {
  readonly apiVersion: string;
  readonly kind: string;
  readonly namespace: string | null;
  readonly labelSelector: string | null;
}

/** What decides, besides a manifest and what lives, on what an apply makes: by the resourceVersions. */
export interface Surroundings {
  /** Of each CustomResourceDefinition, by its name: `widgets.example.com`. */
  readonly definitions: ReadonlyMap<string, string>;
  /** Of all webhooks and policies of admission together. */
  readonly admission: string;
  /** Of the LimitRanges in a namespace together; a namespace without any is not in it. */
  readonly limits: ReadonlyMap<string, string>;
  /** Of each Namespace, by its name: admission selects by its labels. */
  readonly namespaces: ReadonlyMap<string, string>;
}

export interface ObjectEvent {
  readonly reason: string;
  readonly message: string;
  readonly at: string | null;
}
