import { createHash } from 'node:crypto';
import { canonicalJson, type Json, type JsonObject } from '../../src/domain/json.ts';
import type { KubernetesObject, Manifest } from '../../src/domain/manifest.ts';
import { flattenLines } from '../../src/domain/manifest-line.ts';
import type { Rendering } from '../../src/domain/rendering.ts';

/** Manifests as a renderer would hand them over: one file, ten lines for each. */
export function rendering(...objects: readonly KubernetesObject[]): Rendering {
  const manifests: readonly Manifest[] = objects.map((object, index) => ({
    object,
    origin: { file: 'deploy/all.yaml', line: 10 * index + 1 },
    lines: flattenLines(object, object, () => 10 * index + 1),
  }));
  return {
    id: createHash('sha256').update(canonicalJson(objects)).digest('hex'),
    renderer: { kind: 'plain', version: '1' },
    manifests,
    passedOver: [],
    remarks: [],
  };
}

export function configMap(
  name: string,
  data: Readonly<Record<string, string>>,
  rest: JsonObject = {},
): KubernetesObject {
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name }, data, ...rest };
}

export function secret(name: string, data: Readonly<Record<string, string>>): KubernetesObject {
  return { apiVersion: 'v1', kind: 'Secret', metadata: { name }, stringData: data };
}

export function object(apiVersion: string, kind: string, name: string, rest: JsonObject = {}): KubernetesObject {
  return { apiVersion, kind, metadata: { name }, ...rest };
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
