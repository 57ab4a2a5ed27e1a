import { textField } from '../../domain/field.ts';
import type { Judgement } from '../judgement.ts';
import { podTemplateOf } from './pod-template.ts';

/**
 * Says of a namespace that is to be made with a Pod Security level that nobody has held against it the pods of what is
 * made in it: admission warns of a workload only where its namespace is there, and refuses the pods later
 * (kubernetes.io/docs/concepts/security/pod-security-admission).
 */
export function withUncheckedPods(judgements: readonly Judgement[]): readonly Judgement[] {
  return judgements.map((judgement) => {
    const level = enforcedLevel(judgement);
    if (level === null || judgement.remark !== null) return judgement;
    const { name } = judgement.subject.reference;
    const inside = judgements.filter(
      ({ action, desired, subject }) =>
        action === 'create' &&
        subject.reference.namespace === name &&
        desired !== null &&
        podTemplateOf(desired) !== null,
    );
    if (inside.length === 0) return judgement;
    const pods = inside.length === 1 ? 'the pods of one object' : `the pods of ${inside.length} objects`;
    const remark = `it enforces Pod Security "${level}": whether ${pods} in it comply can be asked only once it is there`;
    return { ...judgement, remark };
  });
}

/** null: every pod is let in. */
function enforcedLevel({ action, desired, subject: { reference } }: Judgement): string | null {
  if (action !== 'create' || reference.group !== '' || reference.kind !== 'Namespace' || desired === null) return null;
  const level = textField(desired, 'metadata', 'labels', 'pod-security.kubernetes.io/enforce') ?? null;
  return level === null || level === 'privileged' ? null : level;
}
