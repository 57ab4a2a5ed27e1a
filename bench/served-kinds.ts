import type { BenchObject } from './objects.ts';

/** Kinds of the corpus that the sandbox's API server serves in namespaces, and their names in paths. */
const plurals: Readonly<Record<string, string>> = {
  'v1/ConfigMap': 'configmaps',
  'v1/LimitRange': 'limitranges',
  'v1/ResourceQuota': 'resourcequotas',
  'v1/ServiceAccount': 'serviceaccounts',
  'networking.k8s.io/v1/NetworkPolicy': 'networkpolicies',
  'rbac.authorization.k8s.io/v1/Role': 'roles',
  'rbac.authorization.k8s.io/v1/RoleBinding': 'rolebindings',
};

type Kind = Pick<BenchObject, 'apiVersion' | 'kind'>;

export function isServed({ apiVersion, kind }: Kind): boolean {
  return plurals[`${apiVersion}/${kind}`] !== undefined;
}

/** `/apis/networking.k8s.io/v1/namespaces/shop/networkpolicies/default` */
export function objectPath({ apiVersion, kind, metadata }: BenchObject): string {
  const root = apiVersion.includes('/') ? '/apis' : '/api';
  const plural = plurals[`${apiVersion}/${kind}`] ?? '';
  return `${root}/${apiVersion}/namespaces/${metadata.namespace}/${plural}/${encodeURIComponent(metadata.name)}`;
}
