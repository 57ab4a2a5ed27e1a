import type { ServedKind } from '../../ports/cluster.ts';

/** `/api/v1` or `/apis/apps/v1`. */
export function groupVersionPath(group: string, version: string): string {
  return group === '' ? `/api/${version}` : `/apis/${group}/${version}`;
}

/** Where a kind's objects are listed: in a namespace, or (null) all there are. */
export function collectionPath(served: ServedKind, namespace: string | null): string {
  const within = served.namespaced && namespace !== null ? `/namespaces/${encodeURIComponent(namespace)}` : '';
  return `${groupVersionPath(served.group, served.version)}${within}/${served.plural}`;
}

export function objectPath(served: ServedKind, namespace: string | null, name: string): string {
  return `${collectionPath(served, namespace)}/${encodeURIComponent(name)}`;
}

/**
 * Whether a name can stand in a path: the API server's own rule (apimachinery's path segment names). Names come from
 * manifests, which are untrusted: `..` would address another resource.
 */
export function isPathSegment(name: string): boolean {
  return name !== '' && name !== '.' && name !== '..' && !/[/%]/.test(name);
}

/** Whether group and version can be asked for at all: `../v1` is no group. */
export function isGroupVersion(group: string, version: string): boolean {
  return (group === '' || dnsName.test(group)) && /^[a-z0-9]+$/.test(version);
}

const dnsName = /^[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*$/;
