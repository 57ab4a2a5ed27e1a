import { createHash } from 'node:crypto';
import type { Identity } from '../../domain/manifest.ts';

/**
 * The id of the ApplySet whose parent is a ConfigMap (KEP-3659): every member carries it as
 * `applyset.kubernetes.io/part-of`. The group of a ConfigMap is empty, so what is hashed ends with a dot.
 */
export function applySetId(name: string, namespace: string): string {
  const digest = createHash('sha256').update(`${name}.${namespace}.ConfigMap.`).digest('base64url');
  return `applyset-${digest}-v1`;
}

/** What a parent says of its set. `tooling` is `NAME/VERSION`: kubectl keeps its hands off sets of another name. */
export function applySetParent(
  parent: { readonly name: string; readonly namespace: string; readonly tooling: string },
  members: readonly Identity[],
): { readonly labels: Readonly<Record<string, string>>; readonly annotations: Readonly<Record<string, string>> } {
  const groupKinds = sortedSet(members.map(({ group, kind }) => (group === '' ? kind : `${kind}.${group}`)));
  const elsewhere = sortedSet(
    members.flatMap(({ namespace }) => (namespace === null || namespace === parent.namespace ? [] : [namespace])),
  );
  return {
    labels: { 'applyset.kubernetes.io/id': applySetId(parent.name, parent.namespace) },
    annotations: {
      'applyset.kubernetes.io/tooling': parent.tooling,
      'applyset.kubernetes.io/contains-group-kinds': groupKinds,
      // kubectl takes an empty list for a namespace of no name.
      ...(elsewhere === '' ? {} : { 'applyset.kubernetes.io/additional-namespaces': elsewhere }),
    },
  };
}

function sortedSet(names: readonly string[]): string {
  return [...new Set(names)].toSorted().join(',');
}
