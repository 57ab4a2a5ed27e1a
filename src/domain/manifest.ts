import type { Json, JsonObject } from './json.ts';

/** A Kubernetes object, from Git or from an API server: `apiVersion`, `kind` and `metadata.name` have been checked. */
export interface KubernetesObject extends JsonObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: ObjectMetadata;
}

export interface ObjectMetadata extends JsonObject {
  readonly name: string;
  readonly namespace?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  /** Only on what an API server returned. */
  readonly uid?: string;
  readonly resourceVersion?: string;
  readonly creationTimestamp?: string;
  readonly deletionTimestamp?: string;
  readonly managedFields?: readonly Json[];
}

/** The field manager of everything that is applied here. */
export const ownManager = 'fairlead';

/** The annotation by which an object's owner agrees to have it deleted and made again where it cannot be changed. */
export const replaceAnnotation = 'fairlead.dev/replace';

/** Where a manifest stands in Git. `line` counts from 1; null where a renderer lost it. */
export interface Origin {
  readonly file: string;
  readonly line: number | null;
}

/** `deploy/web.yaml:4` */
export function originText({ file, line }: Origin): string {
  return line === null ? file : `${file}:${line}`;
}

/** One Kubernetes object as written or rendered from Git. */
export interface Manifest {
  readonly object: KubernetesObject;
  readonly origin: Origin | null;
  /**
   * The line of each member and item of the object, parents before children, names sorted: read by `manifestLine`.
   * Absent where a renderer lost them.
   */
  readonly lines?: readonly number[];
  /** Absent: it is applied among the others, by its kind. */
  readonly hook?: ManifestHook;
}

/** That a manifest is applied before or after all others; the lighter ones first. */
export interface ManifestHook {
  readonly phase: 'before' | 'after';
  readonly weight: number;
}

/**
 * What makes two manifests the same object: API group (not version), kind, namespace, name.
 * `namespace` is null for cluster-scoped objects; the scope comes from the cluster's discovery.
 */
export interface Identity {
  readonly group: string;
  readonly kind: string;
  readonly namespace: string | null;
  readonly name: string;
}

/** What of a reference makes it the same object. */
export function identityOf({ group, kind, namespace, name }: Identity): Identity {
  return { group, kind, namespace, name };
}

/** An identity and the version of its API to speak to. */
export interface ObjectReference extends Identity {
  readonly version: string;
}

/** A unique string for maps and sorting: `group/Kind/namespace/name`. */
export type IdentityKey = string;

export function identityKey(identity: Identity): IdentityKey {
  return `${identity.group}/${identity.kind}/${identity.namespace ?? ''}/${identity.name}`;
}

/** `Deployment shop/web`, as people read it. */
export function identityName(identity: Identity): string {
  const where = identity.namespace === null ? '' : `${identity.namespace}/`;
  return `${identity.kind} ${where}${identity.name}`;
}

/** `apps/v1` → group `apps`, version `v1`; `v1` → group ``, version `v1`. */
export function parseApiVersion(apiVersion: string): { readonly group: string; readonly version: string } {
  const slash = apiVersion.indexOf('/');
  return slash < 0
    ? { group: '', version: apiVersion }
    : { group: apiVersion.slice(0, slash), version: apiVersion.slice(slash + 1) };
}

export function apiVersionOf(reference: { readonly group: string; readonly version: string }): string {
  return reference.group === '' ? reference.version : `${reference.group}/${reference.version}`;
}

/** The reference of an object whose scope is already settled (namespace present exactly if it is namespaced). */
export function referenceOf(object: KubernetesObject): ObjectReference {
  const { group, version } = parseApiVersion(object.apiVersion);
  return {
    group,
    version,
    kind: object.kind,
    namespace: object.metadata.namespace ?? null,
    name: object.metadata.name,
  };
}
