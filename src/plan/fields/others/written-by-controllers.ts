import { type KubernetesObject, ownManager } from '../../../domain/manifest.ts';
import type { Path } from '../path.ts';
import { parsePointer, type Step } from '../pointer.ts';

/** Who wrote a field, as `managedFields` says it. */
export interface Writer {
  readonly manager: string;
  readonly operation: string;
  /** '': the object itself. */
  readonly subresource: string;
}

/**
 * The built-in rule by which a field that Git does not mention is no person's doing; null: none. Every rule names its
 * source.
 */
export function builtInRule(object: KubernetesObject, path: Path, writer: Writer): string | null {
  const rule = rules.find(
    ({ kinds, by, paths }) =>
      (kinds === undefined || kinds.includes(object.kind)) &&
      (by === undefined || by(writer)) &&
      (paths === undefined || paths.some((steps) => covers(steps, path))),
  );
  return rule === undefined ? null : `built-in: ${rule.name}`;
}

interface Rule {
  readonly name: string;
  /** Absent: of every kind. */
  readonly kinds?: readonly string[];
  /** Absent: whoever wrote it. */
  readonly by?: (writer: Writer) => boolean;
  /** Absent: every field. */
  readonly paths?: readonly (readonly Step[])[];
}

const rules: readonly Rule[] = [
  {
    // kubernetes.io/docs/concepts/overview/components: its controllers write revisions, bindings, tokens, scales.
    name: 'the control plane',
    by: ({ manager }) => controlPlane.has(manager),
  },
  {
    // kubernetes.io/docs/reference/access-authn-authz/rbac, "Aggregated ClusterRoles"
    name: 'aggregated roles',
    kinds: ['ClusterRole'],
    by: ({ manager }) => manager === 'clusterrole-aggregation-controller',
    paths: pointers('/rules'),
  },
  {
    // What admission changes as Fairlead applies is kept as an update of Fairlead's (apiserver, handlers/patch.go).
    name: 'admission, as Fairlead applied',
    by: ({ manager }) => manager === ownManager,
  },
  {
    // kubernetes.io/docs/tasks/run-application/horizontal-pod-autoscale: who scales, writes through /scale.
    name: 'written through /scale',
    by: ({ subresource }) => subresource === 'scale',
    paths: pointers('/spec/replicas'),
  },
  {
    // kubernetes.io/docs/concepts/overview/working-with-objects/finalizers and …/owners-dependents
    name: 'finalizers and owners',
    paths: pointers('/metadata/finalizers', '/metadata/ownerReferences'),
  },
  {
    // kubernetes.io/docs/reference/labels-annotations-taints, deployment.kubernetes.io/*
    name: 'revisions of rollouts',
    paths: pointers(
      '/metadata/annotations/deployment.kubernetes.io~1revision',
      '/metadata/annotations/deployment.kubernetes.io~1revision-history',
      '/metadata/annotations/deployment.kubernetes.io~1desired-replicas',
      '/metadata/annotations/deployment.kubernetes.io~1max-replicas',
      '/metadata/annotations/deprecated.daemonset.template.generation',
    ),
  },
  {
    // kubernetes.io/docs/reference/labels-annotations-taints, kubectl.kubernetes.io/restartedAt: a restart is no setting,
    // and taking it away would be another one.
    name: 'restarts that somebody asked for',
    paths: pointers('/spec/template/metadata/annotations/kubectl.kubernetes.io~1restartedAt'),
  },
  {
    // kubernetes.io/docs/reference/labels-annotations-taints, pv.kubernetes.io/* and volume.kubernetes.io/*
    name: 'bindings of volumes',
    kinds: ['PersistentVolumeClaim', 'PersistentVolume'],
    paths: pointers(
      '/spec/volumeName',
      '/spec/claimRef',
      '/metadata/annotations/pv.kubernetes.io~1bind-completed',
      '/metadata/annotations/pv.kubernetes.io~1bound-by-controller',
      '/metadata/annotations/pv.kubernetes.io~1provisioned-by',
      '/metadata/annotations/volume.kubernetes.io~1storage-provisioner',
      '/metadata/annotations/volume.kubernetes.io~1selected-node',
      '/metadata/annotations/volume.beta.kubernetes.io~1storage-provisioner',
    ),
  },
  {
    // kubernetes.io/docs/concepts/services-networking/service and …/cluster-ip-allocation
    name: 'addresses and ports of Services',
    kinds: ['Service'],
    paths: pointers(
      '/spec/clusterIP',
      '/spec/clusterIPs',
      '/spec/ipFamilies',
      '/spec/ipFamilyPolicy',
      '/spec/healthCheckNodePort',
      '/spec/ports/*/nodePort',
    ),
  },
  {
    // cert-manager.io/docs/concepts/ca-injector
    name: 'injected CA bundles',
    kinds: ['ValidatingWebhookConfiguration', 'MutatingWebhookConfiguration'],
    paths: pointers('/webhooks/*/clientConfig/caBundle'),
  },
  {
    name: 'injected CA bundles',
    kinds: ['CustomResourceDefinition', 'APIService'],
    paths: pointers('/spec/conversion/webhook/clientConfig/caBundle', '/spec/caBundle'),
  },
  {
    // kubernetes.io/docs/reference/labels-annotations-taints, kubernetes.io/metadata.name; its finalizer goes with it.
    name: 'what every Namespace has',
    kinds: ['Namespace'],
    paths: pointers('/spec/finalizers', '/metadata/labels/kubernetes.io~1metadata.name'),
  },
  {
    // pkg.go.dev/k8s.io/client-go/tools/leaderelection/resourcelock, LeaderElectionRecordAnnotationKey
    name: 'leader election',
    paths: pointers('/metadata/annotations/control-plane.alpha.kubernetes.io~1leader'),
  },
  {
    // cloud.google.com/kubernetes-engine/docs/how-to/container-native-load-balancing
    name: 'network endpoint groups',
    kinds: ['Service'],
    paths: pointers('/metadata/annotations/cloud.google.com~1neg-status'),
  },
];

const controlPlane: ReadonlySet<string> = new Set([
  'kube-apiserver',
  'kube-controller-manager',
  'kube-scheduler',
  'kubelet',
  'cloud-controller-manager',
  'cluster-autoscaler',
]);

function pointers(...texts: readonly string[]): readonly (readonly Step[])[] {
  return texts.map((text) => {
    const steps = parsePointer(text);
    if (steps === null) throw new TypeError(`${text} is no pointer`);
    return steps;
  });
}

function covers(steps: readonly Step[], path: Path): boolean {
  return (
    path.length >= steps.length &&
    steps.every((step, index) => step.kind === 'every' || (step.kind === 'member' && step.name === path[index]))
  );
}
