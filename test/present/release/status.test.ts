import { describe, expect, it } from 'vitest';
import { asksToConfirm, codeOf, type StatusCode } from '../../../src/domain/own-status.ts';
import type { ReleaseState } from '../../../src/domain/release.ts';
import { releaseTable } from '../../../src/present/release/release-table.ts';
import {
  presentDenied,
  presentDeployment,
  presentNotBegun,
  presentOvertaken,
  presentPending,
  presentStatus,
  presentUnrendered,
} from '../../../src/present/release/status.ts';
import { aReport, head, mergeCommit, planDigest } from '../sample-view.ts';

const story = 'https://github.com/acme/shop/pull/7#issuecomment-1';

const said: readonly (readonly [ReleaseState, string, string, string])[] = [
  [
    { kind: 'waiting', reason: 'staging has not converged on it', confirmDigest: null, plan: null },
    'pending',
    'pending',
    'waiting: staging has not converged on it',
  ],
  [
    { kind: 'waiting', reason: 'a second person must look', confirmDigest: planDigest, plan: null },
    'pending',
    'pending',
    'waiting: a second person must look (/confirm 3f9a1c2b3d4e)',
  ],
  [
    { kind: 'blocked', reasons: ['Service shop/web: port 0'], plan: null },
    'failure',
    'failure',
    'blocked, nothing was applied: Service shop/web: port 0',
  ],
  [{ kind: 'applying', applied: 3, of: 12 }, 'pending', 'in_progress', 'applying: 3 of 12 objects'],
  [
    { kind: 'observing', ready: 10, of: 12, reasons: ['Deployment shop/web: 1 of 3 pods'] },
    'pending',
    'in_progress',
    'observing: 10 of 12 objects ready: Deployment shop/web: 1 of 3 pods',
  ],
  [
    { kind: 'converged', objects: 12, tookMs: 8200, url: 'https://shop.example.com' },
    'success',
    'success',
    'converged: 12 objects in 8 s',
  ],
  [{ kind: 'unchanged', objects: 1 }, 'success', 'success', 'converged: 1 object, nothing to change'],
  [
    { kind: 'diverged', reasons: ['Deployment/web: 1 of 3 pods, ImagePullBackOff'] },
    'failure',
    'failure',
    'diverged: Deployment/web: 1 of 3 pods, ImagePullBackOff',
  ],
  [
    {
      kind: 'converged',
      objects: 12,
      tookMs: 8200,
      url: null,
      orphaned: { cluster: 'staging', namespace: 'shop', objects: 1_200 },
    },
    'success',
    'success',
    'converged: 12 objects in 8 s · orphaned: 1,200 objects stay in namespace shop of cluster staging',
  ],
  [
    {
      kind: 'diverged',
      reasons: ['Deployment/web: 1 of 3 pods, ImagePullBackOff', `ConfigMap/${'x'.repeat(200)}: is missing`],
      orphaned: { cluster: 'staging', namespace: null, objects: 1 },
    },
    'failure',
    'failure',
    'diverged: Deployment/web: 1 of 3 pods, ImagePullBackOff and 1 more · orphaned: 1 object stays in cluster staging',
  ],
  [
    { kind: 'orphaned', orphaned: { cluster: 'staging', namespace: 'shop', objects: 3 } },
    'success',
    'success',
    'orphaned: 3 objects stay in namespace shop of cluster staging; nothing is deleted',
  ],
  [{ kind: 'orphaned', orphaned: null }, 'success', 'success', 'removed: nothing stays behind'],
  [
    { kind: 'error', reason: 'cluster production is out of reach', since: '2026-11-20T14:02:30.000Z' },
    'error',
    'error',
    'cluster production is out of reach since 14:02 UTC',
  ],
];

describe('a release on its commit', () => {
  it.each(said)('%j', (state, status, deployment, description) => {
    const report = aReport('staging', state);
    expect(presentStatus(report, story)).toEqual({
      context: 'fairlead/staging',
      state: status,
      description,
      targetUrl: story,
    });
    expect(presentDeployment(report, story)).toMatchObject({
      environment: 'staging',
      state: deployment,
      description,
      logUrl: story,
    });
  });

  it('says where it runs once it converged', () => {
    const report = aReport('staging', { kind: 'converged', objects: 1, tookMs: 300, url: 'https://shop.example.com' });
    expect(presentDeployment(report, null)).toMatchObject({
      environmentUrl: 'https://shop.example.com',
      description: 'converged: 1 object in 0.3 s',
    });
  });

  it('names as many reasons as fit and counts the others', () => {
    const reasons = Array.from(
      { length: 12 },
      (_, index) => `Deployment shop/web-${index}: 0 of 3 pods, CrashLoopBackOff`,
    );
    const { description } = presentStatus(aReport('staging', { kind: 'diverged', reasons }), null);
    expect(description).toMatch(/^diverged: Deployment shop\/web-0: .* and 10 more$/);
    expect(description.length).toBeLessThanOrEqual(140);
    const one = presentStatus(
      aReport('staging', { kind: 'diverged', reasons: ['x'.repeat(500), 'y'] }),
      null,
    ).description;
    expect(one).toHaveLength(140);
    expect(one.endsWith('… and 1 more')).toBe(true);
  });

  it('keeps the command to confirm whatever the reason’s length', () => {
    const state: ReleaseState = { kind: 'waiting', reason: 'x'.repeat(500), confirmDigest: planDigest, plan: null };
    const { description } = presentStatus(aReport('staging', state), null);
    expect(description).toHaveLength(140);
    expect(description.endsWith('… (/confirm 3f9a1c2b3d4e)')).toBe(true);
  });

  it('tells the day where that is another one', () => {
    const state: ReleaseState = { kind: 'error', reason: 'out of reach', since: '2026-11-18T09:30:00.000Z' };
    expect(presentStatus(aReport('staging', state), null).description).toBe(
      'out of reach since 09:30 UTC, 18 November 2026',
    );
  });
});

describe('a release on a commit that it carried', () => {
  const carried: readonly (readonly [ReleaseState, string])[] = [
    [{ kind: 'converged', objects: 12, tookMs: 8200, url: null }, 'converged with 9f2c1ab: 12 objects in 8 s'],
    [{ kind: 'unchanged', objects: 1 }, 'converged with 9f2c1ab: 1 object, nothing to change'],
    [{ kind: 'diverged', reasons: ['Deployment/web: 0 of 1'] }, 'diverged with 9f2c1ab: Deployment/web: 0 of 1'],
    [{ kind: 'orphaned', orphaned: null }, 'removed with 9f2c1ab: nothing stays behind'],
  ];

  it.each(carried)('says so beside its verdict, in the same words everywhere: %j', (state, description) => {
    const report = aReport('staging', state);
    const status = presentStatus(report, story, head);
    expect(status.description).toBe(description);
    expect(codeOf(status)).toBe(codeOf(presentStatus(report, story)));
    expect(presentDeployment(report, story, head).description).toBe(description);
    expect(
      releaseTable({ commit: head, reports: new Map([['staging', report]]), besides: new Set() }, 10_000),
    ).toContain(description);
  });

  it('is cut as any other', () => {
    const state: ReleaseState = { kind: 'diverged', reasons: Array.from({ length: 9 }, () => 'x'.repeat(60)) };
    const { description } = presentStatus(aReport('staging', state), null, head);
    expect(description).toMatch(/^diverged with 9f2c1ab: x+ and 8 more$/);
    expect(description.length).toBeLessThanOrEqual(140);
  });

  it('says that it was overtaken until then, and on the pull request where that stands', () => {
    const report = aReport('staging', { kind: 'applying', applied: 3, of: 12 });
    expect(presentStatus(report, null, head)).toEqual(presentOvertaken('staging', mergeCommit, null));
    const cell = releaseTable({ commit: head, reports: new Map([['staging', report]]), besides: new Set() }, 10_000);
    expect(cell).toContain('⏳ waiting: overtaken by 9f2c1ab · applying: 3 of 12 objects');
  });
});

describe('every status', () => {
  const codes: Readonly<Record<ReleaseState['kind'], StatusCode | null>> = {
    waiting: 'waiting',
    blocked: 'blocked',
    applying: 'applying',
    observing: 'observing',
    converged: 'converged',
    unchanged: 'converged',
    diverged: 'diverged',
    orphaned: 'orphaned',
    error: null,
  };

  it.each(said)('is read again for what it says: %j', (state) => {
    const isRemoved = state.kind === 'orphaned' && state.orphaned === null;
    const code = codeOf(presentStatus(aReport('staging', state), null));
    expect(code).toBe(isRemoved ? 'removed' : codes[state.kind]);
  });

  it('that waits for a second person is read again as asking for that, however long its reason', () => {
    const state: ReleaseState = { kind: 'waiting', reason: 'x'.repeat(500), confirmDigest: planDigest, plan: null };
    expect(asksToConfirm(presentStatus(aReport('staging', state), null), planDigest)).toBe(true);
  });
});

describe('a commit without a release of its own', () => {
  it('waits, is overtaken, or cannot be released, with the reason and where more is said', () => {
    const context = 'fairlead/staging';
    expect(presentPending('staging', { kind: 'open' }, story)).toEqual({
      context,
      state: 'pending',
      description: 'waiting: the release begins at once',
      targetUrl: story,
    });
    const manual = { kind: 'waiting', reason: 'mode is manual, /sync releases it' } as const;
    expect(presentPending('staging', manual, null)).toEqual({
      context,
      state: 'pending',
      description: 'waiting: mode is manual, /sync releases it',
      targetUrl: null,
    });
    expect(presentOvertaken('staging', mergeCommit, story)).toEqual({
      context,
      state: 'pending',
      description: 'waiting: overtaken by 9f2c1ab',
      targetUrl: story,
    });
    expect(presentDenied('staging', 'the operator names no cluster "x"', story)).toEqual({
      context,
      state: 'failure',
      description: 'not allowed: the operator names no cluster "x"',
      targetUrl: story,
    });
    const problems = [{ file: 'a.yaml', line: 3, path: null, message: 'no kind' }];
    expect(presentUnrendered('staging', problems, story)).toEqual({
      context,
      state: 'failure',
      description: 'cannot be rendered: a.yaml:3: no kind',
      targetUrl: story,
    });
    expect(presentNotBegun('staging', story)).toMatchObject({ context, state: 'error', targetUrl: story });
  });

  it('says all of its reason that fits', () => {
    const reason = `${'x'.repeat(200)}\nand more`;
    for (const { description } of [
      presentPending('staging', { kind: 'waiting', reason }, null),
      presentDenied('staging', reason, null),
      presentUnrendered('staging', [{ file: null, line: null, path: null, message: reason }], null),
      presentNotBegun('staging', null),
    ]) {
      expect(description.length).toBeLessThanOrEqual(140);
      expect(description).not.toContain('\n');
    }
  });
});
