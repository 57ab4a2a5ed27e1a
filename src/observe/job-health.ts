import { field, numberField, textField } from '../domain/field.ts';
import type { Health } from '../domain/health.ts';
import type { KubernetesObject } from '../domain/manifest.ts';
import { conditionOf, conditionReason } from './condition.ts';
import { podTrouble } from './pod-trouble.ts';

/**
 * A Job that has completed nothing yet is waited for: a migration must not be called good before it ended. One of
 * several completions is proof enough for kstatus, and so for us: long batches are not waited for.
 */
export function jobHealth(object: KubernetesObject, pods: readonly KubernetesObject[]): Health {
  const failed = conditionOf(object, 'Failed');
  if (failed?.status === 'True') {
    const trouble = podTrouble(pods);
    return { kind: 'failed', reason: [conditionReason(failed), ...(trouble === null ? [] : [trouble])].join(', ') };
  }
  if (conditionOf(object, 'Complete')?.status === 'True') return { kind: 'healthy' };
  // Stopped by whoever wrote `suspend: true`: nothing will run, and nothing is wrong.
  if (field(object, 'spec', 'suspend') === true) return { kind: 'healthy' };
  if (textField(object, 'status', 'startTime') === undefined) return { kind: 'progressing', reason: 'has not started' };
  if ((numberField(object, 'status', 'succeeded') ?? 0) > 0) return { kind: 'healthy' };
  const failures = numberField(object, 'status', 'failed') ?? 0;
  const tries = failures === 0 ? 'is running' : `is running, ${failures} pods failed`;
  return { kind: 'progressing', reason: [tries, podTrouble(pods)].filter((text) => text !== null).join(', ') };
}
