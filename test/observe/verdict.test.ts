import { describe, expect, it } from 'vitest';
import type { Health } from '../../src/domain/health.ts';
import { relatedPods } from '../../src/observe/related-pods.ts';
import { verdictOf } from '../../src/observe/verdict.ts';
import { deployment, inNamespace, object } from '../objects.ts';

const waiting = { tookMs: 8_000, timedOut: false };

describe('a verdict', () => {
  it('is converged when all objects are healthy', () => {
    expect(verdict([{ kind: 'healthy' }, { kind: 'healthy' }])).toEqual({
      kind: 'converged',
      objects: 2,
      tookMs: 8_000,
    });
  });

  it('is progressing as long as something moves, and names it', () => {
    const moving: Health = { kind: 'progressing', reason: '1 of 3 pods ready' };
    expect(verdict([{ kind: 'healthy' }, moving, { kind: 'failed', reason: 'gave up' }])).toEqual({
      kind: 'progressing',
      reasons: ['Deployment/web: 1 of 3 pods ready', 'Deployment/web: gave up'],
    });
  });

  it('is diverged when nothing can change any more, or the time is over', () => {
    expect(verdict([{ kind: 'failed', reason: 'gave up' }])).toMatchObject({ kind: 'diverged' });
    expect(verdict([{ kind: 'missing' }])).toEqual({ kind: 'diverged', reasons: ['Deployment/web: is missing'] });
    expect(verdict([{ kind: 'progressing', reason: 'slow' }], true)).toMatchObject({ kind: 'diverged' });
  });
});

describe('pods of a workload', () => {
  it('are found by its selector', () => {
    expect(relatedPods(inNamespace('shop', deployment('web')))).toEqual({
      namespace: 'shop',
      labelSelector: 'app=web',
    });
    const matchExpressions = [
      { key: 'tier', operator: 'In', values: ['a', 'b'] },
      { key: 'old', operator: 'DoesNotExist' },
    ];
    const set = object('apps/v1', 'StatefulSet', 'db', { spec: { selector: { matchExpressions } } });
    expect(relatedPods(set)?.labelSelector).toBe('tier in (a,b),!old');
  });

  it('are not looked for where nothing selects them', () => {
    expect(relatedPods(object('v1', 'Service', 'web', { spec: { selector: { app: 'web' } } }))).toBeNull();
    expect(relatedPods(object('apps/v1', 'Deployment', 'web', { spec: { selector: {} } }))).toBeNull();
  });
});

function verdict(healths: readonly Health[], timedOut = false) {
  const identity = { group: 'apps', kind: 'Deployment', namespace: 'shop', name: 'web' };
  return verdictOf(
    healths.map((health) => ({ identity, health })),
    { ...waiting, timedOut },
  );
}
