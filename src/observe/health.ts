import { field, numberField } from '../domain/field.ts';
import type { Health } from '../domain/health.ts';
import { type KubernetesObject, parseApiVersion } from '../domain/manifest.ts';
import { conditionOf, conditionReason } from './condition.ts';
import { customHealth } from './custom-health.ts';
import { jobHealth } from './job-health.ts';
import {
  apiServiceHealth,
  autoscalerHealth,
  claimHealth,
  definitionHealth,
  disruptionBudgetHealth,
  namespaceHealth,
  serviceHealth,
} from './kind-health.ts';
import { podHealth } from './pod-health.ts';
import { daemonSetHealth, deploymentHealth, replicaSetHealth, statefulSetHealth } from './workload-health.ts';

/** What one object's health is judged from, besides itself. */
export interface HealthContext {
  /** Pods that a workload runs; they only make the reason better. May be empty. */
  readonly pods: readonly KubernetesObject[];
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/**
 * The health of one live object: first what the API conventions say of every object, then a rule by kind, then, for
 * kinds of others, their conditions. Whatever has no rule is healthy by being there.
 *
 * The rules are kstatus's (sigs.k8s.io/cli-utils/pkg/kstatus), and where kstatus says nothing, the stricter of what
 * people expect: a LoadBalancer without an address, a Job that has completed nothing, or a phase `Failed` is not healthy.
 * Not waited for: an Ingress' address (many controllers never write one), a CronJob's runs.
 */
export function health(object: KubernetesObject, context: HealthContext): Health {
  return commonHealth(object) ?? kindHealth(object, context);
}

/** What every object may say of itself, whatever its kind; null: nothing that decides. */
function commonHealth(object: KubernetesObject): Health | null {
  if (object.metadata.deletionTimestamp !== undefined && object.metadata.deletionTimestamp !== null) {
    const finalizers = field(object, 'metadata', 'finalizers');
    const waits = Array.isArray(finalizers) && finalizers.length > 0 ? `, waits for ${finalizers.join(', ')}` : '';
    return { kind: 'progressing', reason: `is being deleted${waits}` };
  }
  const generation = numberField(object, 'metadata', 'generation');
  const observed = numberField(object, 'status', 'observedGeneration');
  if (generation !== undefined && observed !== undefined && observed !== generation) {
    return { kind: 'progressing', reason: 'its controller has not seen the latest change yet' };
  }
  const stalled = conditionOf(object, 'Stalled');
  if (stalled?.status === 'True') return { kind: 'failed', reason: conditionReason(stalled) };
  const reconciling = conditionOf(object, 'Reconciling');
  if (reconciling?.status === 'True') return { kind: 'progressing', reason: conditionReason(reconciling) };
  return null;
}

function kindHealth(object: KubernetesObject, context: HealthContext): Health {
  const { group } = parseApiVersion(object.apiVersion);
  switch (`${group}/${object.kind}`) {
    case 'apps/Deployment':
      return deploymentHealth(object, context.pods);
    case 'apps/StatefulSet':
      return statefulSetHealth(object, context.pods);
    case 'apps/DaemonSet':
      return daemonSetHealth(object, context.pods);
    case 'apps/ReplicaSet':
      return replicaSetHealth(object, context.pods);
    case '/Pod':
      return podHealth(object, context.now);
    case 'batch/Job':
      return jobHealth(object, context.pods);
    case '/PersistentVolumeClaim':
      return claimHealth(object);
    case '/Service':
      return serviceHealth(object);
    case '/Namespace':
      return namespaceHealth(object);
    case 'apiextensions.k8s.io/CustomResourceDefinition':
      return definitionHealth(object);
    case 'apiregistration.k8s.io/APIService':
      return apiServiceHealth(object);
    case 'policy/PodDisruptionBudget':
      return disruptionBudgetHealth(object);
    case 'autoscaling/HorizontalPodAutoscaler':
      return autoscalerHealth(object);
    default:
      return builtInGroups.has(group) ? { kind: 'healthy' } : customHealth(object, group);
  }
}

/** The API server's own groups: what of them has no rule above is healthy by being there. */
const builtInGroups: ReadonlySet<string> = new Set([
  '',
  'admissionregistration.k8s.io',
  'apps',
  'autoscaling',
  'batch',
  'certificates.k8s.io',
  'coordination.k8s.io',
  'discovery.k8s.io',
  'events.k8s.io',
  'flowcontrol.apiserver.k8s.io',
  'networking.k8s.io',
  'node.k8s.io',
  'policy',
  'rbac.authorization.k8s.io',
  'resource.k8s.io',
  'scheduling.k8s.io',
  'storage.k8s.io',
]);
