import { type Identity, type IdentityKey, identityKey, type ManifestHook } from '../../domain/manifest.ts';

/** What `wavesOf` must know of an item: what it is, and what of the same release it cannot be without. */
export interface WaveMember {
  readonly identity: Identity;
  readonly needs: readonly Identity[];
  /** Absent: it is applied among the others. */
  readonly hook?: ManifestHook;
}

/**
 * In which order a release applies, and, turned round, in which it deletes: what others stand on first. The order is
 * the field's (Helm's InstallOrder, kustomize's), folded into as few waves as keep it true, because what is in one wave
 * is applied at once. What an item needs comes before it, whatever the kinds. Hooks come before or after all others, by
 * weight; before the former only what they, or anything, cannot be without.
 */
export function wavesOf<T>(items: readonly T[], memberOf: (item: T) => WaveMember): readonly (readonly T[])[] {
  const phases = Map.groupBy(items, (item) => memberOf(item).hook?.phase ?? 'among');
  const among = phases.get('among') ?? [];
  const before = phases.get('before') ?? [];
  const needed = neededBy(before, among, memberOf);
  return [
    ...wavesByKind(
      among.filter((item) => needed.has(item)),
      memberOf,
    ),
    ...wavesByWeight(before, memberOf),
    ...wavesByKind(
      among.filter((item) => !needed.has(item)),
      memberOf,
    ),
    ...wavesByWeight(phases.get('after') ?? [], memberOf),
  ];
}

/** What goes before the hooks that go before all others: what they need, and what is awaited anyway. */
function neededBy<T>(hooks: readonly T[], among: readonly T[], memberOf: (item: T) => WaveMember): ReadonlySet<T> {
  const needed = new Set<T>();
  if (hooks.length === 0) return needed;
  const items = new Map(among.map((item) => [identityKey(memberOf(item).identity), item]));
  const need = (item: T): void => {
    if (needed.has(item)) return;
    needed.add(item);
    for (const other of memberOf(item).needs) follow(other);
  };
  const follow = (identity: Identity): void => {
    const item = items.get(identityKey(identity));
    if (item !== undefined) need(item);
  };
  for (const hook of hooks) for (const other of memberOf(hook).needs) follow(other);
  for (const item of among) if (isAwaited(memberOf(item).identity)) need(item);
  return needed;
}

function wavesByWeight<T>(hooks: readonly T[], memberOf: (item: T) => WaveMember): readonly (readonly T[])[] {
  const weights = Map.groupBy(hooks, (hook) => memberOf(hook).hook?.weight ?? 0);
  return [...weights].toSorted(([left], [right]) => left - right).flatMap(([, equal]) => wavesByKind(equal, memberOf));
}

function wavesByKind<T>(items: readonly T[], memberOf: (item: T) => WaveMember): readonly (readonly T[])[] {
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
