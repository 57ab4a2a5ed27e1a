import { describe, expect, it } from 'vitest';
import type { InventoryEntry } from '../../src/domain/ledger.ts';
import type { KubernetesObject } from '../../src/domain/manifest.ts';
import { isReleased, ownershipOf } from '../../src/plan/ownership.ts';

function live(set: string | null, applied = true): KubernetesObject {
  const labels: Readonly<Record<string, string>> = set === null ? {} : { 'applyset.kubernetes.io/part-of': set };
  const managedFields = applied ? [{ manager: 'fairlead', operation: 'Apply' }] : [];
  const metadata = { name: 'c', namespace: 'n', uid: 'u', labels, managedFields };
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata };
}

function entry(uid: string | null): InventoryEntry {
  return { group: '', version: 'v1', kind: 'ConfigMap', namespace: 'n', name: 'c', uid };
}

/** Label, inventory; whose it is; whether it was released from here. */
const cases = [
  ['ours', entry('u'), 'held', true],
  ['ours', entry('other'), 'mismatch', false],
  ['ours', entry(null), 'mismatch', true],
  ['ours', null, 'foreign', false],
  [null, entry('u'), 'mismatch', true],
  [null, entry('other'), 'mismatch', false],
  [null, entry(null), 'foreign', false],
  [null, null, 'foreign', false],
  ['theirs', entry('u'), 'another-set', true],
  ['theirs', null, 'another-set', false],
] as const;

describe('An object is whose inventory, label and UID agree on', () => {
  it.each(cases)('label %s, entry %j: %s', (set, listed, kind, released) => {
    expect(ownershipOf(live(set), listed, 'ours').kind).toBe(kind);
    expect(isReleased(live(set), listed, 'ours')).toBe(released);
  });

  it('but what was listed ahead of a takeover, and never applied, is nobody’s', () => {
    expect(ownershipOf(live(null, false), entry('u'), 'ours').kind).toBe('foreign');
    expect(isReleased(live(null, false), entry('u'), 'ours')).toBe(false);
    expect(ownershipOf(live('ours', false), entry('u'), 'ours').kind).toBe('held');
  });
});
