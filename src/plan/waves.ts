import type { Identity } from '../domain/manifest.ts';

/**
 * In which order a release applies, and, turned round, in which it deletes: what others stand on first. The order is
 * the field's (Helm's InstallOrder, kustomize's), folded into as few waves as keep it true, because what is in one wave
 * is applied at once.
 */
export function wavesOf<T>(items: readonly T[], identityOf: (item: T) => Identity): readonly (readonly T[])[] {
  const waves = Map.groupBy(items, (item) => rankOf(identityOf(item)));
  return [...waves].toSorted(([left], [right]) => left - right).map(([, members]) => members);
}

/** What other objects of the same release cannot even be dry-run without; it is waited for before the next wave. */
export function isPrerequisite(identity: Identity): boolean {
  return rankOf(identity) === 0;
}

function rankOf({ group, kind }: Identity): number {
  const rank = order.findIndex((wave) => wave.has(`${group}/${kind}`));
  return rank < 0 ? others : rank;
}

const workloads = [
  '/Pod',
  '/ReplicationController',
  'apps/DaemonSet',
  'apps/Deployment',
  'apps/ReplicaSet',
  'apps/StatefulSet',
  'autoscaling/HorizontalPodAutoscaler',
  'batch/CronJob',
  'batch/Job',
];

/** Custom resources and whatever is in no wave: their controllers and webhooks may be workloads of the same release. */
const unnamed: readonly string[] = [];

const order: readonly ReadonlySet<string>[] = [
  ['/Namespace', 'apiextensions.k8s.io/CustomResourceDefinition'],
  // Quotas and limits before what they count; accounts, configuration and roles before who uses them.
  [
    '/ConfigMap',
    '/LimitRange',
    '/PersistentVolume',
    '/ResourceQuota',
    '/Secret',
    '/ServiceAccount',
    'gateway.networking.k8s.io/GatewayClass',
    'networking.k8s.io/IngressClass',
    'networking.k8s.io/NetworkPolicy',
    'node.k8s.io/RuntimeClass',
    'rbac.authorization.k8s.io/ClusterRole',
    'rbac.authorization.k8s.io/Role',
    'scheduling.k8s.io/PriorityClass',
    'storage.k8s.io/StorageClass',
  ],
  // A binding is refused while its role is missing.
  [
    '/PersistentVolumeClaim',
    'policy/PodDisruptionBudget',
    'rbac.authorization.k8s.io/ClusterRoleBinding',
    'rbac.authorization.k8s.io/RoleBinding',
  ],
  // Pods learn the Services that are there when they start.
  ['/Service'],
  workloads,
  unnamed,
  // An API or a webhook whose pods are not there yet would refuse what comes after it.
  [
    'admissionregistration.k8s.io/MutatingAdmissionPolicy',
    'admissionregistration.k8s.io/MutatingAdmissionPolicyBinding',
    'admissionregistration.k8s.io/MutatingWebhookConfiguration',
    'admissionregistration.k8s.io/ValidatingAdmissionPolicy',
    'admissionregistration.k8s.io/ValidatingAdmissionPolicyBinding',
    'admissionregistration.k8s.io/ValidatingWebhookConfiguration',
    'apiregistration.k8s.io/APIService',
  ],
].map((kinds) => new Set(kinds));

const others = 5;
