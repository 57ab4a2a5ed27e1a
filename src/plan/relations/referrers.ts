import { type Identity, type IdentityKey, identityKey } from '../../domain/manifest.ts';
import { takesEffect } from '../fields/attribute.ts';
import type { Judgement } from '../judgement.ts';
import { podReferences } from './pod-references.ts';

export interface Referrers {
  /**
   * - `not-restarted`: their pods read it, and go on with the old values
   * - `left-without`: it is deleted, and the merged rendering of these still names it
   */
  readonly kind: 'not-restarted' | 'left-without';
  /** At least one. */
  readonly workloads: readonly Identity[];
}

/**
 * Of each object that goes, the workloads of the merged rendering that still name it; of each whose values change,
 * those whose pods read it and go on with the old ones. Objects of which neither is true are not in it.
 */
export function referrersOf(judgements: readonly Judgement[]): ReadonlyMap<IdentityKey, Referrers> {
  const concerns: Concerns = new Map(
    judgements.flatMap((judgement) => {
      const concern = concernOf(judgement);
      return concern === null ? [] : [[judgement.subject.key, concern]];
    }),
  );
  // Of most plans this is all: pods are looked through only where it can matter.
  if (concerns.size === 0) return new Map();
  const workloads = new Map<IdentityKey, Identity[]>();
  for (const judgement of judgements) {
    const { group, kind, namespace, name } = judgement.subject.reference;
    for (const key of new Set(keysNamedBy(judgement, concerns))) {
      workloads.set(key, [...(workloads.get(key) ?? []), { group, kind, namespace, name }]);
    }
  }
  return new Map(
    [...concerns].flatMap(([key, kind]) => {
      const named = workloads.get(key);
      return named === undefined ? [] : [[key, { kind, workloads: named }]];
    }),
  );
}

type Concerns = ReadonlyMap<IdentityKey, Referrers['kind']>;

const needed = ['ConfigMap', 'Secret', 'ServiceAccount', 'PersistentVolumeClaim'];
const readByPods = ['ConfigMap', 'Secret'];
const values: readonly unknown[] = ['data', 'binaryData', 'stringData'];
/**
 * What kustomize appends to the name of what it generates: other values have another name, and pods that read it
 * another template.
 */
const hashed = /-[2456789bcdfghkmt]{10}$/;

function concernOf({ action, subject, paths }: Judgement): Referrers['kind'] | null {
  const { group, kind, name } = subject.reference;
  if (group !== '') return null;
  if (action === 'delete') return needed.includes(kind) ? 'left-without' : null;
  if (action !== 'update' && action !== 'replace') return null;
  if (!readByPods.includes(kind) || hashed.test(name)) return null;
  return paths.some((path) => takesEffect(path) && values.includes(path.path[0])) ? 'not-restarted' : null;
}

function keysNamedBy(workload: Judgement, concerns: Concerns): readonly IdentityKey[] {
  const { merged, reference } = workload.subject;
  if (merged === null) return [];
  return podReferences(merged).flatMap(({ kind, name, read, optional }) => {
    const key = identityKey({ group: '', kind, namespace: reference.namespace, name });
    const concern = concerns.get(key);
    if (concern === undefined) return [];
    const holds = concern === 'left-without' ? !optional : read && keepsItsPods(workload);
    return holds ? [key] : [];
  });
}

/** Kinds whose pods run until somebody replaces them. A Job's end, and the next ones read anew. */
const lasting = ['Deployment', 'StatefulSet', 'DaemonSet', 'ReplicaSet', 'ReplicationController', 'Pod'];

// Where it is not known what becomes of its template, nothing is said.
function keepsItsPods({ action, certainty, paths, subject }: Judgement): boolean {
  if (!lasting.includes(subject.reference.kind)) return false;
  if (action === 'unchanged') return true;
  const restarts = paths.some((path) => takesEffect(path) && path.path[0] === 'spec' && path.path[1] === 'template');
  return action === 'update' && certainty.kind === 'exact' && !restarts;
}
