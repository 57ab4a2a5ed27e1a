import { identityKey, type KubernetesObject, referenceOf } from '../../src/domain/manifest.ts';
import type { KeptBackJudgement, PossibleJudgement } from '../../src/plan/judgement.ts';

/** A judgement on one object that is to be created, with what a test changes about it. */
export function judgement(object: KubernetesObject, changes: Partial<PossibleJudgement> = {}): PossibleJudgement {
  const reference = referenceOf(object);
  return {
    subject: {
      key: identityKey(reference),
      reference,
      origin: null,
      written: null,
      released: null,
      base: null,
      merged: object,
      touched: true,
      entry: null,
      stop: null,
      needs: [],
      meant: null,
      notes: [],
    },
    live: { kind: 'absent' },
    desired: object,
    origin: null,
    action: 'create',
    certainty: { kind: 'exact' },
    paths: [],
    before: null,
    after: object,
    warnings: [],
    remark: null,
    adopted: false,
    fromPullRequest: true,
    hidden: [],
    left: [],
    foreign: [],
    needs: [],
    ...changes,
  };
}

/** One that may not be created, for the reason and by the refusal of the API server (null: by nobody's) that a test gives. */
export function keptBack(
  object: KubernetesObject,
  why: Pick<KeptBackJudgement, 'action' | 'reason' | 'refused'>,
): KeptBackJudgement {
  return { ...judgement(object), ...why };
}
