import type { Identity } from './manifest.ts';

/**
 * Which kinds outside namespaces a rule allows (`clusterScoped`): `Kind.group`, or `Kind` alone. Alone it is the kind of
 * Kubernetes' own, where that has one of the name; any other is meant only as long as one group alone serves it.
 */
export type AllowedKind = string;

export type KindAllowance = 'allowed' | 'denied' | 'ambiguous';

/** `served`: the groups in which the cluster has, or is to have, a kind of this name outside namespaces. */
export function kindAllowance(
  allowed: readonly AllowedKind[],
  { group, kind }: Pick<Identity, 'group' | 'kind'>,
  served: readonly string[],
): KindAllowance {
  if (allowed.includes(`${kind}.${group}`)) return 'allowed';
  if (!allowed.includes(kind)) return 'denied';
  const own = ownGroup(kind);
  if (own !== null) return own === group ? 'allowed' : 'denied';
  // Fail closed: whoever brings a kind of that name in another group must not be let in by a rule that is about this one.
  return served.every((other) => other === group) ? 'allowed' : 'ambiguous';
}

/** As a rule names it so that it is meant whatever else the cluster serves. */
export function allowedKind({ group, kind }: Pick<Identity, 'group' | 'kind'>): AllowedKind {
  return ownGroup(kind) === group ? kind : `${kind}.${group}`;
}

/** Whether a kind alone may be meant of several groups. */
export function needsGroup(allowed: AllowedKind): boolean {
  return !allowed.includes('.') && ownGroup(allowed) === null;
}

/** null: it is none of Kubernetes' own outside namespaces. */
function ownGroup(kind: string): string | null {
  return ownGroups.get(kind) ?? null;
}

// What `kubectl api-resources --namespaced=false` lists of a cluster as it comes (v1.36).
const ownGroups: ReadonlyMap<string, string> = new Map(
  Object.entries({
    '': 'Namespace Node PersistentVolume',
    'admissionregistration.k8s.io':
      'MutatingAdmissionPolicy MutatingAdmissionPolicyBinding MutatingWebhookConfiguration ValidatingAdmissionPolicy ValidatingAdmissionPolicyBinding ValidatingWebhookConfiguration',
    'apiextensions.k8s.io': 'CustomResourceDefinition',
    'apiregistration.k8s.io': 'APIService',
    'certificates.k8s.io': 'CertificateSigningRequest ClusterTrustBundle',
    'flowcontrol.apiserver.k8s.io': 'FlowSchema PriorityLevelConfiguration',
    'networking.k8s.io': 'IPAddress IngressClass ServiceCIDR',
    'node.k8s.io': 'RuntimeClass',
    'rbac.authorization.k8s.io': 'ClusterRole ClusterRoleBinding',
    'resource.k8s.io': 'DeviceClass DeviceTaintRule ResourceSlice',
    'scheduling.k8s.io': 'PriorityClass',
    'storage.k8s.io': 'CSIDriver CSINode StorageClass VolumeAttachment VolumeAttributesClass',
  }).flatMap(([group, kinds]) => kinds.split(' ').map((kind) => [kind, group] as const)),
);
