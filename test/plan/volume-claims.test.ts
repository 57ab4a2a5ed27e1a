import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../src/domain/json.ts';
import { assemblePlan } from '../../src/plan/assemble-plan.ts';
import { noNeighbours } from '../../src/plan/effects/neighbours.ts';
import type { PossibleJudgement } from '../../src/plan/judgement.ts';
import { volumeClaimsOf } from '../../src/plan/volume-claims.ts';
import { objectIn } from '../objects.ts';
import { judgement } from './judgements.ts';

type Policy = Readonly<Record<'whenDeleted' | 'whenScaled', 'Retain' | 'Delete'>>;
const retain: Policy = { whenDeleted: 'Retain', whenScaled: 'Retain' };

function set(replicas: number | null, policy: Policy, more: JsonObject = {}) {
  return objectIn('shop', 'apps/v1', 'StatefulSet', 'db', {
    spec: {
      ...(replicas === null ? {} : { replicas }),
      persistentVolumeClaimRetentionPolicy: policy,
      volumeClaimTemplates: [{ metadata: { name: 'data' } }],
      ...more,
    },
  });
}

function of(
  action: PossibleJudgement['action'],
  live: ReturnType<typeof set>,
  after: ReturnType<typeof set> | null = null,
): PossibleJudgement {
  return judgement(live, { action, live: { kind: 'present', object: live }, desired: after, after });
}

describe('The volume claims of a StatefulSet', () => {
  const onDelete: Policy = { whenDeleted: 'Delete', whenScaled: 'Retain' };
  const onScale: Policy = { whenDeleted: 'Retain', whenScaled: 'Delete' };
  const two = { count: 2, names: ['data-db-0', 'data-db-1'] };
  const wal = { volumeClaimTemplates: [{ metadata: { name: 'data' } }, { metadata: { name: 'wal' } }] };
  it.each([
    ['stay when it is deleted', of('delete', set(2, retain)), { fate: 'kept', ...two }],
    ['stay where only scaling deletes them', of('delete', set(2, onScale)), { fate: 'kept', ...two }],
    ['go with it where it says so', of('delete', set(2, onDelete)), { fate: 'deleted', ...two }],
    [
      'go with it when it is replaced, too',
      of('replace', set(2, onDelete), set(2, retain)),
      { fate: 'deleted', ...two },
    ],
    [
      'go with the pods that scaling takes away',
      of('update', set(3, onScale), set(1, onScale)),
      { fate: 'deleted', count: 2, names: ['data-db-1', 'data-db-2'] },
    ],
    [
      'go by the policy that comes with the scaling',
      of('update', set(2, retain), set(0, onScale)),
      { fate: 'deleted', ...two },
    ],
    ['stay by it', of('update', set(2, onScale), set(0, retain)), { fate: 'kept', ...two }],
    [
      'are counted for each template, and named by ordinal',
      of('delete', set(2, onDelete, wal)),
      { fate: 'deleted', count: 4, names: ['data-db-0', 'wal-db-0', 'data-db-1', 'wal-db-1'] },
    ],
    [
      'are numbered from where the ordinals start',
      of('update', set(2, onScale), set(2, onScale, { ordinals: { start: 1 } })),
      { fate: 'deleted', count: 1, names: ['data-db-0'] },
    ],
    ['are not concerned by more pods', of('update', set(2, onScale), set(3, onScale)), null],
    ['are not concerned where others scale it', of('update', set(2, onScale), set(null, onScale)), null],
    ['are none without a template', of('delete', set(2, onDelete, { volumeClaimTemplates: [] })), null],
    [
      'are none of a kind that only has its name',
      of('delete', { ...set(2, onDelete), apiVersion: 'example.com/v1' }),
      null,
    ],
  ])('%s', (_name, one, claims) => {
    expect(volumeClaimsOf(one)).toEqual(claims);
  });

  it('are not all named, however many there are', () => {
    const claims = volumeClaimsOf(of('delete', set(2_000_000_000, onDelete)));
    expect(claims).toMatchObject({ count: 2_000_000_000, names: { length: 10 } });
  });

  it('need a second person, as any volume claim does, and the digest says which', () => {
    const plan = (replicas: number) => {
      const drifted = { ...of('update', set(replicas, onScale), set(0, onScale)), fromPullRequest: false };
      return assemblePlan(
        {
          repository: { id: 1, owner: 'acme', name: 'shop', installation: 1 },
          environment: {
            name: 'staging',
            namespace: 'shop',
            path: 'deploy',
            follow: { kind: 'branch', branch: 'main' },
            prune: true,
            confirm: { deletions: 5, kinds: ['PersistentVolumeClaim'] },
          },
          ledger: null,
          visibility: 'private',
          merged: null,
          problems: [],
          neighbours: noNeighbours,
          key: new Uint8Array(32),
          cluster: 'staging',
          clusterVersion: 'v1.36.3',
          compared: { released: null, base: 'b', head: 'h', pullRequest: 1 },
          at: '2026-11-20T14:00:00Z',
        },
        [drifted],
      ).plan;
    };
    expect(plan(2).confirmReasons).toEqual([
      'deletes 2 volume claims of StatefulSet shop/db and their data (data-db-0, data-db-1)',
    ]);
    expect(plan(1).confirmReasons).toEqual(['deletes the volume claim data-db-0 of StatefulSet shop/db and its data']);
    expect(plan(12).confirmReasons).toEqual([
      'deletes or replaces 12 objects, more than 5',
      expect.stringMatching(/data-db-9 and 2 more\)$/),
    ]);
    expect(plan(2).digest).not.toBe(plan(1).digest);
  });
});
