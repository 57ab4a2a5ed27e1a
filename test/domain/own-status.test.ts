import { describe, expect, it } from 'vitest';
import { asksToConfirm, codeOf, type StatusCode, saysNotBegun, saysOrphaned } from '../../src/domain/own-status.ts';

type State = 'pending' | 'success' | 'failure' | 'error';

/** As they stand on commits since the first version: what is written anew may differ, these must be read for ever. */
const standing: readonly (readonly [State, string, StatusCode | null])[] = [
  ['pending', 'waiting: the release begins at once', 'waiting'],
  ['pending', 'waiting: overtaken by 9f2c1ab', 'waiting'],
  ['pending', 'applying: 3 of 12 objects', 'applying'],
  ['pending', 'observing: 10 of 12 objects ready: Deployment shop/web: 1 of 3 pods', 'observing'],
  ['success', 'converged: 12 objects in 8 s · orphaned: 3 objects stay in cluster staging', 'converged'],
  ['success', 'converged: 1 object, nothing to change', 'converged'],
  ['success', 'orphaned: 3 objects stay in namespace shop of cluster staging; nothing is deleted', 'orphaned'],
  ['success', 'orphaned: what it released stays in cluster staging; nothing is deleted', 'orphaned'],
  ['success', 'removed: nothing stays behind', 'removed'],
  ['failure', 'blocked, nothing was applied: Service shop/web: port 0', 'blocked'],
  ['failure', 'diverged: Deployment/web: 1 of 3 pods, ImagePullBackOff', 'diverged'],
  ['failure', 'diverged · orphaned: 1 object stays in cluster staging', 'diverged'],
  ['failure', 'not allowed: the operator names no cluster "x"', 'denied'],
  ['failure', 'cannot be rendered: a.yaml:3: no kind', 'unrendered'],
  [
    'error',
    'Fairlead failed before the release began; its operator finds the reason in the log. It is tried again.',
    'not-begun',
  ],
  ['error', 'cluster production is out of reach since 14:02 UTC', null],
  ['error', 'orphaned: 3 objects stay', null],
  ['success', 'removedness: nothing', null],
  ['success', '', null],
];

function status(state: State, description: string) {
  return { context: 'fairlead/staging', state, description, targetUrl: null };
}

describe('a status that stands on a commit', () => {
  it.each(standing)('%s: %s', (state, description, code) => {
    expect(codeOf({ state, description })).toBe(code);
    expect(saysOrphaned(status(state, description))).toBe(code === 'orphaned' || code === 'removed');
    expect(saysNotBegun(status(state, description))).toBe(code === 'not-begun');
  });

  it('asks to confirm the plan that it names, and no other', () => {
    const waiting = status('pending', 'waiting: deletes PersistentVolumeClaim shop/db (/confirm 3f9a1c2b3d4e)');
    expect(asksToConfirm(waiting, '3f9a1c2b3d4e5f60')).toBe(true);
    expect(asksToConfirm(waiting, '3f9a1c2b3d4f5f60')).toBe(false);
    const quoted = 'waiting: /confirm 3f9a1c2b3d4e was said of another plan (/confirm 000000000000)';
    expect(asksToConfirm(status('pending', quoted), '3f9a1c2b3d4e5f60')).toBe(false);
    expect(asksToConfirm({ ...waiting, state: 'success' }, '3f9a1c2b3d4e5f60')).toBe(false);
  });
});
