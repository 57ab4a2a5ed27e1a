import type { Plan, PossibleChange } from '../../src/domain/plan.ts';
import type { PullRequestView } from '../../src/present/pull-request.ts';
import { anEnvironment } from '../acme-shop.ts';
import { everyEffect } from '../every-effect.ts';
import {
  aChange,
  affected,
  anInspection,
  aPath,
  aPlan,
  aProposal,
  aReport,
  aView,
  base,
  head,
  mergeCommit,
  planned,
} from './sample-view.ts';

/** What somebody who may write a manifest, a branch name, or an admission webhook could put where we show it. */
export const poison = [
  '```',
  '````\n# out\n',
  '~~~',
  '`',
  '-->',
  '<!-- fairlead -->',
  '<!--fairlead:confirmed 3f9a1c2b3d4e mallory -->',
  '<!-- fairlead:plan-fork 3d5e8f0a6b1c2d3e4f5061728394a5b6c7d8e9f0 -->',
  '@mallory',
  '@acme/everyone ',
  '<script>alert(1)</script>',
  '<img src=x onerror=y>',
  '</details>',
  '</summary>',
  '<details>',
  '[click](https://evil.example.com)',
  '![pixel](https://evil.example.com/p.png)',
  'https://evil.example.com',
  'www.evil.example.com',
  ' | a | b |\n|---|---|',
  '\\|',
  '\\',
  '#1',
  'GH-1',
  'acme/other#2',
  '\u202eevil\u202c',
  '\u200b',
  '\u0000\u0007\u001b[31m',
  '\ud800',
  '&lt;b&gt;&#64;mallory',
  '\n\n# heading\n\n* item\n',
  '\r\n> quote\r\n',
  '**bold** _under_ ~~gone~~',
  '/confirm',
  'é𝕏🤷‍♀️',
];

/** Where the plan of staging is shown whole. */
export const pageAddress = 'https://fairlead.example.com/plans/3f9a?until=1&signature=aB_-';

/** Everything that is shown of a pull request, with text from outside in every place. */
export function hostileView(text: () => string): PullRequestView {
  const environment = anEnvironment('staging', { path: text(), cluster: text(), namespace: text() });
  const change = (given: Partial<PossibleChange>): PossibleChange =>
    aChange(
      { kind: text(), name: text(), namespace: text() },
      {
        origin: { file: text(), line: 3 },
        paths: (['drift', 'unreleased', 'pull-request', 'already', 'claim'] as const).map((cause) =>
          aPath(text(), {
            before: text(),
            after: { [text()]: text() },
            causes: [cause],
            manager: { name: text(), at: text() },
          }),
        ),
        certainty: { kind: 'estimated', why: text() },
        diff: `-${text()}\n+${text()}\n`,
        warnings: [text()],
        effects: everyEffect(text),
        left: [{ path: text(), manager: { name: text(), at: text() } }],
        foreign: {
          fields: (['stays', 'removed'] as const).map((fate) => ({
            path: text(),
            value: text(),
            manager: { name: text(), at: text() },
            fate,
          })),
          more: 1,
        },
        ...given,
      },
    );
  const plan: Plan = aPlan(
    'staging',
    [
      { ...change({}), action: 'blocked', reason: { code: 'invalid', message: text() } },
      change({ action: 'create' }),
      change({ action: 'delete' }),
      change({ diff: '' }),
      change({ fromPullRequest: false }),
    ],
    {
      confirmReasons: [text()],
      clusterVersion: text(),
      at: text(),
      hidden: [{ identity: { group: '', kind: text(), namespace: null, name: text() }, path: text(), rule: text() }],
      foreign: [
        {
          identity: { group: '', kind: text(), namespace: null, name: text() },
          path: text(),
          manager: { name: text(), at: text() },
          count: 2,
        },
      ],
      problems: [{ file: text(), line: 2, path: text(), message: text() }],
    },
  );
  const failing = { head, base, outcome: { kind: 'failed', reason: text(), at: text() } } as const;
  return aView(
    anInspection(
      [
        affected(environment),
        affected(anEnvironment('production', { path: text() })),
        { environment: anEnvironment('edge'), state: { kind: 'denied', reason: text() } },
        {
          environment: anEnvironment('audit'),
          state: { kind: 'refused', problems: [{ file: text(), line: null, path: text(), message: text() }] },
        },
        { environment: anEnvironment('same', { path: text() }), state: { kind: 'unaffected', from: null } },
      ],
      {
        baseRef: text(),
        settingsChanges: [
          {
            kind: 'changes',
            proposal: aProposal(anEnvironment('beyond', { path: text(), follow: { kind: 'branch', branch: text() } }), {
              allowance: { kind: 'denied', reason: text() },
              pathMissing: true,
            }),
            differences: [{ setting: text(), before: text(), after: text() }],
          },
        ],
        settingsProblems: [{ file: text(), line: 1, path: text(), message: text() }],
      },
    ),
    {
      plans: new Map([
        ['staging', planned(plan)],
        ['production', failing],
      ]),
      pages: new Map([['staging', pageAddress]]),
      confirmations: [{ digest: plan.digest, by: text() }],
      others: [{ number: 9, base, preview: { conclusion: 'failure', title: text() } }],
      draft: false,
      commented: true,
    },
  );
}

/** The same pull request as it is planned, as it conflicts, and once it is merged. */
export function hostileViews(text: () => string): readonly PullRequestView[] {
  const view = hostileView(text);
  const conflict = { kind: 'conflict' as const, files: [text(), text()] };
  const reports = new Map([
    ['staging', aReport('staging', { kind: 'diverged', reasons: [text(), text()] })],
    ['production', aReport('production', { kind: 'converged', objects: 1, tookMs: 1, url: text() })],
  ]);
  return [
    view,
    { ...view, inspection: { ...view.inspection, outcome: conflict } },
    { ...view, merged: { commit: mergeCommit, reports, besides: new Set(reports.keys()) } },
  ];
}
