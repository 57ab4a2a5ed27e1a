import { field, listField, textField } from '../domain/field.ts';
import type { Health } from '../domain/health.ts';
import { isJsonObject, parseJsonOrNull } from '../domain/json.ts';
import type { KubernetesObject } from '../domain/manifest.ts';
import { type Condition, conditionFrom, conditionOf, conditionReason, conditionsOf } from './condition.ts';

const healthy: Health = { kind: 'healthy' };

export function claimHealth(object: KubernetesObject): Health {
  const phase = textField(object, 'status', 'phase');
  if (phase === 'Bound') return healthy;
  if (phase === 'Lost') return { kind: 'failed', reason: 'its volume is lost' };
  return { kind: 'progressing', reason: 'is not bound to a volume' };
}

export function serviceHealth(object: KubernetesObject): Health {
  if (textField(object, 'spec', 'type') !== 'LoadBalancer') return healthy;
  if ((textField(object, 'spec', 'clusterIP') ?? '') === '') {
    return { kind: 'progressing', reason: 'has no cluster address' };
  }
  // An API server always fills in the status; kstatus asks for no more than the cluster address.
  if (field(object, 'status', 'loadBalancer') === undefined) return healthy;
  if (listField(object, 'status', 'loadBalancer', 'ingress').length > 0) return healthy;
  return { kind: 'progressing', reason: 'has no load balancer address' };
}

export function namespaceHealth(object: KubernetesObject): Health {
  return textField(object, 'status', 'phase') === 'Terminating'
    ? { kind: 'progressing', reason: 'is being deleted' }
    : healthy;
}

export function definitionHealth(object: KubernetesObject): Health {
  const accepted = conditionOf(object, 'NamesAccepted');
  if (accepted?.status === 'False') return { kind: 'failed', reason: conditionReason(accepted) };
  const established = conditionOf(object, 'Established');
  if (established?.status === 'True') return healthy;
  if (established?.status === 'False' && established.reason !== 'Installing') {
    return { kind: 'failed', reason: conditionReason(established) };
  }
  return { kind: 'progressing', reason: 'is not established yet' };
}

export function apiServiceHealth(object: KubernetesObject): Health {
  const available = conditionOf(object, 'Available');
  if (available?.status === 'True') return healthy;
  return {
    kind: 'progressing',
    reason: available === undefined ? 'is not available yet' : conditionReason(available),
  };
}

/** A budget that allows no disruption is none of the release's faults; one that the controller cannot compute is. */
export function disruptionBudgetHealth(object: KubernetesObject): Health {
  if (field(object, 'status') === undefined) return { kind: 'progressing', reason: 'has not been looked at yet' };
  const failed = conditionsOf(object).find((condition) => condition.reason === 'SyncFailed');
  return failed === undefined ? healthy : { kind: 'progressing', reason: conditionReason(failed) };
}

/** An autoscaler that cannot read its metrics does not scale: new pods have none for a while, so it is waited for. */
export function autoscalerHealth(object: KubernetesObject): Health {
  const conditions = [...conditionsOf(object), ...annotatedConditions(object)];
  const able = conditions.find((condition) => condition.type === 'AbleToScale');
  const active = conditions.find((condition) => condition.type === 'ScalingActive');
  if (able === undefined) return { kind: 'progressing', reason: 'has not looked at its target yet' };
  if (able.status !== 'True') return { kind: 'progressing', reason: conditionReason(able) };
  // A target scaled to zero by hand switches the autoscaler off.
  if (active?.status === 'False' && active.reason !== 'ScalingDisabled') {
    return { kind: 'progressing', reason: conditionReason(active) };
  }
  return healthy;
}

/** autoscaling/v1 has no place for conditions: the API server puts them into an annotation. */
function annotatedConditions(object: KubernetesObject): readonly Condition[] {
  const text = object.metadata.annotations?.['autoscaling.alpha.kubernetes.io/conditions'];
  if (text === undefined) return [];
  const parsed = parseJsonOrNull(text);
  return Array.isArray(parsed) ? parsed.filter(isJsonObject).map(conditionFrom) : [];
}
