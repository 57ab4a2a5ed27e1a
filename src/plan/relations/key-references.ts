import { field, listField, textField } from '../../domain/field.ts';
import { isJsonObject, type Json, type JsonObject } from '../../domain/json.ts';
import { podTemplateOf } from './pod-template.ts';

/** One key of a ConfigMap or Secret that pods name, and do not start without. */
export interface KeyReference {
  readonly kind: 'ConfigMap' | 'Secret';
  readonly name: string;
  readonly key: string;
}

/** The single keys that the pods of a workload name; what they take as a whole is not among them. */
export function keyReferences(object: JsonObject): readonly KeyReference[] {
  const spec = podTemplateOf(object)?.['spec'];
  if (!isJsonObject(spec)) return [];
  const environment = [...listField(spec, 'initContainers'), ...listField(spec, 'containers')]
    .flatMap((container) => listField(container, 'env'))
    .flatMap((variable) => [
      ...keyOf('ConfigMap', field(variable, 'valueFrom', 'configMapKeyRef')),
      ...keyOf('Secret', field(variable, 'valueFrom', 'secretKeyRef')),
    ]);
  const sources = listField(spec, 'volumes').flatMap((volume) => [
    volume,
    ...listField(volume, 'projected', 'sources'),
  ]);
  const files = sources.flatMap(({ configMap, secret }) => [
    ...itemsOf('ConfigMap', configMap),
    ...itemsOf('Secret', secret),
  ]);
  return [...environment, ...files];
}

function keyOf(kind: KeyReference['kind'], reference: Json | undefined): readonly KeyReference[] {
  if (!isJsonObject(reference) || reference['optional'] === true) return [];
  const { name, key } = reference;
  return typeof name === 'string' && typeof key === 'string' ? [{ kind, name, key }] : [];
}

function itemsOf(kind: KeyReference['kind'], source: Json | undefined): readonly KeyReference[] {
  if (!isJsonObject(source) || source['optional'] === true) return [];
  // A volume says `secretName` where a projected source says `name`.
  const name = textField(source, 'name') ?? textField(source, 'secretName');
  if (name === undefined) return [];
  return listField(source, 'items').flatMap(({ key }) => (typeof key === 'string' ? [{ kind, name, key }] : []));
}
