import { describe, expect, it } from 'vitest';
import type { Plan } from '../../../src/domain/plan.ts';
import type { Wanted } from '../../../src/domain/release.ts';
import { gatePlan } from '../../../src/release/apply/gate-plan.ts';

const digest = 'abcdef0123456789'.repeat(4);
const plan = { changes: [], confirmReasons: ['deletes PersistentVolumeClaim shop/cache'], digest } as unknown as Plan;

function desired(more: Partial<Wanted>): Wanted {
  return { confirmations: [], pullRequest: { number: 1, author: 'ada' }, ...more } as Wanted;
}

describe('a plan that needs a second person', () => {
  it('waits for /confirm of its digest', () => {
    expect(gatePlan(desired({}), null, plan)).toMatchObject({ kind: 'waiting', confirmDigest: digest });
  });

  it.each([
    ['the digest', digest],
    ['enough of its digits', digest.slice(0, 12)],
  ])('goes on when somebody else named %s', (_what, named) => {
    const confirmations = [{ digest: named, by: 'grace' }];
    expect(gatePlan(desired({ confirmations }), null, plan)).toBeNull();
  });

  it.each([
    ['the author', { digest, by: 'Ada' }],
    ['too few digits', { digest: digest.slice(0, 11), by: 'grace' }],
    ['another digest', { digest: '0'.repeat(64), by: 'grace' }],
  ])('still waits with %s', (_what, confirmation) => {
    expect(gatePlan(desired({ confirmations: [confirmation] }), null, plan)?.kind).toBe('waiting');
  });

  it('says of a direct push that there is nowhere to confirm it', () => {
    const waiting = gatePlan(desired({ pullRequest: null }), null, plan);
    expect(waiting).toMatchObject({ kind: 'waiting', confirmDigest: null });
  });
});
