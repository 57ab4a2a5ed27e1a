import { listField } from '../../src/domain/field.ts';
import { isJsonObject, type Json, type JsonObject } from '../../src/domain/json.ts';
import { type KubernetesObject, parseApiVersion } from '../../src/domain/manifest.ts';

/**
 * A manifest as the people who wrote it had to write it later on, when their cluster no longer served the version that
 * they used: the same object where it is written for today already, or where nobody knows what it became.
 */
export function asOfToday(object: KubernetesObject): KubernetesObject {
  const apiVersion = todaysVersion(object);
  if (apiVersion === object.apiVersion) return object;
  const moved = { ...object, apiVersion };
  const { spec } = object;
  if (!isJsonObject(spec)) return moved;
  switch (object.kind) {
    case 'Deployment':
    case 'DaemonSet':
    case 'StatefulSet':
      return { ...moved, spec: withSelector(spec) };
    case 'Ingress':
      return { ...moved, spec: ingressSpec(spec) };
    case 'CustomResourceDefinition':
      return { ...moved, spec: definitionSpec(spec) };
    default:
      return moved;
  }
}

/** The group that a kind of one of the old groups is in today. */
export function todaysGroup(group: string, kind: string): string {
  return parseApiVersion(todaysVersion({ apiVersion: group === '' ? 'v1' : `${group}/v1beta1`, kind })).group;
}

const todaysVersions: Readonly<Record<string, string>> = {
  'extensions Deployment': 'apps/v1',
  'extensions DaemonSet': 'apps/v1',
  'extensions ReplicaSet': 'apps/v1',
  'extensions Ingress': 'networking.k8s.io/v1',
  'extensions NetworkPolicy': 'networking.k8s.io/v1',
  apps: 'apps/v1',
  batch: 'batch/v1',
  policy: 'policy/v1',
  'networking.k8s.io': 'networking.k8s.io/v1',
  'rbac.authorization.k8s.io': 'rbac.authorization.k8s.io/v1',
  'apiextensions.k8s.io': 'apiextensions.k8s.io/v1',
};

function todaysVersion({ apiVersion, kind }: Pick<KubernetesObject, 'apiVersion' | 'kind'>): string {
  const { group, version } = parseApiVersion(apiVersion);
  // A policy of pod security became nothing.
  if (!/^v\d+(?:alpha|beta)\d+$/.test(version) || kind === 'PodSecurityPolicy') return apiVersion;
  return todaysVersions[`${group} ${kind}`] ?? todaysVersions[group] ?? apiVersion;
}

function withSelector(spec: JsonObject): JsonObject {
  if (spec['selector'] !== undefined) return spec;
  const template = isJsonObject(spec['template']) ? spec['template'] : {};
  const metadata = isJsonObject(template['metadata']) ? template['metadata'] : {};
  return { ...spec, selector: { matchLabels: metadata['labels'] ?? {} } };
}

function ingressSpec({ backend, ...spec }: JsonObject): JsonObject {
  const rules = listField({ spec }, 'spec', 'rules').map((rule) => {
    if (!isJsonObject(rule['http'])) return rule;
    const paths = listField(rule, 'http', 'paths').map(({ backend: to, pathType, ...path }) => ({
      ...path,
      pathType: pathType ?? 'ImplementationSpecific',
      ...(to === undefined ? {} : { backend: ingressBackend(to) }),
    }));
    return { ...rule, http: { ...rule['http'], paths } };
  });
  return {
    ...spec,
    ...(backend === undefined ? {} : { defaultBackend: ingressBackend(backend) }),
    ...(spec['rules'] === undefined ? {} : { rules }),
  };
}

function ingressBackend(backend: Json): Json {
  if (!isJsonObject(backend)) return backend;
  const { serviceName, servicePort } = backend;
  if (serviceName === undefined) return backend;
  return {
    service: {
      name: serviceName,
      port: typeof servicePort === 'number' ? { number: servicePort } : { name: servicePort },
    },
  };
}

// One schema, one list of columns for all versions; what is not described is kept, as it was then.
function definitionSpec(spec: JsonObject): JsonObject {
  const {
    version,
    versions,
    validation,
    subresources,
    additionalPrinterColumns,
    preserveUnknownFields: _,
    ...rest
  } = spec;
  const all =
    Array.isArray(versions) && versions.length > 0
      ? versions.filter(isJsonObject)
      : [{ name: version, served: true, storage: true }];
  const schema =
    isJsonObject(validation) && isJsonObject(validation['openAPIV3Schema']) ? validation['openAPIV3Schema'] : {};
  const columns = listField({ additionalPrinterColumns }, 'additionalPrinterColumns').map(
    ({ JSONPath, ...column }) => ({
      ...column,
      jsonPath: JSONPath,
    }),
  );
  return {
    ...rest,
    versions: all.map((one) => ({
      ...one,
      schema: { openAPIV3Schema: { type: 'object', ...schema, 'x-kubernetes-preserve-unknown-fields': true } },
      ...(subresources === undefined ? {} : { subresources }),
      ...(columns.length === 0 ? {} : { additionalPrinterColumns: columns }),
    })),
  };
}
