import type { Json, JsonObject } from '../src/domain/json.ts';
import type { KubernetesObject } from '../src/domain/manifest.ts';

/** Any object, with what it has besides its name. */
export function object(apiVersion: string, kind: string, name: string, rest: JsonObject = {}): KubernetesObject {
  return { apiVersion, kind, metadata: { name }, ...rest };
}

/** The same object in a namespace that it names itself. */
export function inNamespace(namespace: string, { metadata, ...rest }: KubernetesObject): KubernetesObject {
  return { ...rest, metadata: { ...metadata, namespace } };
}

export function objectIn(
  namespace: string,
  apiVersion: string,
  kind: string,
  name: string,
  rest: JsonObject = {},
): KubernetesObject {
  return inNamespace(namespace, object(apiVersion, kind, name, rest));
}

export function configMap(name: string, data: Readonly<Record<string, string>> = {}): KubernetesObject {
  return object('v1', 'ConfigMap', name, { data });
}

/** As people write one: in plain text. */
export function secret(name: string, stringData: Readonly<Record<string, string>>): KubernetesObject {
  return object('v1', 'Secret', name, { stringData });
}

/** A Deployment of one container, with what tests change about it; `replicas` null: Git does not say. */
export function deployment(
  name: string,
  {
    replicas = 3,
    image = 'web:1',
    env = { A: '1' },
    container = 'web',
    extra = {},
    annotations = {},
    app = name,
  }: {
    readonly replicas?: number | null;
    readonly image?: string;
    readonly env?: Readonly<Record<string, string>>;
    readonly container?: string;
    readonly extra?: Readonly<Record<string, Json>>;
    readonly annotations?: Readonly<Record<string, string>>;
    readonly app?: string;
  } = {},
): KubernetesObject {
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, ...(Object.keys(annotations).length > 0 ? { annotations } : {}) },
    spec: {
      ...(replicas === null ? {} : { replicas }),
      selector: { matchLabels: { app } },
      template: {
        metadata: { labels: { app } },
        spec: {
          containers: [
            {
              name: container,
              image,
              env: Object.entries(env).map(([key, value]) => ({ name: key, value })),
              ...extra,
            },
          ],
        },
      },
    },
  };
}
