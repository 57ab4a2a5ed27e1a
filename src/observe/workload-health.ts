import { field, numberField, textField } from '../domain/field.ts';
import type { Health } from '../domain/health.ts';
import type { KubernetesObject } from '../domain/manifest.ts';
import { type Condition, conditionOf, conditionReason } from './condition.ts';
import { podTrouble } from './pod-trouble.ts';

/** Pods of a Deployment: the new ones all there, ready and available, the old ones gone. */
export function deploymentHealth(object: KubernetesObject, pods: readonly KubernetesObject[]): Health {
  const wanted = numberField(object, 'spec', 'replicas') ?? 1;
  const status = counts(object, pods);
  const progressing = conditionOf(object, 'Progressing');
  const available = conditionOf(object, 'Available');
  if (progressing?.reason === 'ProgressDeadlineExceeded') {
    return status.failed(`${status.ready} of ${wanted} pods ready`, conditionReason(progressing));
  }
  const refused = conditionOf(object, 'ReplicaFailure');
  if (refused?.status === 'True') {
    return status.progressing(`${conditionReason(refused)}, ${status.ready} of ${wanted} pods ready`);
  }
  if (status.replicas < wanted) return status.progressing(`${status.ready} of ${wanted} pods ready`);
  if (status.updated < wanted) return status.progressing(`${status.updated} of ${wanted} pods updated`);
  if (status.replicas > wanted) {
    const old = status.replicas - wanted;
    return status.progressing(`${old} old ${old === 1 ? 'pod' : 'pods'} still there`);
  }
  if (status.ready < wanted) return status.progressing(`${status.ready} of ${wanted} pods ready`);
  if (status.available < wanted) return status.progressing(`${status.available} of ${wanted} pods available`);
  if (!hasProgressed(object, progressing)) {
    return status.progressing(progressing === undefined ? 'its rollout has not begun' : conditionReason(progressing));
  }
  if (available?.status !== 'True') {
    return status.progressing(available === undefined ? 'is not available yet' : conditionReason(available));
  }
  return { kind: 'healthy' };
}

/** Without a progress deadline (absent, or the largest number there is) the controller reports no progress. */
function hasProgressed(object: KubernetesObject, progressing: Condition | undefined): boolean {
  const deadline = numberField(object, 'spec', 'progressDeadlineSeconds');
  if (deadline === undefined || deadline === 2_147_483_647) return true;
  return progressing?.status === 'True' && progressing.reason === 'NewReplicaSetAvailable';
}

export function statefulSetHealth(object: KubernetesObject, pods: readonly KubernetesObject[]): Health {
  // Pods are replaced when a person deletes them: there is nothing to wait for.
  if (textField(object, 'spec', 'updateStrategy', 'type') === 'OnDelete') return { kind: 'healthy' };
  const wanted = numberField(object, 'spec', 'replicas') ?? 1;
  const status = counts(object, pods);
  if (status.replicas < wanted || status.ready < wanted) {
    return status.progressing(`${status.ready} of ${wanted} pods ready`);
  }
  if (status.replicas > wanted) return status.progressing(`${status.replicas} pods, of which ${wanted} are wanted`);
  const partition = numberField(object, 'spec', 'updateStrategy', 'rollingUpdate', 'partition') ?? 0;
  if (partition > 0) {
    const toUpdate = wanted - partition;
    return status.updated < toUpdate
      ? status.progressing(`${status.updated} of ${toUpdate} pods updated`)
      : { kind: 'healthy' };
  }
  if (status.current < wanted) return status.progressing(`${status.updated} of ${wanted} pods updated`);
  if (textField(object, 'status', 'currentRevision') !== textField(object, 'status', 'updateRevision')) {
    return status.progressing(`${status.updated} of ${wanted} pods updated`);
  }
  return { kind: 'healthy' };
}

export function daemonSetHealth(object: KubernetesObject, pods: readonly KubernetesObject[]): Health {
  const status = counts(object, pods);
  if (field(object, 'status', 'observedGeneration') === undefined) return status.progressing('has not begun');
  const wanted = numberField(object, 'status', 'desiredNumberScheduled');
  if (wanted === undefined) return status.progressing('its number of pods is not known yet');
  const scheduled = numberField(object, 'status', 'currentNumberScheduled') ?? 0;
  const updated = numberField(object, 'status', 'updatedNumberScheduled') ?? 0;
  const available = numberField(object, 'status', 'numberAvailable') ?? 0;
  const ready = numberField(object, 'status', 'numberReady') ?? 0;
  const onDelete = textField(object, 'spec', 'updateStrategy', 'type') === 'OnDelete';
  if (scheduled < wanted || ready < wanted) return status.progressing(`${ready} of ${wanted} pods ready`);
  if (!onDelete && updated < wanted) return status.progressing(`${updated} of ${wanted} pods updated`);
  if (available < wanted) return status.progressing(`${available} of ${wanted} pods available`);
  return { kind: 'healthy' };
}

export function replicaSetHealth(object: KubernetesObject, pods: readonly KubernetesObject[]): Health {
  const wanted = numberField(object, 'spec', 'replicas') ?? 1;
  const status = counts(object, pods);
  const refused = conditionOf(object, 'ReplicaFailure');
  if (refused?.status === 'True') return status.progressing(conditionReason(refused));
  const labelled = numberField(object, 'status', 'fullyLabeledReplicas') ?? 0;
  if (labelled < wanted || status.ready < wanted) return status.progressing(`${status.ready} of ${wanted} pods ready`);
  if (status.available < wanted) return status.progressing(`${status.available} of ${wanted} pods available`);
  if (status.replicas > wanted) return status.progressing(`${status.replicas - wanted} pods too many`);
  return { kind: 'healthy' };
}

/** The numbers that workloads report, and health worded with what their pods say: a cause before what comes of it. */
function counts(object: KubernetesObject, pods: readonly KubernetesObject[]) {
  const count = (name: string) => numberField(object, 'status', name) ?? 0;
  const trouble = podTrouble(pods);
  const withTrouble = (reason: string): string =>
    trouble === null ? reason : [trouble, reason, ...serving(object)].join(', ');
  return {
    replicas: count('replicas'),
    ready: count('readyReplicas'),
    updated: count('updatedReplicas'),
    current: count('currentReplicas'),
    available: count('availableReplicas'),
    progressing: (reason: string): Health => ({ kind: 'progressing', reason: withTrouble(reason) }),
    failed: (reason: string, otherwise: string): Health => ({
      kind: 'failed',
      reason: trouble === null ? `${reason}, ${otherwise}` : withTrouble(reason),
    }),
  };
}

/** Of a Deployment whose new pods are in trouble: whether people are still served. An old pod that is there need not be. */
function serving(object: KubernetesObject): readonly string[] {
  const count = (name: string) => numberField(object, 'status', name) ?? 0;
  const [available, older] = [count('availableReplicas'), count('replicas') - count('updatedReplicas')];
  if (object.kind !== 'Deployment' || older <= 0) return [];
  if (available === 0) return ['no pod serves'];
  return [available === 1 ? '1 pod still serves' : `${available} pods still serve`];
}
