import { type KubernetesObject, replaceAnnotation } from '../../domain/manifest.ts';
import type { BlockedReason } from '../../domain/plan.ts';
import type { Refusal } from '../../domain/prediction.ts';
import { contentOf } from '../fields/content.ts';
import type { Judgement, JudgementOfSubject, KeptBackJudgement } from '../judgement.ts';
import { isSecret } from '../manifests/settle-manifest.ts';
import { withMeantFields } from './meant-field.ts';
import { withPlainLimits } from './plain-limits.ts';
import { refusalFaults, refusalOrigin } from './refusal-origin.ts';
import { refusalText } from './refusal-text.ts';

/** What is refused, in words and at the places in Git that people can mend. `live` null: nothing lives. */
export function blockedByRefusal(
  judgement: JudgementOfSubject,
  refused: Refusal,
  live: KubernetesObject | null,
): KeptBackJudgement {
  const { written, reference } = judgement.subject;
  const refusal = withMeantFields(withPlainLimits(refused, judgement.desired), judgement.desired, live);
  const hint = refusal.reason === 'immutable' ? immutableHint(reference.kind) : '';
  const faults = written === null ? [] : refusalFaults(written, refusal, isSecret(reference));
  const reason: BlockedReason = {
    code: refusal.reason,
    message: refusalText(refusal, isSecret(reference)) + hint,
    ...(faults.length === 0 ? {} : { faults }),
  };
  const origin = written === null ? judgement.origin : refusalOrigin(written, refusal);
  return { ...judgement, ...wanted(judgement), origin, action: 'blocked', reason, refused: refusal.reason };
}

// What an update that is refused would have been, as far as Git tells.
function wanted({ subject }: JudgementOfSubject): Pick<Judgement, 'before' | 'after'> {
  if (subject.base === null || subject.merged === null) return { before: null, after: null };
  return { before: contentOf(subject.base), after: contentOf(subject.merged) };
}

function immutableHint(kind: string): string {
  const again = `annotated with \`${replaceAnnotation}: "true"\` it is deleted and made again`;
  // What a Job has done stays done: the usual way is another Job.
  if (kind === 'Job')
    return `. A Job that lives cannot be changed so: give it another name, and it runs anew; or ${again}`;
  return `. What lives cannot be changed so; ${again}`;
}
