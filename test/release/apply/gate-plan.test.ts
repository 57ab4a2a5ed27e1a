import { describe, expect, it } from 'vitest';
import type { Ledger } from '../../../src/domain/ledger.ts';
import type { ReleaseState, Wanted } from '../../../src/domain/release.ts';
import { agreedEffects } from '../../../src/release/apply/agreed-effects.ts';
import { gatePlan } from '../../../src/release/apply/gate-plan.ts';
import { anEnvironment, aWanted } from '../../acme-shop.ts';
import { aChange, aPlan } from '../../present/sample-view.ts';

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

describe('an attempt that goes on', () => {
  const claim = aChange(
    { group: '', kind: 'PersistentVolumeClaim', name: 'cache' },
    { action: 'delete', asks: true, effect: '1'.repeat(64) },
  );
  const database = aChange(
    { kind: 'StatefulSet', name: 'db' },
    { action: 'replace', asks: true, effect: '2'.repeat(64) },
  );
  const desired = aWanted(anEnvironment('staging'), { rendering: 'r', pullRequest: { number: 1, author: 'ada' } });
  const attemptOf = (agreed: readonly string[] | null): Ledger => ({
    environment: { repository: 1, environment: 'staging' },
    resourceVersion: '1',
    applySet: 'set',
    inventory: [],
    orphaned: [],
    released: null,
    attempt: {
      commit: desired.commit,
      path: 'deploy',
      rendering: 'r',
      settings: desired.settings,
      at: desired.at,
      ...(agreed && { agreed }),
    },
  });
  const reasons = ['deletes PersistentVolumeClaim shop/cache', 'replaces StatefulSet shop/db'];
  const both = aPlan('staging', [claim, database], { confirmReasons: reasons });
  const going = (ledger: Ledger) => gatePlan({ desired, ledger, plan: both, takeovers: [] });

  it('asks nothing again', () => {
    expect(going(attemptOf(agreedEffects([claim, database], null)))).toBeNull();
  });

  it('asks about what it did not begin with', () => {
    const waiting = going(attemptOf(agreedEffects([claim], null)));
    const reason = expect.stringContaining('(not agreed to when this release began: StatefulSet shop/db)') as string;
    expect(waiting).toMatchObject({ kind: 'waiting', confirmDigest: both.digest, reason });
  });

  it('asks again where an older version did not note what was agreed to', () => {
    expect(going(attemptOf(null))?.kind).toBe('waiting');
  });
});
