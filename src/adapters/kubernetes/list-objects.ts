import { Failure } from '../../domain/failure.ts';
import { isJsonObject, type Json } from '../../domain/json.ts';
import { apiVersionOf, type KubernetesObject } from '../../domain/manifest.ts';
import type { ServedKind } from '../../ports/cluster.ts';
import type { Api } from './api.ts';
import type { ApiStatus } from './api-status.ts';
import { parseItem } from './parse-object.ts';
import { collectionPath } from './resource-path.ts';

/** Objects for each request: client-go's page size. */
const pageSize = 500;

export interface Listing {
  readonly served: ServedKind;
  readonly namespace: string | null;
  readonly labelSelector: string | null;
  readonly fieldSelector: string | null;
  /** Default: whole objects. */
  readonly metadataOnly?: boolean;
}

// https://kubernetes.io/docs/reference/using-api/api-concepts/#alternate-representations-of-resources
const metadataList = 'application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io';

/** Who lists does not always want all of it. */
export interface Reading {
  /** What is not kept is forgotten page by page. */
  readonly keep: (object: KubernetesObject) => boolean;
  /** Asked before each further page; `kept` is what all pages so far had to keep. */
  readonly enough: (kept: readonly KubernetesObject[], page: Page) => boolean;
}

export const wholeList: Reading = { keep: () => true, enough: () => false };

/** A page, in the order of names. `remaining` is how many are known to follow; null where the server does not say. */
export interface Page {
  readonly items: readonly KubernetesObject[];
  readonly continue: string | null;
  readonly remaining: number | null;
}

export type ListOutcome =
  | { readonly kind: 'listed'; readonly items: readonly KubernetesObject[]; readonly whole: boolean }
  | { readonly kind: 'refused'; readonly status: ApiStatus };

/**
 * Reads a list page by page from one snapshot; starts again where the server has forgotten the snapshot (410). Where
 * `enough` ends it early, `whole` is false. Fresh as a quorum read: no resourceVersion is named.
 */
export async function listObjects(
  api: Api,
  listing: Listing,
  { keep, enough }: Reading,
  signal: AbortSignal,
): Promise<ListOutcome> {
  for (let starts = 1; ; starts += 1) {
    const items: KubernetesObject[] = [];
    let next: string | null = null;
    let expired = false;
    do {
      const accept = listing.metadataOnly === true ? { accept: metadataList } : {};
      const answer = await api.send({ method: 'GET', path: pagePath(listing, next), body: null, ...accept }, signal);
      if (!answer.ok) {
        expired = answer.status.code === 410;
        // A list that expires again and again is longer than the server's memory of it: say so.
        if (expired && starts < 5) break;
        return { kind: 'refused', status: answer.status };
      }
      const page = parsePage(api.cluster, answer.body, listing.served);
      items.push(...page.items.filter(keep));
      next = page.continue;
      if (next !== null && enough(items, page)) return { kind: 'listed', items, whole: false };
    } while (next !== null);
    if (!expired) return { kind: 'listed', items, whole: true };
  }
}

function pagePath({ served, namespace, labelSelector, fieldSelector }: Listing, next: string | null): string {
  const query = new URLSearchParams({ limit: String(pageSize) });
  if (labelSelector !== null) query.set('labelSelector', labelSelector);
  if (fieldSelector !== null) query.set('fieldSelector', fieldSelector);
  if (next !== null) query.set('continue', next);
  return `${collectionPath(served, namespace)}?${query.toString()}`;
}

function parsePage(cluster: string, body: Json, served: ServedKind): Page {
  const items = isJsonObject(body) ? body['items'] : undefined;
  if (!isJsonObject(body) || !(Array.isArray(items) || items === null)) throw malformed(cluster, served);
  const metadata = isJsonObject(body['metadata']) ? body['metadata'] : {};
  const next = metadata['continue'];
  const remaining = metadata['remainingItemCount'];
  return {
    items: ((items ?? []) as readonly Json[]).map((item) => {
      const object = parseItem(item, apiVersionOf(served), served.kind);
      if (object === null) throw malformed(cluster, served);
      return object;
    }),
    continue: typeof next === 'string' && next !== '' ? next : null,
    remaining: typeof remaining === 'number' ? remaining : null,
  };
}

function malformed(cluster: string, served: ServedKind): Failure {
  return new Failure('cluster-protocol', {
    subject: `cluster ${cluster}`,
    message: `the list of ${served.plural} is no list of Kubernetes objects`,
    retryable: false,
    cause: null,
  });
}
