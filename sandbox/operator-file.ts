import type { SandboxCluster } from './cluster/cluster.ts';
import { owner, name as repository } from './sample.ts';

/** An environment that may be released. Its namespace is made, and the right to write there given to the impersonated user. */
export type Allowed = {
  readonly environment: string;
  readonly cluster: string;
  readonly namespace: string;
  /** More namespaces that it may write to. They are not made, and no right is given there. */
  readonly namespaces?: readonly string[];
  /** Branches that may be released. Default: the default branch. */
  readonly refs?: readonly string[];
};

/** The user under whom an environment's objects are written. */
export function impersonated(namespace: string): string {
  return `system:serviceaccount:${namespace}:fairlead`;
}

/** Fairlead's own rights in a cluster: its ledgers, and to act as those whom it is told to act as. See `docs/cluster.yaml`. */
export const ownRules = [
  { namespace: 'fairlead', apiGroups: [''], resources: ['configmaps', 'secrets'], verbs: ['*'] },
  { namespace: 'fairlead', apiGroups: ['coordination.k8s.io'], resources: ['leases'], verbs: ['*'] },
  { apiGroups: [''], resources: ['namespaces'], verbs: ['get', 'list'] },
  { apiGroups: ['apiextensions.k8s.io'], resources: ['customresourcedefinitions'], verbs: ['get', 'list'] },
  { apiGroups: [''], resources: ['limitranges'], verbs: ['list'] },
  {
    apiGroups: ['admissionregistration.k8s.io'],
    resources: [
      'mutatingadmissionpolicies',
      'mutatingadmissionpolicybindings',
      'mutatingwebhookconfigurations',
      'validatingadmissionpolicies',
      'validatingadmissionpolicybindings',
      'validatingwebhookconfigurations',
    ],
    verbs: ['list'],
  },
  { apiGroups: [''], resources: ['users', 'groups', 'serviceaccounts'], verbs: ['impersonate'] },
];

/** The operator's file for these clusters (JSON, which YAML includes), with a kubeconfig of limited rights for each. */
export async function makeOperatorFile(
  clusters: Readonly<Record<string, SandboxCluster>>,
  allow: readonly Allowed[],
): Promise<string> {
  const entries = await Promise.all(
    Object.entries(clusters).map(async ([name, cluster]) => [name, await entry(name, cluster, allow)] as const),
  );
  return JSON.stringify({ clusters: Object.fromEntries(entries) }, null, 2);
}

async function entry(name: string, cluster: SandboxCluster, allow: readonly Allowed[]) {
  return {
    kubeconfig: await cluster.limitedKubeconfig({ user: 'fairlead', rules: ownRules }),
    allow: allow
      .filter((allowed) => allowed.cluster === name)
      .map((allowed) => ({
        repository: `${owner}/${repository}`,
        environments: [allowed.environment],
        ...(allowed.refs === undefined ? {} : { refs: allowed.refs }),
        namespaces: [allowed.namespace, ...(allowed.namespaces ?? [])],
        impersonate: impersonated(allowed.namespace),
      })),
  };
}
