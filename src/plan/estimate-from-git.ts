import { attribute } from './fields/attribute.ts';
import { contentOf } from './fields/content.ts';
import type { JudgementOfSubject, PossibleJudgement } from './judgement.ts';

/**
 * What a plan can say of an object that the API server cannot judge yet: nobody knows what it will be, but Git says what
 * it wants. Where the object lives, the difference between base and merged manifest stands for what the merge does.
 */
export function estimatedFromGit(judgement: JudgementOfSubject, why: string): PossibleJudgement {
  const { subject, desired, live } = judgement;
  const after = desired && contentOf(desired);
  const estimate = {
    ...judgement,
    origin: subject.origin,
    certainty: { kind: 'estimated', why },
  } as const;
  if (live.kind !== 'present' || after === null) return { ...estimate, action: 'create', before: null, after };
  const before = subject.base && contentOf(subject.base);
  const paths = before === null ? [] : attribute({ live: before, released: before, base: before, merged: after });
  return { ...estimate, action: 'update', before, after, paths };
}
