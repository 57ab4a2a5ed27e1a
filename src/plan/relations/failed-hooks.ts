import { listField, textField } from '../../domain/field.ts';
import type { KubernetesObject } from '../../domain/manifest.ts';
import type { Judgement } from '../judgement.ts';

/**
 * Says of hooks that run before others and failed the last time that a release stops at them: they stay as they are, so
 * nothing has them run again, and what comes after them does not begin.
 */
export function withFailedHooks(judgements: readonly Judgement[]): readonly Judgement[] {
  if (!judgements.some(({ action }) => written.has(action))) return judgements;
  return judgements.map((judgement) => {
    const { subject, action, live, remark } = judgement;
    const isBefore = subject.written?.hook?.phase === 'before' && action === 'unchanged';
    if (!isBefore || remark !== null || live.kind !== 'present' || !hasFailed(live.object)) return judgement;
    return { ...judgement, remark: stops };
  });
}

const written: ReadonlySet<Judgement['action']> = new Set(['create', 'update', 'replace']);

const stops =
  'this hook failed, and a release begins nothing that comes after it: change it, or delete it to have it run again';

// kubernetes.io/docs/concepts/workloads/controllers/job and …/pods/pod-lifecycle
function hasFailed(object: KubernetesObject): boolean {
  if (object.kind === 'Pod') return textField(object, 'status', 'phase') === 'Failed';
  if (object.kind !== 'Job') return false;
  return listField(object, 'status', 'conditions').some(({ type, status }) => type === 'Failed' && status === 'True');
}
