import { describe, expect, it } from 'vitest';
import type { CheckRun } from '../../src/domain/check-run.ts';
import type { SettingsChange } from '../../src/domain/settings-change.ts';
import { type PullRequestView, presentedPullRequest } from '../../src/present/pull-request.ts';
import { anEnvironment, acmeShop as repository } from '../acme-shop.ts';
import {
  aChange,
  affected,
  aKeptBackChange,
  anImageChange,
  anInspection,
  aPath,
  aPlan,
  aProposal,
  aReport,
  aView,
  base,
  head,
  mergeCommit,
  planDigest,
  planned,
  shopView,
  unaffected,
} from './sample-view.ts';

const staging = anEnvironment('staging');
const production = anEnvironment('production', { namespace: 'shop', mode: 'manual' });

const nothingLeft =
  'the path "deploy/qa" is not there any more, and 2 released objects would be deleted: an empty rendering deletes nothing. To remove the environment, take it out of the settings as well';

const deployment = (name: string) => ({ group: 'apps', kind: 'Deployment', namespace: 'shop', name });

const denied: readonly SettingsChange[] = [
  {
    kind: 'adds',
    proposal: aProposal(anEnvironment('edge', { follow: { kind: 'branch', branch: 'stable' } }), {
      allowance: { kind: 'denied', reason: 'the operator names no cluster "edge"' },
    }),
  },
];

/** Each is a page under `test/fixtures/present/`, to be read. After a change: `npx vitest run test/present -u`, and read the difference. */
const pages: Readonly<Record<string, PullRequestView>> = {
  'waits-for-a-second-person': shopView(),
  confirmed: shopView({ confirmations: [{ digest: planDigest.slice(0, 12), by: 'grace' }] }),
  'being-predicted': aView(anInspection([affected(staging), unaffected(production)]), {
    plans: new Map([['staging', null]]),
  }),
  'same-in-two-environments': aView(anInspection([affected(staging), affected(production)]), {
    plans: new Map([
      ['staging', planned(aPlan('staging', [anImageChange()]))],
      ['production', planned(aPlan('production', [anImageChange()]))],
    ]),
  }),
  'cannot-be-deployed': aView(
    anInspection([
      affected(staging),
      affected(production),
      {
        environment: anEnvironment('audit'),
        state: {
          kind: 'refused',
          problems: [
            {
              file: 'deploy/audit/web.yaml',
              line: 7,
              path: null,
              message: 'A document with kind but without apiVersion.',
            },
            { file: null, line: null, path: null, message: 'The rendering holds no object at all.' },
          ],
        },
      },
      {
        environment: anEnvironment('edge'),
        state: { kind: 'denied', reason: 'the operator does not allow acme/shop on cluster "edge"' },
      },
    ]),
    {
      plans: new Map([
        [
          'staging',
          {
            head,
            base,
            outcome: {
              kind: 'failed',
              reason: 'cluster staging is out of reach since 14:02 UTC',
              at: '2026-11-20T14:03:00.000Z',
            },
          },
        ],
        [
          'production',
          planned(
            aPlan('production', [
              aKeptBackChange(
                { group: '', kind: 'Service' },
                {
                  origin: { file: 'deploy/production/service.yaml', line: 9 },
                  reason: {
                    code: 'invalid',
                    message: 'Service "web" is invalid: spec.ports[0].port: must be between 1 and 65535, inclusive',
                  },
                },
              ),
              aKeptBackChange(
                { name: 'worker' },
                {
                  reason: {
                    code: 'unknown-field',
                    message: 'spec.repplicas: field not declared in schema; spec.paused: expected boolean',
                    faults: [
                      {
                        origin: { file: 'deploy/production/worker.yaml', line: 6 },
                        message: 'spec.repplicas: field not declared in schema',
                      },
                      {
                        origin: { file: 'deploy/production/worker.yaml', line: 9 },
                        message: 'spec.paused: expected boolean',
                      },
                    ],
                  },
                },
              ),
              aKeptBackChange(
                { name: 'api' },
                {
                  action: 'unknown',
                  certainty: { kind: 'unknown', why: 'the object changed three times while it was being predicted' },
                  reason: { code: 'moving', message: 'the object changed three times while it was being predicted' },
                },
              ),
              anImageChange({ warnings: ['would violate PodSecurity "restricted:latest": runAsNonRoot != true'] }),
            ]),
          ),
        ],
      ]),
    },
  ),
  'removes-an-environment-with-its-folder': aView(
    anInspection([unaffected(staging), { environment: anEnvironment('qa'), state: { kind: 'removed' } }], {
      settingsChanges: [{ kind: 'removes', environment: 'qa', cluster: 'qa' }],
    }),
  ),
  'finds-no-namespace-and-no-folder': aView(anInspection([affected(staging), affected(anEnvironment('qa'))]), {
    plans: new Map([
      [
        'staging',
        planned(
          aPlan(
            'staging',
            ['web', 'api', 'old'].map((name) =>
              aKeptBackChange(
                { name, namespace: 'shop-staging' },
                {
                  diff: '-a\n+b',
                  reason: { code: 'namespace-missing', message: 'namespaces "shop-staging" not found' },
                },
              ),
            ),
          ),
        ),
      ],
      [
        'qa',
        planned(
          aPlan(
            'qa',
            ['web', 'api'].map((name) =>
              aKeptBackChange({ name }, { origin: null, reason: { code: 'refused-manifest', message: nothingLeft } }),
            ),
            { problems: [{ file: null, line: null, path: null, message: nothingLeft }] },
          ),
        ),
      ],
    ]),
  }),
  'not-from-this-pull-request': aView(anInspection([affected(staging)]), {
    plans: new Map([
      [
        'staging',
        planned(
          aPlan('staging', [
            aChange(
              { name: 'goes' },
              {
                action: 'delete',
                fromPullRequest: false,
                origin: null,
                effects: [{ kind: 'stops-pods', pods: 2, by: 'deletion' }],
              },
            ),
            aChange({ name: 'vanished' }, { action: 'create', fromPullRequest: false, vanished: true }),
            anImageChange(),
            aChange(
              { name: 'scaled' },
              {
                fromPullRequest: false,
                effects: [{ kind: 'scales', from: 5, to: 2, back: true, dropped: false }],
                paths: [aPath('spec.replicas', { before: 5, after: 2, causes: ['drift'] })],
              },
            ),
            aChange(
              { name: 'merged' },
              {
                fromPullRequest: false,
                paths: [aPath('spec.paused', { before: undefined, after: true, causes: ['unreleased'] })],
              },
            ),
            aChange({ name: 'comes' }, { action: 'create', fromPullRequest: false }),
          ]),
        ),
      ],
    ]),
  }),
  'many-causes-on-one-object': aView(anInspection([affected(staging)]), {
    plans: new Map([
      [
        'staging',
        planned(
          aPlan(
            'staging',
            [
              aChange(
                {},
                {
                  adopted: true,
                  certainty: { kind: 'estimated', why: 'an admission webhook is changed by this pull request, too' },
                  effects: [{ kind: 'scales', from: 3, to: 6, back: false, dropped: false }],
                  paths: [
                    aPath('spec.replicas', { before: 3, after: 6 }),
                    aPath('spec.paused', { before: undefined, after: true, causes: ['unreleased'] }),
                    aPath('metadata.labels.team', {
                      before: 'shop',
                      after: 'shop',
                      causes: ['pull-request', 'already'],
                    }),
                    aPath('spec.minReadySeconds', {
                      before: 5,
                      after: 10,
                      causes: ['pull-request', 'claim'],
                      manager: { name: 'hpa-tuner', at: null },
                    }),
                    aPath('metadata.annotations.note', {
                      before: 'x',
                      after: undefined,
                      causes: ['drift'],
                      manager: { name: 'kubectl-annotate', at: '2026-11-20T11:00:00Z' },
                    }),
                  ],
                },
              ),
            ],
            {
              problems: [
                {
                  file: 'deploy/staging/notes.yaml',
                  line: 1,
                  path: null,
                  message: 'Neither apiVersion nor kind: passed over.',
                },
              ],
              compared: { released: null, base, head, pullRequest: 12 },
            },
          ),
        ),
      ],
    ]),
  }),
  'what-workloads-refer-to': aView(anInspection([affected(staging)]), {
    plans: new Map([
      [
        'staging',
        planned(
          aPlan('staging', [
            aChange(
              { group: '', kind: 'ConfigMap', name: 'cache' },
              {
                action: 'delete',
                origin: null,
                effects: [{ kind: 'leaves-without', workloads: [deployment('web')] }],
              },
            ),
            aChange(
              { group: '', kind: 'ConfigMap', name: 'web' },
              {
                paths: [aPath('data.GREETING')],
                diff: ' data:\n-  GREETING: a\n+  GREETING: b\n',
                effects: [{ kind: 'restarts-nothing', workloads: [deployment('api'), deployment('web')] }],
              },
            ),
          ]),
        ),
      ],
    ]),
  }),
  'changes-the-settings': aView(
    anInspection([unaffected(staging)], {
      settingsChanges: [
        { kind: 'adds', proposal: aProposal(production) },
        {
          kind: 'changes',
          proposal: aProposal(staging, { pathMissing: true }),
          differences: [{ setting: 'namespace', before: 'shop-staging', after: 'shop' }],
        },
        {
          kind: 'changes',
          proposal: aProposal(anEnvironment('front'), {
            valuesMissing: [{ file: 'deploy/front/values-stagin.yaml', line: 14 }],
          }),
          differences: [{ setting: 'helm.values', before: 'values-staging.yaml', after: 'values-stagin.yaml' }],
        },
        { kind: 'removes', environment: 'testing', cluster: 'testing' },
      ],
    }),
  ),
  'redirects-environments': aView(
    anInspection([unaffected(staging), unaffected(production)], {
      settingsChanges: [
        {
          kind: 'changes',
          proposal: aProposal({ ...staging, follow: { kind: 'branch', branch: 'old' } }),
          differences: [{ setting: 'follow', before: 'main', after: 'old' }],
        },
        {
          kind: 'changes',
          proposal: aProposal(production),
          differences: [{ setting: 'prune', before: 'false', after: 'true' }],
        },
      ],
    }),
  ),
  'changes-the-settings-beyond-what-is-allowed': aView(anInspection([affected(staging)], { settingsChanges: denied }), {
    plans: new Map([['staging', planned(aPlan('staging', [anImageChange()]))]]),
  }),
  'changed-the-settings': aView(
    anInspection([unaffected(staging)], {
      settingsChanges: [{ kind: 'adds', proposal: aProposal(production) }, ...denied],
    }),
    { merged: { commit: mergeCommit, reports: new Map([['production', null]]), besides: new Set() } },
  ),
  'mends-the-settings': aView(
    anInspection([], {
      outcome: { kind: 'settings-unreadable' },
      settingsChanges: [{ kind: 'adds', proposal: aProposal(production) }],
    }),
  ),
  'allows-what-was-denied': aView(
    anInspection(
      [
        affected(staging),
        {
          environment: production,
          state: { kind: 'denied', reason: 'the operator does not allow namespace "prod" on cluster "production"' },
        },
      ],
      {
        settingsChanges: [
          {
            kind: 'changes',
            proposal: aProposal(production),
            differences: [{ setting: 'namespace', before: 'prod', after: 'shop' }],
          },
        ],
      },
    ),
    { plans: new Map([['staging', planned(aPlan('staging', [anImageChange()]))]]) },
  ),
  'breaks-the-settings': aView(
    anInspection([unaffected(staging)], {
      settingsProblems: [
        {
          file: '.github/fairlead.yml',
          line: 4,
          path: 'environments.staging.nmespace',
          message: 'There is no setting `nmespace` here. Did you mean `namespace`?',
        },
      ],
    }),
  ),
  'from-a-fork': aView(anInspection([], { outcome: { kind: 'fork-waits' } })),
  conflict: aView(anInspection([], { outcome: { kind: 'conflict', files: ['deploy/web.yaml', 'README.md'] } }), {
    commented: true,
  }),
  'not-affected-any-more': aView(anInspection([unaffected(staging), unaffected(production)]), { commented: true }),
  merged: aView(anInspection([affected(staging), affected(production)]), {
    plans: new Map([
      ['staging', planned(aPlan('staging', [anImageChange()]))],
      ['production', null],
    ]),
    merged: {
      commit: mergeCommit,
      besides: new Set<string>(),
      reports: new Map([
        [
          'staging',
          aReport('staging', {
            kind: 'converged',
            objects: 12,
            tookMs: 8200,
            url: 'https://staging.shop.example.com/',
          }),
        ],
        [
          'production',
          {
            ...aReport('production', {
              kind: 'diverged',
              reasons: ['Deployment shop/web: 1 of 3 pods, ImagePullBackOff registry.example.com/web:1.5.0'],
            }),
            repository,
          },
        ],
      ]),
    },
  }),
};

describe('a pull request as people read it', () => {
  it.each(Object.keys(pages))('%s', async (name) => {
    const view = pages[name];
    if (view === undefined) throw new Error(`no view ${name}`);
    await expect(page(view)).toMatchFileSnapshot(`../fixtures/present/${name}.md`);
  });
});

function page(view: PullRequestView): string {
  const shown = presentedPullRequest(view);
  const parts = [shown.comment ?? '*(no comment)*', ...shown.checkRuns.map(runPage)];
  return `${parts.join('\n\n---\n\n')}\n`;
}

function runPage(run: CheckRun): string {
  const parts = [
    `# check run \`${run.name}\`: ${run.conclusion ?? 'in progress'}`,
    `## ${run.title}`,
    run.summary,
    run.text === '' ? '' : `## details\n\n${run.text}`,
    ...run.annotations.map(
      ({ level, path, startLine, title, message }) => `* ${level} at ${path}:${startLine}: ${title}: ${message}`,
    ),
    `buttons: ${run.actions.map(({ label }) => `[${label}]`).join(' ') || 'none'}`,
  ];
  return parts.filter((part) => part !== '').join('\n\n');
}
