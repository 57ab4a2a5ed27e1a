import type { KubernetesObject } from './manifest.ts';

/** What the API server holds now for one identity. Unreadable is not absent. */
export type Live =
  | { readonly kind: 'present'; readonly object: KubernetesObject }
  | { readonly kind: 'absent' }
  | { readonly kind: 'unreadable'; readonly reason: string };

/** Fields another field manager holds, from the API server's 409 answer. */
export interface FieldConflict {
  readonly manager: string;
  /** The API server's notation: `.spec.replicas`, `.spec.template.spec.containers[name="web"].image`. */
  readonly field: string;
}

/**
 * Why the API server refused an apply. A closed list: each is judged differently.
 * - `invalid`: 422, the values are not acceptable (or not changeable: see `immutable`)
 * - `immutable`: 422 on an update whose manifest is accepted under a fresh name
 * - `unknown-field`: 400 or 500 "field not declared in schema", strict decoding
 * - `malformed`: 400 or 500, a value of the wrong type
 * - `namespace-missing`: 404 with `details.kind: namespaces`
 * - `kind-missing`: the API server does not serve this kind
 * - `role-missing`: 404 for a binding, of whose role the API server asks whether the identity may bind it
 * - `forbidden`: 403 for the identity that asked
 * - `denied`: an admission policy or webhook said no
 * - `quota`: 403 exceeded quota
 * - `stale`: 409, resourceVersion or UID is no longer what it was
 * - `too-large`: the object is over the API server's limits
 */
export type RefusalReason =
  | 'invalid'
  | 'immutable'
  | 'unknown-field'
  | 'malformed'
  | 'namespace-missing'
  | 'kind-missing'
  | 'role-missing'
  | 'forbidden'
  | 'denied'
  | 'quota'
  | 'stale'
  | 'too-large';

export interface Refusal {
  readonly reason: RefusalReason;
  /** The API server's own words. They may carry values: mask before they leave the worker. */
  readonly message: string;
  readonly causes: readonly RefusalCause[];
}

export interface RefusalCause {
  /** The API server's notation, `spec.ports[0].port`; null where it names none. */
  readonly field: string | null;
  readonly message: string;
}

/** The API server's answer to one apply, dry-run or real. */
export type ApplyOutcome =
  | { readonly kind: 'accepted'; readonly object: KubernetesObject; readonly warnings: readonly string[] }
  /** Only without force: others hold fields that the manifest sets to other values. */
  | { readonly kind: 'conflict'; readonly conflicts: readonly FieldConflict[]; readonly message: string }
  | { readonly kind: 'refused'; readonly refusal: Refusal };

/** What one rendering's version of an object would become: a dry run of a server-side apply, by force. */
export type Predicted =
  | { readonly kind: 'object'; readonly object: KubernetesObject; readonly warnings: readonly string[] }
  /** The rendering does not hold it and the ledger owns it under the live UID: it goes away. */
  | { readonly kind: 'absent' }
  | { readonly kind: 'refused'; readonly refusal: Refusal };

/**
 * How far a prediction can be trusted. Exact: every field but those that the server allocates, and nothing else of the same
 * plan changes what decides on it (its CRD, namespace, admission, quota, LimitRange, RBAC).
 */
export type Certainty =
  | { readonly kind: 'exact' }
  | { readonly kind: 'estimated'; readonly why: string }
  | { readonly kind: 'unknown'; readonly why: string };
