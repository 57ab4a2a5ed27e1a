import { type KubernetesObject, parseApiVersion } from '../../src/domain/manifest.ts';

/** Kinds of the corpus that live outside of namespaces; all others that a cluster does not serve live in one. */
const outsideNamespaces: ReadonlySet<string> = new Set(['ClusterIssuer']);

/**
 * Definitions of kinds that a cluster does not serve, which take whatever is written: for every kind in all the versions
 * that occur. None for the groups that Kubernetes keeps to itself: the API server takes no definition there.
 */
export function permissiveDefinitions(objects: readonly KubernetesObject[]): readonly KubernetesObject[] {
  const kinds = Map.groupBy(objects, ({ apiVersion, kind }) => `${kind}.${parseApiVersion(apiVersion).group}`);
  return [...kinds.values()].flatMap((all) => {
    const [first] = all;
    if (first === undefined) return [];
    const { group } = parseApiVersion(first.apiVersion);
    if (!group.includes('.')) return [];
    const versions = [...new Set(all.map(({ apiVersion }) => parseApiVersion(apiVersion).version))].toSorted();
    return [definition(group, first.kind, versions)];
  });
}

function definition(group: string, kind: string, versions: readonly string[]): KubernetesObject {
  const singular = kind.toLowerCase();
  const plural = singular.endsWith('y') ? `${singular.slice(0, -1)}ies` : `${singular}s`;
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: {
      name: `${plural}.${group}`,
      annotations: { 'api-approved.kubernetes.io': 'unapproved, for a test of predictions' },
    },
    spec: {
      group,
      scope: outsideNamespaces.has(kind) ? 'Cluster' : 'Namespaced',
      names: { kind, singular, plural, listKind: `${kind}List` },
      versions: versions.map((name, index) => ({
        name,
        served: true,
        storage: index === versions.length - 1,
        schema: { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } },
      })),
    },
  };
}
