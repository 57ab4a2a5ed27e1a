import { listField, numberField } from '../../domain/field.ts';
import type { JsonObject } from '../../domain/json.ts';
import { valueAt } from '../fields/path.ts';
import { podTemplateOf } from './pod-template.ts';
import { quantity } from './quantity.ts';

/**
 * How much of what a quota counts the pods of an object take: `pods`, `requests.cpu`, `memory` (the older name of
 * `requests.memory`), `limits.…`. 0 for what makes no pods, or of which nobody knows how many (a DaemonSet).
 */
export function podAmount(object: JsonObject, resource: string): number {
  const [, list, name] = /^(?:(requests|limits)\.)?(.+)$/.exec(resource) ?? [];
  const pod = podTemplateOf(object);
  const count = podCount(object);
  if (pod === null || count === 0 || name === undefined) return 0;
  if (resource === 'pods' || resource === 'count/pods') return count;
  if (list === undefined && !computed.has(name)) return 0;
  const amountOf = (container: JsonObject): number =>
    quantity(valueAt(container, ['resources', list ?? 'requests', name])) ?? 0;
  // One after another before the others start, but for those that stay: https://kubernetes.io/docs/concepts/workloads/pods/sidecar-containers/
  let [staying, starting] = [0, 0];
  for (const container of listField(pod, 'spec', 'initContainers')) {
    const amount = amountOf(container);
    starting = Math.max(starting, staying + amount);
    if (container['restartPolicy'] === 'Always') staying += amount;
  }
  const running = listField(pod, 'spec', 'containers').reduce((sum, container) => sum + amountOf(container), staying);
  const overhead = quantity(valueAt(pod, ['spec', 'overhead', name])) ?? 0;
  return count * (Math.max(running, starting) + overhead);
}

const computed: ReadonlySet<string> = new Set(['cpu', 'memory', 'ephemeral-storage']);

function podCount(object: JsonObject): number {
  const { kind } = object;
  if (kind === 'Pod') return 1;
  if (kind === 'Job' && valueAt(object, ['spec', 'suspend']) === true) return 0;
  const member = typeof kind === 'string' && Object.hasOwn(counts, kind) ? counts[kind] : undefined;
  return member === undefined ? 0 : (numberField(object, 'spec', member) ?? 1);
}

/** Where a workload says how many pods it has; one where it does not. */
const counts: Readonly<Record<string, string>> = {
  Deployment: 'replicas',
  StatefulSet: 'replicas',
  ReplicaSet: 'replicas',
  ReplicationController: 'replicas',
  Job: 'parallelism',
};
