import { type Identity, type IdentityKey, identityKey } from '../../domain/manifest.ts';

/** What `wavesOf` must know of an item: what it is, and what of the same release it cannot be without. */
export interface WaveMember {
  readonly identity: Identity;
  readonly needs: readonly Identity[];
}

/**
 * In which order a release applies, and, turned round, in which it deletes: what others stand on first. The order is
 * the field's (Helm's InstallOrder, kustomize's), folded into as few waves as keep it true, because what is in one wave
 * is applied at once. What an item needs comes before it, whatever the kinds.
 */
export function wavesOf<T>(items: readonly T[], memberOf: (item: T) => WaveMember): readonly (readonly T[])[] {
  const members = new Map(items.map((item) => [identityKey(memberOf(item).identity), memberOf(item)]));
  const ranks = new Map<IdentityKey, number>();
  const rank = (member: WaveMember): number => {
    const key = identityKey(member.identity);
    const known = ranks.get(key);
    if (known !== undefined) return known;
    const own = rankOf(member.identity);
    // Before the needs are asked: a circle ends here.
    ranks.set(key, own);
    const needs = member.needs.flatMap((need) => members.get(identityKey(need)) ?? []);
    const after = needs.map((need) => rank(need) + 1 / 16);
    const settled = Math.max(own, ...after);
    ranks.set(key, settled);
    return settled;
  };
  const waves = Map.groupBy(items, (item) => rank(memberOf(item)));
  return [...waves].toSorted(([left], [right]) => left - right).map(([, wave]) => wave);
}

/** What is used the moment it is there: namespaces to be active, CRDs to be served. It is waited for. */
export function isAwaited(identity: Identity): boolean {
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
