import type { YamlPlace } from '../yaml/place.ts';
import { isLabel } from './label.ts';

/**
 * One kind as manifests write it. It may begin in lower case (CustomResourceDefinition, `names.kind`), but not where it is
 * one of Kubernetes' own, written otherwise: a rule of what must be confirmed would guard nothing.
 */
export function readKind(at: YamlPlace): string {
  const kind = at.text('A kind, such as Deployment');
  return kind === null ? '' : checkedKind(kind, at);
}

/** The same, or with the group of its API: `ClusterPolicy.kyverno.io`. */
export function readKindOfGroup(at: YamlPlace): string {
  const written = at.text('A kind, such as Namespace, or one with its group, such as ClusterPolicy.kyverno.io,');
  if (written === null) return '';
  const [kind = '', ...group] = written.split('.');
  checkedKind(kind, at);
  if (group.some((label) => !isLabel(label))) {
    at.complain('After its first dot the group of its API is expected: `ClusterPolicy.kyverno.io`.');
  }
  return written;
}

function checkedKind(kind: string, at: YamlPlace): string {
  const meant = ownKinds.find((own) => isMeant(own, kind));
  if (meant !== undefined) {
    at.complain(`One kind is expected here, as manifests write it: did you mean \`${meant}\`?`);
  } else if (!/^[A-Za-z]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?$/.test(kind)) {
    at.complain('One kind is expected here, as manifests write it (`Deployment`), and no pattern.');
  }
  return kind;
}

/** In other letters, or as kubectl takes it: `statefulset`, `statefulsets`. */
function isMeant(own: string, written: string): boolean {
  if (written === own) return false;
  return written.toLowerCase() === own.toLowerCase() || pluralsOf(own.toLowerCase()).includes(written);
}

function pluralsOf(kind: string): readonly string[] {
  return [`${kind}s`, `${kind}es`, kind.replace(/y$/, 'ies')];
}

// What `kubectl api-resources` lists of a cluster as it comes, without what nobody writes to a manifest.
const ownKinds = [
  'ClusterRole ClusterRoleBinding ConfigMap CronJob CustomResourceDefinition DaemonSet Deployment EndpointSlice Endpoints',
  'HorizontalPodAutoscaler Ingress IngressClass Job LimitRange MutatingWebhookConfiguration Namespace NetworkPolicy',
  'PersistentVolume PersistentVolumeClaim Pod PodDisruptionBudget PodTemplate PriorityClass ReplicaSet',
  'ReplicationController ResourceQuota Role RoleBinding RuntimeClass Secret Service ServiceAccount StatefulSet StorageClass',
  'ValidatingAdmissionPolicy ValidatingAdmissionPolicyBinding ValidatingWebhookConfiguration VolumeAttachment',
].flatMap((line) => line.split(' '));
