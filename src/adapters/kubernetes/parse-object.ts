import { isJsonObject, type Json } from '../../domain/json.ts';
import type { KubernetesObject } from '../../domain/manifest.ts';

/** What every object has, whichever server returned it; null: this is no Kubernetes object. */
export function parseObject(body: Json): KubernetesObject | null {
  if (!isJsonObject(body) || typeof body['apiVersion'] !== 'string' || typeof body['kind'] !== 'string') return null;
  const metadata = body['metadata'];
  if (!isJsonObject(metadata) || typeof metadata['name'] !== 'string') return null;
  return body as KubernetesObject;
}

/** An item of a list: the list says apiVersion and kind once for all, the object gets them back. */
export function parseItem(item: Json, apiVersion: string, kind: string): KubernetesObject | null {
  return isJsonObject(item) ? parseObject({ ...item, apiVersion, kind }) : null;
}
