import { listField } from '../../domain/field.ts';
import { isJsonObject, type Json, type JsonObject } from '../../domain/json.ts';

/**
 * Whether a LabelSelector selects what has these labels; an empty one selects everything
 * (kubernetes.io/docs/reference/kubernetes-api/common-definitions/label-selector).
 */
export function matches(selector: Json | undefined, labels: JsonObject): boolean {
  if (!isJsonObject(selector)) return false;
  const { matchLabels } = selector;
  const named = isJsonObject(matchLabels) ? Object.entries(matchLabels) : [];
  return (
    named.every(([name, value]) => labels[name] === value) &&
    listField(selector, 'matchExpressions').every((expression) => holds(expression, labels))
  );
}

function holds({ key, operator, values }: JsonObject, labels: JsonObject): boolean {
  const value = typeof key === 'string' && Object.hasOwn(labels, key) ? labels[key] : undefined;
  const listed = Array.isArray(values) && value !== undefined && values.includes(value);
  if (operator === 'In') return listed;
  if (operator === 'NotIn') return !listed;
  if (operator === 'Exists') return value !== undefined;
  return operator === 'DoesNotExist' && value === undefined;
}
