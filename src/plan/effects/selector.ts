import { field, listField, scalarText } from '../../domain/field.ts';
import { isJsonObject, type Json, type JsonObject } from '../../domain/json.ts';
import { podTemplateOf } from '../relations/pod-template.ts';

/** The labels that the pods of a workload carry; null: it makes none. */
export function podLabels(object: JsonObject): JsonObject | null {
  const template = podTemplateOf(object);
  if (template === null) return null;
  const labels = field(template, 'metadata', 'labels');
  return isJsonObject(labels) ? labels : {};
}

/** Whether labels have all that a Service's `selector` names; one that names none selects nothing (by itself). */
export function selects(selector: Json | undefined, labels: JsonObject): boolean {
  if (!isJsonObject(selector)) return false;
  const wanted = Object.entries(selector);
  return wanted.length > 0 && wanted.every(([name, value]) => labels[name] === value);
}

/** A Service's selector, or a LabelSelector, as the API takes it in a query. */
export function selectorQuery(selector: JsonObject, isLabelSelector: boolean): string {
  if (!isLabelSelector) return labelsText(selector);
  const { matchLabels } = selector;
  const expressions = listField(selector, 'matchExpressions').map(({ key, operator, values }) => {
    const name = scalarText(key);
    const list = Array.isArray(values) ? `(${values.map(scalarText).join(',')})` : '()';
    if (operator === 'In' || operator === 'NotIn') return `${name} ${operator.toLowerCase()} ${list}`;
    return operator === 'DoesNotExist' ? `!${name}` : name;
  });
  return [isJsonObject(matchLabels) ? labelsText(matchLabels) : '', ...expressions]
    .filter((part) => part !== '')
    .join(',');
}

/** `app=web,tier=front` */
export function labelsText(labels: Json | undefined): string {
  if (!isJsonObject(labels)) return '';
  return Object.entries(labels)
    .map(([name, value]) => `${name}=${scalarText(value)}`)
    .join(',');
}
