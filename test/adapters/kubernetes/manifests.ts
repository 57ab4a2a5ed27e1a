import type { JsonObject } from '../../../src/domain/json.ts';
import type { KubernetesObject } from '../../../src/domain/manifest.ts';
import type { ApplyOutcome, Refusal } from '../../../src/domain/prediction.ts';
import type { ApplyRequest } from '../../../src/ports/cluster.ts';

export function config(
  name: string,
  metadata: JsonObject = {},
  data: Readonly<Record<string, string>> = {},
): KubernetesObject {
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace: 't', ...metadata }, data };
}

export function secret(members: JsonObject): JsonObject {
  return { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'a', namespace: 't' }, ...members };
}

export function pod(one: JsonObject, two: JsonObject): KubernetesObject {
  const containers = [
    { name: 'one', image: 'web:1', ...one },
    { name: 'two', image: 'web:1', ...two },
  ];
  return { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'a', namespace: 't' }, spec: { containers } };
}

export function deployment(name: string, spec: JsonObject, app = name): KubernetesObject {
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, namespace: 't' },
    spec: {
      selector: { matchLabels: { app } },
      template: { metadata: { labels: { app } }, spec: { containers: [{ name: 'web', image: 'web:1' }] } },
      ...spec,
    },
  };
}

export function forced(object: KubernetesObject): ApplyRequest {
  return { object, dryRun: false, force: true, uid: null };
}

export function refusalOf(outcome: ApplyOutcome): Refusal {
  if (outcome.kind === 'refused') return outcome.refusal;
  throw new Error(`not refused but ${outcome.kind}`);
}
