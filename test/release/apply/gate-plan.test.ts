import { describe, expect, it } from 'vitest';
import type { ReleaseState, Wanted } from '../../../src/domain/release.ts';
import { gatePlan } from '../../../src/release/apply/gate-plan.ts';
import { anEnvironment, aWanted } from '../../acme-shop.ts';
import { aPlan } from '../../present/sample-view.ts';

const digest = 'abcdef0123456789'.repeat(4);
const plan = aPlan('staging', [], { confirmReasons: ['deletes PersistentVolumeClaim shop/cache'], digest });

function gate(more: Partial<Wanted>): ReleaseState | null {
  const desired = aWanted(anEnvironment('staging'), { pullRequest: { number: 1, author: 'ada' }, ...more });
  return gatePlan({ desired, ledger: null, plan, takeovers: [] });
}

describe('a plan that needs a second person', () => {
  it('waits for /confirm of its digest', () => {
    expect(gate({})).toMatchObject({ kind: 'waiting', confirmDigest: digest });
  });

  it.each([
    ['the digest', digest],
    ['enough of its digits', digest.slice(0, 12)],
  ])('goes on when somebody else named %s', (_what, named) => {
    const confirmations = [{ digest: named, by: 'grace' }];
    expect(gate({ confirmations })).toBeNull();
  });

  it.each([
    ['the author', { digest, by: 'Ada' }],
    ['too few digits', { digest: digest.slice(0, 11), by: 'grace' }],
    ['another digest', { digest: '0'.repeat(64), by: 'grace' }],
  ])('still waits with %s', (_what, confirmation) => {
    expect(gate({ confirmations: [confirmation] })?.kind).toBe('waiting');
  });

  it('says of a direct push that there is nowhere to confirm it', () => {
    const waiting = gate({ pullRequest: null });
    expect(waiting).toMatchObject({ kind: 'waiting', confirmDigest: null });
  });
});
