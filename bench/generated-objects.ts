import type { BenchObject } from './objects.ts';

/** A hundred namespaces with what the corpus holds in one: so many of each kind, about as large. */
export function generatedObjects(): readonly BenchObject[] {
  return Array.from({ length: 100 }, (_, index) => tenant(`tenant-${index + 1}`)).flat();
}

function tenant(namespace: string): readonly BenchObject[] {
  const rbac = 'rbac.authorization.k8s.io';
  const metadata = (name: string) => ({ name, namespace });
  const group = (name: string) => ({ kind: 'Group', name: `github:${name}`, apiGroup: rbac });
  const policy = (name: string, from: object) => ({
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: metadata(name),
    spec: { podSelector: {}, policyTypes: ['Ingress'], ingress: [{ from: [from] }] },
  });
  const binding = (name: string, subjects: readonly object[], kind: string, role: string) => ({
    apiVersion: `${rbac}/v1`,
    kind: 'RoleBinding',
    metadata: metadata(name),
    subjects,
    roleRef: { kind, name: role, apiGroup: rbac },
  });
  const account = { kind: 'ServiceAccount', name: 'deployer', namespace };
  const limits = [
    {
      default: { cpu: '1', memory: '1Gi' },
      defaultRequest: { cpu: '10m', memory: '100Mi' },
      type: 'Container',
    },
  ];
  const rules = [{ apiGroups: ['', 'apps'], resources: ['pods', 'deployments', 'services'], verbs: ['get', 'list'] }];
  const role = { apiVersion: `${rbac}/v1`, kind: 'Role', metadata: metadata('deployer'), rules };
  return [
    binding('admins', [group(`${namespace}-admins`), group('on-call')], 'ClusterRole', 'admin'),
    { apiVersion: 'v1', kind: 'LimitRange', metadata: metadata('limits'), spec: { limits } } as BenchObject,
    {
      apiVersion: 'v1',
      kind: 'ResourceQuota',
      metadata: metadata('quota'),
      spec: { hard: { pods: '50' } },
    } as BenchObject,
    policy('default', { podSelector: {} }),
    policy('from-ingress', { namespaceSelector: { matchLabels: { component: 'ingress-controllers' } } }),
    { apiVersion: 'v1', kind: 'ServiceAccount', metadata: metadata('deployer') },
    role,
    binding('deployer', [account], 'Role', 'deployer'),
  ];
}
