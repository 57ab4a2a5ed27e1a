import { isJsonObject, type Json, type JsonObject } from '../../domain/json.ts';
import { podTemplateOf } from './pod-template.ts';

/** An object of its namespace that a pod names. */
export interface PodReference {
  readonly kind: 'ConfigMap' | 'Secret' | 'ServiceAccount' | 'PersistentVolumeClaim';
  readonly name: string;
  /** Its values are what the pod runs with: in the environment or as files. */
  readonly read: boolean;
  /** Pods start without it, too. */
  readonly optional: boolean;
}

/** What the pods of a workload name; empty for every other object. */
export function podReferences(object: JsonObject): readonly PodReference[] {
  const spec = podTemplateOf(object)?.['spec'];
  if (!isJsonObject(spec)) return [];
  const containers = ['initContainers', 'containers', 'ephemeralContainers'].flatMap((list) => objectsIn(spec[list]));
  return [
    ...reference('ServiceAccount', spec, spec['serviceAccountName'] ?? spec['serviceAccount'], false),
    ...objectsIn(spec['imagePullSecrets']).flatMap((secret) => reference('Secret', secret, secret['name'], false)),
    ...objectsIn(spec['volumes']).flatMap(volumeReferences),
    ...containers.flatMap(containerReferences),
  ];
}

function volumeReferences(volume: JsonObject): readonly PodReference[] {
  const { configMap, secret, persistentVolumeClaim, projected } = volume;
  return [
    ...inside(configMap, (it) => reference('ConfigMap', it, it['name'], true)),
    ...inside(secret, (it) => reference('Secret', it, it['secretName'], true)),
    ...inside(persistentVolumeClaim, (it) => reference('PersistentVolumeClaim', it, it['claimName'], false)),
    ...inside(projected, (it) =>
      objectsIn(it['sources']).flatMap((source) => [
        ...inside(source['configMap'], (one) => reference('ConfigMap', one, one['name'], true)),
        ...inside(source['secret'], (one) => reference('Secret', one, one['name'], true)),
      ]),
    ),
  ];
}

function containerReferences(container: JsonObject): readonly PodReference[] {
  const values = objectsIn(container['env']).flatMap(({ valueFrom }) => (isJsonObject(valueFrom) ? [valueFrom] : []));
  return [
    ...objectsIn(container['envFrom']).flatMap((from) => environmentReferences(from, 'configMapRef', 'secretRef')),
    ...values.flatMap((from) => environmentReferences(from, 'configMapKeyRef', 'secretKeyRef')),
  ];
}

function environmentReferences(from: JsonObject, configMap: string, secret: string): readonly PodReference[] {
  return [
    ...inside(from[configMap], (it) => reference('ConfigMap', it, it['name'], true)),
    ...inside(from[secret], (it) => reference('Secret', it, it['name'], true)),
  ];
}

function reference(
  kind: PodReference['kind'],
  where: JsonObject,
  name: Json | undefined,
  read: boolean,
): readonly PodReference[] {
  return typeof name === 'string' && name !== '' ? [{ kind, name, read, optional: where['optional'] === true }] : [];
}

function inside<T>(value: Json | undefined, found: (value: JsonObject) => readonly T[]): readonly T[] {
  return isJsonObject(value) ? found(value) : [];
}

function objectsIn(list: Json | undefined): readonly JsonObject[] {
  return Array.isArray(list) ? list.filter(isJsonObject) : [];
}
