import { describe, expect, it } from 'vitest';
import type { Change } from '../../../src/domain/plan.ts';
import { presentedPullRequest } from '../../../src/present/pull-request.ts';
import { anEnvironment } from '../../acme-shop.ts';
import { aChange, affected, aKeptBackChange, anInspection, aPath, aPlan, aView, planned } from '../sample-view.ts';

describe('the same changes in several environments', () => {
  it('are shown once, also where each environment has its own namespace and its own number of pods', () => {
    const comment = commentOn({
      staging: [web('shop-staging', 1)],
      production: [web('shop', 9)],
    });
    expect(shownTimes(comment, 'Deployment')).toBe(1);
    expect(comment).toContain('The same changes as in **staging**, where they are shown (1 object).');
  });

  it('are shown once where one environment does more, which is shown beside', () => {
    const more = aChange({ kind: 'Service', namespace: 'shop' }, { action: 'delete', diff: '-kind: Service\n' });
    const configured = (namespace: string): Change =>
      aChange({ kind: 'ConfigMap', namespace }, { action: 'create', diff: `+metadata:\n+  namespace: ${namespace}\n` });
    const comment = commentOn({
      staging: [web('shop-staging', 1), configured('shop-staging')],
      production: [web('shop', 9), configured('shop'), more],
    });
    expect(shownTimes(comment, 'Deployment')).toBe(1);
    expect(shownTimes(comment, 'ConfigMap')).toBe(1);
    expect(comment).toContain(
      'The same changes as in **staging**, where they are shown (2 objects), except: `delete · Service shop/web` only here.',
    );
    expect(comment).toContain('<b>delete · Service shop/web</b>');
  });

  it.each<[string, Change]>([
    ['a value differs', web('shop', 1, '+  host: shop.example.com\n')],
    ['a value names the environment’s namespace, which may matter', web('shop', 1, '+  host: shop\n')],
    ['it is drifted there', { ...web('shop', 1), paths: [aPath('spec.replicas', { causes: ['drift'] })] }],
    ['it is blocked there', aKeptBackChange({ namespace: 'shop' })],
    ['it is another object', { ...web('shop', 1), identity: { ...web('shop', 1).identity, name: 'other' } }],
  ])('are shown in each of them where %s', (_why, other) => {
    const comment = commentOn({ staging: [web('shop-staging', 1, '+  host: shop-staging\n')], production: [other] });
    expect(comment).not.toContain('as in **');
  });
});

function web(
  namespace: string,
  pods: number,
  diff = ` metadata:\n   namespace: ${namespace}\n-  a: 1\n+  a: 2\n`,
): Change {
  return aChange({ namespace }, { diff, effects: [{ kind: 'restarts-pods', pods, manner: 'rolling' }] });
}

function commentOn({
  staging,
  production,
}: {
  readonly staging: readonly Change[];
  readonly production: readonly Change[];
}): string {
  const inspection = anInspection([
    affected(anEnvironment('staging')),
    affected(anEnvironment('production', { namespace: 'shop' })),
  ]);
  const plans = new Map([
    ['staging', planned(aPlan('staging', staging, { namespace: 'shop-staging' }))],
    ['production', planned(aPlan('production', production, { namespace: 'shop' }))],
  ]);
  return presentedPullRequest(aView(inspection, { plans })).comment ?? '';
}

function shownTimes(comment: string, kind: string): number {
  return comment.split(` · ${kind} `).length - 1;
}
