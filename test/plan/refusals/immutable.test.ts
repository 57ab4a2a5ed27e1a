import { describe, expect, it } from 'vitest';
import type { ApplyOutcome, Refusal } from '../../../src/domain/prediction.ts';
import { isImmutable } from '../../../src/plan/refusals/immutable.ts';

const cause = (field: string, message = 'Invalid value: no') => ({ field, message });
const refusal = (message: string, ...causes: Refusal['causes']): Refusal => ({ reason: 'invalid', message, causes });
const refused = (found: Refusal): ApplyOutcome => ({ kind: 'refused', refusal: found });
const accepted: ApplyOutcome = {
  kind: 'accepted',
  object: { apiVersion: 'v1', kind: 'X', metadata: { name: 'x' } },
  warnings: [],
};
const forbidden = refused({ reason: 'forbidden', message: 'no', causes: [] });

describe('What is refused as an update is', () => {
  it.each([
    ['immutable where a fresh name is accepted, whatever the words', refusal('anything', cause('a')), accepted, true],
    [
      'invalid where the fresh name is refused for the same',
      refusal('m', cause('a'), cause('b')),
      refused(refusal('m', cause('b'))),
      false,
    ],
    [
      'immutable where the fresh name is refused for something else',
      refusal('m', cause('a')),
      refused(refusal('m', cause('b'))),
      true,
    ],
    ['invalid where nobody names a cause', refusal('m'), refused(refusal('m')), false],
    ['judged by its words where no other name is possible', refusal('spec.scope: field is immutable'), null, true],
    ['judged by its words where the fresh name is forbidden', refusal('may not change once set'), forbidden, true],
    ['invalid where the words do not say', refusal('must be positive'), forbidden, false],
    [
      'never immutable for another reason',
      { ...refusal('field is immutable'), reason: 'denied' as const },
      accepted,
      false,
    ],
  ])('%s', (_name, update, probe, immutable) => {
    expect(isImmutable(update, probe)).toBe(immutable);
  });
});
