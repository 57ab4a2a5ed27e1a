import { identityKey, type KubernetesObject, referenceOf } from '../../src/domain/manifest.ts';
import type { Judgement } from '../../src/plan/judgement.ts';

/** A judgement on one object that is to be created, with what a test changes about it. */
export function judgement(object: KubernetesObject, changes: Partial<Judgement> = {}): Judgement {
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
    },
    live: { kind: 'absent' },
    desired: object,
    origin: null,
    action: 'create',
    certainty: { kind: 'exact' },
    paths: [],
    before: null,
    after: object,
    reason: null,
    refused: null,
    warnings: [],
    remark: null,
    adopted: false,
    fromPullRequest: true,
    hidden: [],
    needs: [],
    ...changes,
  };
}
