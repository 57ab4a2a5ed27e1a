import type { JsonObject } from '../../../src/domain/json.ts';
import type { KubernetesObject } from '../../../src/domain/manifest.ts';
import type { ApplyOutcome, Refusal } from '../../../src/domain/prediction.ts';
import type { ApplyRequest } from '../../../src/ports/cluster.ts';
import { configMap, objectIn } from '../../objects.ts';

/** A ConfigMap in the namespace `t`, with what else its metadata says. */
export function config(
  name: string,
  metadata: JsonObject = {},
  data: Readonly<Record<string, string>> = {},
): KubernetesObject {
  const made = configMap(name, data);
  return { ...made, metadata: { ...made.metadata, namespace: 't', ...metadata } };
}

export function secret(members: JsonObject): KubernetesObject {
  return objectIn('t', 'v1', 'Secret', 'a', members);
}

/** A Pod of two containers. */
export function pod(one: JsonObject, two: JsonObject): KubernetesObject {
  const containers = [
    { name: 'one', image: 'web:1', ...one },
    { name: 'two', image: 'web:1', ...two },
  ];
  return objectIn('t', 'v1', 'Pod', 'a', { spec: { containers } });
}

export function forced(object: KubernetesObject): ApplyRequest {
  return { object, dryRun: false, force: true, uid: null };
}

export function refusalOf(outcome: ApplyOutcome): Refusal {
  if (outcome.kind === 'refused') return outcome.refusal;
  throw new Error(`not refused but ${outcome.kind}`);
}
