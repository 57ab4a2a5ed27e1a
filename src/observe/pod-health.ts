import { listField, textField } from '../domain/field.ts';
import type { Health } from '../domain/health.ts';
import type { KubernetesObject } from '../domain/manifest.ts';
import { conditionOf, conditionReason } from './condition.ts';
import { podTrouble } from './pod-trouble.ts';

/** A pod that stands by itself in Git. kstatus: a crash loop and an unschedulable pod are failures. */
export function podHealth(pod: KubernetesObject, now: number): Health {
  const trouble = podTrouble([pod]);
  const phase = textField(pod, 'status', 'phase');
  if (phase === 'Succeeded') return { kind: 'healthy' };
  if (phase === 'Failed') return { kind: 'failed', reason: trouble ?? 'failed' };
  if (phase === 'Running' && conditionOf(pod, 'Ready')?.status === 'True') return { kind: 'healthy' };
  if (isCrashLooping(pod)) return { kind: 'failed', reason: trouble ?? 'CrashLoopBackOff' };
  const scheduled = conditionOf(pod, 'PodScheduled');
  if (phase === 'Pending' && scheduled?.status === 'False' && scheduled.reason === 'Unschedulable') {
    const reason = conditionReason(scheduled);
    return isYoung(pod, now) ? { kind: 'progressing', reason } : { kind: 'failed', reason };
  }
  return { kind: 'progressing', reason: trouble ?? (phase === 'Running' ? 'is not ready' : 'has not started') };
}

function isCrashLooping(pod: KubernetesObject): boolean {
  const containers = [
    ...listField(pod, 'status', 'initContainerStatuses'),
    ...listField(pod, 'status', 'containerStatuses'),
  ];
  return containers.some((status) => textField(status, 'state', 'waiting', 'reason') === 'CrashLoopBackOff');
}

/** kstatus's grace: a scheduler that has just begun may still find a node. */
function isYoung(pod: KubernetesObject, now: number): boolean {
  const created = Date.parse(pod.metadata.creationTimestamp ?? '');
  return !Number.isNaN(created) && now - created < 15_000;
}
