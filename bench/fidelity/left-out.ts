import { type IdentityKey, identityKey } from '../../src/domain/manifest.ts';
import type { KeptBackChange } from '../../src/domain/plan.ts';
import { reasonOf } from '../../src/observe/verdict.ts';
import type { PredictedPlan } from '../../src/predict/predicted-plan.ts';
import type { Ending } from './stage.ts';

/** An object that could not be released as it is written. */
export interface LeftOut {
  readonly key: IdentityKey;
  readonly when: 'before' | 'after';
  /** `immutable`, `kind-missing`, …; `kept-back` by the release's own plan, `refused-at-apply` of what could only be asked then. */
  readonly code: string;
  readonly message: string;
}

export function toLeftOut({ identity, reason }: KeptBackChange): LeftOut {
  return { key: identityKey(identity), when: 'after', code: reason.code, message: reason.message };
}

/** What could only be asked once something else of the same release was there, and was refused then. */
export function refusedLater(planned: PredictedPlan, ending: Ending): readonly LeftOut[] {
  if (ending.kind !== 'diverged' && ending.kind !== 'blocked') return [];
  return planned.objects.flatMap(({ reference }) => {
    const words = ending.reasons.find((reason) => reason.startsWith(reasonOf(reference, '')));
    return words === undefined
      ? []
      : [
          {
            key: identityKey(reference),
            when: 'after',
            code: ending.kind === 'blocked' ? 'kept-back' : 'refused-at-apply',
            message: words,
          },
        ];
  });
}
