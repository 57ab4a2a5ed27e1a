import { describe, expect, it } from 'vitest';
import type { Change, Plan } from '../../../src/domain/plan.ts';
import { fitSections, writtenSections } from '../../../src/present/environment/environment-section.ts';
import { presentedPullRequest } from '../../../src/present/pull-request.ts';
import { pullRequestPreview } from '../../../src/present/pull-request-preview.ts';
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

  it('are shown once where they are not from the pull request, too, and told as that', () => {
    const comment = commentOn({
      staging: [web('shop-staging', 1), drifted('shop-staging', '2026-11-18T14:00:00Z')],
      production: [web('shop', 9), drifted('shop', '2026-11-18T09:00:00Z')],
    });
    expect(shownTimes(comment, 'Service')).toBe(2);
    expect(comment).toContain(
      '**Drift (changed in the cluster and not in Git), which the release undoes:** 1 object changes as in **staging**, and is shown there: `update · Service shop/web`.',
    );
  });

  it('are each environment’s own where they drifted at another time', () => {
    const comment = commentOn({
      staging: [drifted('shop-staging', '2026-11-18T14:00:00Z')],
      production: [drifted('shop', '2026-11-01T09:00:00Z')],
    });
    expect(comment).not.toContain('as in **');
  });

  it('are each environment’s own where a value is another time, however long both are ago', () => {
    const opens = (namespace: string, time: string): Change => ({
      ...drifted(namespace, '2026-11-18T14:00:00Z'),
      paths: [aPath('spec.opens', { before: { at: time }, after: null, causes: ['drift'] })],
    });
    const comment = commentOn({
      staging: [opens('shop-staging', '2026-11-18T14:00:00Z')],
      production: [opens('shop', '2026-11-18T09:00:00Z')],
    });
    expect(comment).not.toContain('as in **');
  });

  it('are shown where the environment that had them is left out for size', () => {
    const [full, twin] = [anEnvironment('full'), anEnvironment('twin')];
    const problems = Array.from({ length: 40 }, (_, line) => {
      return { file: 'deploy/web.yaml', line, path: null, message: 'This is worth the look that it gets.' };
    });
    const plans = new Map([
      ['full', planned(aPlan('full', [web('shop', 1)], { problems }))],
      ['twin', planned(aPlan('twin', [web('shop', 1)]))],
    ]);
    const { environments } = pullRequestPreview(aView(anInspection([affected(full), affected(twin)]), { plans }));
    // Room for a section without remarks.
    const fitted = fitSections(environments, 5_000);
    expect(fitted.leftOut).toEqual(['full']);
    const written = writtenSections(fitted, new Map());
    expect(written).toContain('#### twin');
    expect(written).not.toContain('as in **');
    expect(shownTimes(written, 'Deployment')).toBe(1);
  });

  it('are not told of again in what others set and what is hidden', () => {
    const of = (namespace: string) => ({
      foreign: [
        {
          identity: { group: 'apps', kind: 'Deployment', namespace, name: 'api' },
          path: 'spec.paused',
          manager: { name: 'kubectl', at: '2026-11-20T13:00:00Z' },
          count: 1,
        },
      ],
    });
    const comment = commentOn(
      { staging: [web('shop-staging', 1)], production: [web('shop', 9)] },
      { staging: of('shop-staging'), production: of('shop') },
    );
    expect(comment.split('`spec.paused`')).toHaveLength(2);
    expect(comment).toContain('Set by others, and not in Git: the same as in **staging**.');
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

function drifted(namespace: string, at: string): Change {
  return aChange(
    { group: '', kind: 'Service', namespace },
    { fromPullRequest: false, paths: [aPath('spec.type', { causes: ['drift'], manager: { name: 'kubectl', at } })] },
  );
}

function commentOn(
  { staging, production }: Readonly<Record<'staging' | 'production', readonly Change[]>>,
  given: Readonly<Partial<Record<'staging' | 'production', Partial<Plan>>>> = {},
): string {
  const inspection = anInspection([
    affected(anEnvironment('staging')),
    affected(anEnvironment('production', { namespace: 'shop' })),
  ]);
  const plans = new Map([
    ['staging', planned(aPlan('staging', staging, { namespace: 'shop-staging', ...given.staging }))],
    ['production', planned(aPlan('production', production, { namespace: 'shop', ...given.production }))],
  ]);
  return presentedPullRequest(aView(inspection, { plans })).comment ?? '';
}

function shownTimes(comment: string, kind: string): number {
  return comment.split(` · ${kind} `).length - 1;
}
