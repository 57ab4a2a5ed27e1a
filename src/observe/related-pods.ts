import { field, listField, textField } from '../domain/field.ts';
import { isJsonObject, type JsonObject } from '../domain/json.ts';
import { type KubernetesObject, parseApiVersion } from '../domain/manifest.ts';

export interface PodQuery {
  readonly namespace: string | null;
  /** As the API server's `labelSelector` parameter reads it. */
  readonly labelSelector: string;
}

/** Where the pods of a workload are found; null: it runs none, or selects all. */
export function relatedPods(object: KubernetesObject): PodQuery | null {
  const { group } = parseApiVersion(object.apiVersion);
  if (group !== 'apps' && !(group === 'batch' && object.kind === 'Job')) return null;
  const selector = field(object, 'spec', 'selector');
  if (!isJsonObject(selector)) return null;
  const terms = [...labelTerms(selector), ...listField(selector, 'matchExpressions').flatMap(expressionTerm)];
  if (terms.length === 0) return null;
  return { namespace: object.metadata.namespace ?? null, labelSelector: terms.join(',') };
}

function labelTerms(selector: JsonObject): readonly string[] {
  const labels = field(selector, 'matchLabels');
  return isJsonObject(labels) ? Object.keys(labels).flatMap((key) => labelTerm(labels, key)) : [];
}

function labelTerm(labels: JsonObject, key: string): readonly string[] {
  const value = labels[key];
  return typeof value === 'string' ? [`${key}=${value}`] : [];
}

function expressionTerm(expression: JsonObject): readonly string[] {
  const key = textField(expression, 'key') ?? '';
  const values = field(expression, 'values');
  const list = Array.isArray(values) ? values.map(String).join(',') : '';
  switch (textField(expression, 'operator') ?? '') {
    case 'In':
      return [`${key} in (${list})`];
    case 'NotIn':
      return [`${key} notin (${list})`];
    case 'Exists':
      return [key];
    case 'DoesNotExist':
      return [`!${key}`];
    default:
      return [];
  }
}
