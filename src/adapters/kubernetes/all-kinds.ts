import { isJsonObject, type Json, type JsonObject } from '../../domain/json.ts';
import type { ServedKind } from '../../ports/cluster.ts';
import type { Api } from './api.ts';

/**
 * Every kind that an API server serves, in every version: two requests of aggregated discovery (KEP-3352, v1.26 and
 * newer). What answers otherwise, or may not be asked, has none to tell.
 */
export async function readAllKinds(api: Api, signal: AbortSignal): Promise<readonly ServedKind[]> {
  const found = await Promise.all(['/api', '/apis'].map((path) => readGroups(api, path, signal)));
  return found.flat();
}

const accept = ['v2', 'v2beta1']
  .map((version) => `application/json;g=apidiscovery.k8s.io;v=${version};as=APIGroupDiscoveryList`)
  .join(',');

async function readGroups(api: Api, path: string, signal: AbortSignal): Promise<readonly ServedKind[]> {
  const answer = await api.send({ method: 'GET', path, body: null, accept: `${accept},application/json` }, signal);
  if (!answer.ok || !isJsonObject(answer.body) || answer.body['kind'] !== 'APIGroupDiscoveryList') return [];
  return objectsIn(answer.body['items']).flatMap(({ metadata, versions }) => {
    // The core group has no name.
    const name = isJsonObject(metadata) ? metadata['name'] : undefined;
    return objectsIn(versions).flatMap((version) => kindsOf(typeof name === 'string' ? name : '', version));
  });
}

function kindsOf(group: string, { version, resources }: JsonObject): readonly ServedKind[] {
  if (typeof version !== 'string') return [];
  return objectsIn(resources).flatMap(({ resource, responseKind, scope }) => {
    const kind = isJsonObject(responseKind) ? responseKind['kind'] : undefined;
    if (typeof resource !== 'string' || typeof kind !== 'string') return [];
    return [{ group, version, kind, plural: resource, namespaced: scope === 'Namespaced' }];
  });
}

function objectsIn(value: Json | undefined): readonly JsonObject[] {
  return Array.isArray(value) ? (value as readonly Json[]).filter(isJsonObject) : [];
}
