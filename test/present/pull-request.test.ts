import { describe, expect, it } from 'vitest';
import type { Environment } from '../../src/domain/environment.ts';
import { inspectedEnvironments, type PlanRecord } from '../../src/domain/inspection.ts';
import type { SettingsChange } from '../../src/domain/settings-change.ts';
import { type PullRequestView, presentedPullRequest } from '../../src/present/pull-request.ts';
import { pullRequestPreview } from '../../src/present/pull-request-preview.ts';
import { anEnvironment } from '../acme-shop.ts';
import {
  aChange,
  affected,
  aKeptBackChange,
  anImageChange,
  anInspection,
  aPath,
  aPlan,
  aProposal,
  aView,
  base,
  head,
  planDigest,
  planned,
  shopView,
  unaffected,
} from './sample-view.ts';

const staging = anEnvironment('staging');
const production = anEnvironment('production');

const problem = { file: '.github/fairlead.yml', line: 3, path: 'environments.staging.cluster', message: 'missing' };

describe('with pages', () => {
  const page = 'https://fairlead.example.com/plans/3f9a?until=1&signature=aB';
  const docs = 'https://fairlead.example.com/docs';

  it('the check run of an environment leads to its plan', () => {
    const view = viewOf(planned(aPlan('staging', [aChange({})])));
    const run = (pages: PullRequestView['pages']) => presentedPullRequest({ ...view, pages }).checkRuns[0];
    expect(run(new Map([['staging', page]]))?.detailsUrl).toBe(page);
    expect(run(new Map())).not.toHaveProperty('detailsUrl');
  });

  it('Fairlead’s own documents are linked, and without them named', () => {
    const removed = anInspection([{ environment: staging, state: { kind: 'removed' } }]);
    expect(presentedPullRequest(aView(removed, { docs })).comment).toContain(
      'Fairlead’s [`docs/orphaned.md`](<https://fairlead.example.com/docs/orphaned.md>) says',
    );
    expect(presentedPullRequest(aView(removed)).comment).toContain('Fairlead’s `docs/orphaned.md` says');
  });
});

describe('the aggregate check run', () => {
  it('is in progress while any affected environment has no plan', () => {
    const view = aView(anInspection([affected(staging), affected(production)]), {
      plans: new Map([
        ['staging', planned(aPlan('staging', [anImageChange()]))],
        ['production', null],
      ]),
    });
    expect(aggregate(view)).toMatchObject({ conclusion: null, title: 'Predicting production' });
  });

  it('takes a plan of another head or of another base for none', () => {
    const record = planned(aPlan('staging', []));
    for (const other of [
      { ...record, head: 'f'.repeat(40) },
      { ...record, base: 'f'.repeat(40) },
    ]) {
      expect(conclusion(viewOf(other))).toBeNull();
    }
    expect(conclusion(viewOf(record))).toBe('success');
  });

  it('concludes nothing from a plan that is being made anew, nor does its environment', () => {
    const record: PlanRecord = { ...planned(aPlan('staging', [anImageChange()])), again: true };
    const view = { ...viewOf(record), commented: true };
    const { checkRuns, comment } = presentedPullRequest(view);
    expect(checkRuns.map(({ name, conclusion, externalId }) => [name, conclusion, externalId])).toEqual([
      ['fairlead/plan (staging)', null, `12:${base}:-`],
      ['fairlead/plan', null, `12:${base}:-`],
    ]);
    expect(comment, 'it says what was found, for this head and base, and when').toBeNull();
    const moved = { ...record, base: 'f'.repeat(40) };
    expect(presentedPullRequest({ ...view, plans: new Map([['staging', moved]]) }).comment).toContain(
      'Fairlead: predicting staging',
    );
  });

  it('succeeds where all is planned, and says how many environments change', () => {
    const view = viewOf(planned(aPlan('staging', [anImageChange()])));
    expect(aggregate(view)).toMatchObject({
      conclusion: 'success',
      title: 'Merging this changes 1 of 1 environment',
      externalId: `12:${base}:-`,
    });
  });

  it('succeeds and says why where no environment is affected', () => {
    const run = aggregate(aView(anInspection([unaffected(staging), unaffected(production)])));
    expect(run).toMatchObject({
      conclusion: 'success',
      title: 'No environment is affected: staging and production render the same',
    });
    expect(run.summary).toContain('deploy/staging');
    expect(run.summary).toContain(base.slice(0, 7));
  });

  it('says of a change of the settings what it does, and not that nothing is affected', () => {
    const title = (...settingsChanges: readonly SettingsChange[]): string =>
      aggregate(aView(anInspection([unaffected(staging), unaffected(production)], { settingsChanges }))).title;
    const removes = { kind: 'removes', environment: 'production', cluster: 'production' } as const;
    const changes = { kind: 'changes', proposal: aProposal(staging, { pathMissing: true }), differences: [] } as const;
    expect(title(removes)).toBe('Removes production in the settings; what was released stays: nothing is deleted');
    expect(title({ kind: 'removes-all' })).toBe('Removes the settings; what was released stays: nothing is deleted');
    expect(title(changes)).toBe(
      'Changes staging in the settings; nothing of it is planned until it is merged; there is nothing at deploy/staging',
    );
  });

  it('says that deletions will wait where the settings redirect an environment, and not where nothing is deleted', () => {
    const changesTo = (given: Partial<Environment>, setting: string, before: string, after: string) =>
      aggregate(
        aView(
          anInspection([unaffected(staging)], {
            settingsChanges: [
              {
                kind: 'changes',
                proposal: aProposal({ ...staging, ...given }),
                differences: [{ setting, before, after }],
              },
            ],
          }),
        ),
      ).title;
    const waits = 'deletions of staging will wait for /confirm';
    expect(changesTo({}, 'prune', 'false', 'true')).toBe(
      `Changes staging in the settings; nothing of it is planned until it is merged; ${waits}: prune is switched on`,
    );
    expect(changesTo({}, 'follow', 'main', 'old')).toContain(`${waits}: follow changes`);
    expect(changesTo({}, 'path', 'a', 'b')).toContain(`${waits}: path changes`);
    expect(changesTo({ prune: false }, 'path', 'a', 'b'), 'nothing is deleted').not.toContain(waits);
    expect(changesTo({ mode: 'observe' }, 'path', 'a', 'b'), 'nothing is released').not.toContain(waits);
    expect(changesTo({ prune: false }, 'prune', 'true', 'false')).not.toContain(waits);
    expect(changesTo({}, 'settle', '1s', '2s')).not.toContain(waits);
  });

  it('says that it undoes what somebody did in the cluster, and where', () => {
    const undoing = (...given: Parameters<typeof aChange>) =>
      aggregate(viewOf(planned(aPlan('staging', [aChange(...given)])))).title;
    const scaled = { paths: [aPath('spec.replicas', { before: 5, after: 2, causes: ['drift'] })] } as const;
    const undone = 'Merging this changes 1 of 1 environment, and undoes changes made in the cluster (staging)';
    expect(undoing({}, scaled)).toBe(undone);
    expect(undoing({}, { action: 'create', vanished: true })).toBe(undone);
    expect(undoing({}, { ...scaled, action: 'unchanged' })).not.toContain('undoes');
    expect(undoing({})).not.toContain('undoes');
  });

  it('says whether its merge releases an environment that it brings', () => {
    const run = (given: Partial<Environment>) => {
      const proposal = aProposal(anEnvironment('qa', given));
      return aggregate(aView(anInspection([unaffected(staging)], { settingsChanges: [{ kind: 'adds', proposal }] })));
    };
    expect(run({}).title).toBe(
      'Adds qa in the settings; nothing of it is planned until it is merged, and the merge releases qa',
    );
    expect(run({ after: ['staging'] }).summary).toContain('the merge releases it, after staging, and no plan shows');
    expect(run({ mode: 'manual' }).title).not.toContain('releases qa');
    expect(run({ mode: 'manual' }).summary).toContain('the merge releases nothing of it, for its mode is manual');
    expect(run({ mode: 'observe' }).summary).toContain('the merge releases nothing of it, for its mode is observe');
    expect(run({ follow: { kind: 'branch', branch: 'stable' } }).title).not.toContain('releases qa');
  });

  it('succeeds and says so where no environment follows the base branch', () => {
    const run = aggregate(aView(anInspection([], { baseRef: 'docs' })));
    expect(run).toMatchObject({ conclusion: 'success', title: 'No environment follows docs' });
  });

  it('waits for a person where a fork was not looked at', () => {
    expect(conclusion(aView(anInspection([], { outcome: { kind: 'fork-waits' } })))).toBe('action_required');
  });

  it('waits for a second person until the digest is confirmed', () => {
    expect(conclusion(shopView())).toBe('action_required');
    const confirmations = [{ digest: planDigest.slice(0, 12), by: 'grace' }];
    expect(conclusion(shopView({ confirmations }))).toBe('success');
    expect(conclusion(shopView({ confirmations: [{ digest: planDigest.slice(0, 8), by: 'grace' }] }))).toBe(
      'action_required',
    );
    expect(conclusion(shopView({ confirmations: [{ digest: 'a'.repeat(64), by: 'grace' }] }))).toBe('action_required');
    expect(conclusion(shopView({ confirmations: [{ digest: planDigest.toUpperCase(), by: 'grace' }] }))).toBe(
      'success',
    );
    expect(conclusion(shopView({ confirmations: [{ digest: planDigest, by: 'Ada' }] }))).toBe('action_required');
  });

  it.each([
    ['a conflict', aView(anInspection([], { outcome: { kind: 'conflict', files: ['deploy/web.yaml'] } }))],
    [
      'unreadable settings',
      aView(anInspection([], { outcome: { kind: 'settings-unreadable' }, settingsProblems: [problem] })),
    ],
    ['a refused rendering', aView(anInspection([{ environment: staging, state: { kind: 'refused', problems: [] } }]))],
    ['a denial', aView(anInspection([{ environment: staging, state: { kind: 'denied', reason: 'no' } }]))],
    ['a cluster out of reach', viewOf(failed('cluster staging is out of reach'))],
    ['a blocked object', viewOf(planned(aPlan('staging', [aKeptBackChange({})])))],
    ['an unknown object', viewOf(planned(aPlan('staging', [aKeptBackChange({}, { action: 'unknown' })])))],
  ])('fails on %s', (_what, view) => {
    expect(conclusion(view)).toBe('failure');
  });

  it('does not fail on an environment that this pull request removes from the settings, and says that its objects stay', () => {
    const removed = { environment: production, state: { kind: 'removed' } } as const;
    const removing: readonly (readonly [SettingsChange, string])[] = [
      [{ kind: 'removes', environment: 'production', cluster: 'production' }, 'Removes production in the settings'],
      [{ kind: 'removes-all' }, 'Removes the settings'],
    ];
    for (const [change, words] of removing) {
      const view = aView(anInspection([removed], { settingsChanges: [change] }));
      expect(aggregate(view)).toMatchObject({
        conclusion: 'success',
        title: `${words}; what was released stays: nothing is deleted`,
      });
      expect(presentedPullRequest(view).comment).toContain('docs/orphaned.md');
    }
  });

  it('is neutral, not green, where it makes allowed what is denied today: nothing of it was planned', () => {
    const denied = { environment: production, state: { kind: 'denied', reason: 'no' } } as const;
    const settingsChanges: readonly SettingsChange[] = [
      { kind: 'changes', proposal: aProposal(production), differences: [] },
    ];
    const run = aggregate(aView(anInspection([denied, unaffected(staging)], { settingsChanges })));
    expect(run).toMatchObject({
      conclusion: 'neutral',
      title: 'Production is allowed once this is merged; nothing of it was planned',
    });
    expect(run.summary).toContain('That is why the check is neutral and not green.');
    const audit = aProposal(anEnvironment('audit'));
    const waiting = shopView();
    const besides = inspectedEnvironments(waiting.inspection).filter(({ environment }) => environment.name !== 'audit');
    const deniedAudit = { environment: audit.environment, state: denied.state };
    const inspection = anInspection([...besides, deniedAudit], {
      settingsChanges: [{ kind: 'changes', proposal: audit, differences: [] }],
    });
    expect(conclusion({ ...waiting, inspection }), 'somebody has to confirm the rest').toBe('action_required');
  });

  it('fails where what it makes of a denied environment is denied as well', () => {
    const denied = { environment: production, state: { kind: 'denied', reason: 'no' } } as const;
    const still = aProposal(production, { allowance: { kind: 'denied', reason: 'still no' } });
    const settingsChanges: readonly SettingsChange[] = [{ kind: 'changes', proposal: still, differences: [] }];
    expect(aggregate(aView(anInspection([denied], { settingsChanges })))).toMatchObject({
      conclusion: 'failure',
      title: 'Environment production would not be allowed: still no',
    });
  });

  it('is neutral, not green, on what leads out of settings that cannot be read: nothing of it was planned', () => {
    const run = (...settingsChanges: readonly SettingsChange[]) =>
      aggregate(aView(anInspection([], { outcome: { kind: 'settings-unreadable' }, settingsChanges })));
    const mends = {
      conclusion: 'neutral',
      title: 'Makes the settings readable again; nothing else of it was planned',
    };
    expect(run({ kind: 'adds', proposal: aProposal(staging) })).toMatchObject(mends);
    expect(run(), 'there is no environment any more').toMatchObject(mends);
    expect(run({ kind: 'removes-all' })).toMatchObject({
      conclusion: 'neutral',
      title: 'Removes the settings, which cannot be read; nothing of it was planned',
    });
    const allowance = { kind: 'denied', reason: 'no' } as const;
    expect(run({ kind: 'adds', proposal: aProposal(staging, { allowance }) }).conclusion).toBe('failure');
  });

  it('fails on settings that this pull request would break, at file and line', () => {
    const run = aggregate(aView(anInspection([unaffected(staging)], { settingsProblems: [problem] })));
    expect(run.conclusion).toBe('failure');
    expect(run.annotations).toEqual([
      {
        path: '.github/fairlead.yml',
        startLine: 3,
        endLine: 3,
        level: 'failure',
        title: 'environments.staging.cluster',
        message: 'missing',
      },
    ]);
  });

  it('shows the worse of two pull requests on one head, and whose it is', () => {
    const own = viewOf(planned(aPlan('staging', [anImageChange()])));
    const other = (conclusion: 'failure' | 'success' | null) => ({
      number: 13,
      base: 'c'.repeat(40),
      preview: { conclusion, title: 'production cannot be rendered: 2 problems' },
    });
    expect(aggregate({ ...own, others: [other('failure')] })).toMatchObject({
      conclusion: 'failure',
      title: '#13, on the same commit: production cannot be rendered: 2 problems',
      externalId: `13:${'c'.repeat(40)}:-`,
    });
    expect(aggregate({ ...own, others: [other(null)] }).conclusion).toBeNull();
    expect(aggregate({ ...own, others: [other('success')] })).toMatchObject({
      conclusion: 'success',
      externalId: `12:${base}:-`,
    });
  });

  it('is never neutral where there is something to plan, and never left without a way to plan again', () => {
    for (const view of [shopView(), aView(anInspection([])), viewOf(failed('no'))]) {
      const run = aggregate(view);
      expect(['success', 'failure', 'action_required', null]).toContain(run.conclusion);
      expect(run.actions.map(({ identifier }) => identifier)).toContain('plan-again');
    }
  });
});

describe('the check run of an environment', () => {
  it('carries pull request, base and digest, and a button for the second person', () => {
    const run = presentedPullRequest(shopView()).checkRuns.find(({ name }) => name === 'fairlead/plan (production)');
    expect(run).toMatchObject({ conclusion: 'action_required', externalId: `12:${base}:${planDigest}`, head });
    expect(run?.actions.map(({ identifier }) => identifier)).toEqual(['plan-again', 'confirm']);
  });

  it('annotates what is blocked and what the API server warns of, where it stands in Git', () => {
    const origin = { file: 'deploy/staging/web.yaml', line: 14 };
    const message = 'Service "web" is invalid: spec.ports[0].port';
    const view = viewOf(
      planned(
        aPlan('staging', [
          aKeptBackChange({}, { origin, reason: { code: 'invalid', message } }),
          aChange({ name: 'api' }, { origin, warnings: ['would violate PodSecurity "restricted"'] }),
        ]),
      ),
    );
    const run = presentedPullRequest(view).checkRuns.find(({ name }) => name === 'fairlead/plan (staging)');
    expect(run?.annotations.map(({ level, path, startLine, message: said }) => [level, path, startLine, said])).toEqual(
      [
        ['failure', 'deploy/staging/web.yaml', 14, message],
        ['warning', 'deploy/staging/web.yaml', 14, 'would violate PodSecurity "restricted"'],
      ],
    );
  });

  it('is there for each affected environment up to thirty, beyond only for those that need a person', () => {
    const many = (count: number) => {
      const environments = Array.from({ length: count }, (_, index) => anEnvironment(`e${index}`));
      const plans = new Map<string, PlanRecord>(
        environments.map(({ name }, index) => [
          name,
          index === 3 ? failed('out of reach') : planned(aPlan(name, [anImageChange()])),
        ]),
      );
      return presentedPullRequest(aView(anInspection(environments.map(affected)), { plans }));
    };
    expect(many(30).checkRuns).toHaveLength(31);
    expect(many(31).checkRuns.map(({ name }) => name)).toEqual(['fairlead/plan (e3)', 'fairlead/plan']);
    expect(many(31).checkRuns.at(-1)?.summary).toContain('**e30**');
  });

  it('is concluded where a moved base took the environment out of reach', () => {
    const view = aView(anInspection([unaffected(staging)]), {
      published: ['fairlead/plan', 'fairlead/plan (staging)', 'fairlead/plan (gone)'],
    });
    const runs = presentedPullRequest(view).checkRuns;
    expect(runs.map(({ name, conclusion }) => [name, conclusion])).toEqual([
      ['fairlead/plan (staging)', 'success'],
      ['fairlead/plan (gone)', 'success'],
      ['fairlead/plan', 'success'],
    ]);
    const other = { number: 13, base, preview: { conclusion: 'success' as const, title: '' } };
    const beside = presentedPullRequest({ ...view, others: [other] }).checkRuns.map(({ name }) => name);
    expect(beside).not.toContain('fairlead/plan (gone)');
  });
});

describe('the comment', () => {
  it('is not written where nothing is affected and nothing is wrong', () => {
    expect(presentedPullRequest(aView(anInspection([unaffected(staging)]))).comment).toBeNull();
    expect(presentedPullRequest(aView(anInspection([]))).comment).toBeNull();
  });

  it('says of an environment that it waits for one that diverged', () => {
    const heldUp = new Map([['staging', { by: 'first', commit: 'c'.repeat(40) }]]);
    const { comment } = presentedPullRequest({
      ...viewOf(planned(aPlan('staging', [anImageChange()]))),
      heldUp,
    });
    expect(comment).toContain('| waits for first, which diverged at `ccccccc`, restarts 3 pods');
    expect(comment).toContain('It is released after **first**, which diverged at `ccccccc`');
  });

  it('tells of many environments that are not affected in one row', () => {
    const others = ['a', 'b', 'c', 'd'].map((name) => unaffected(anEnvironment(name)));
    const view = aView(anInspection(others), { commented: true });
    expect(presentedPullRequest(view).comment).toContain('| **a**, **b**, **c** and 1 more | ➖ not affected |');
    const few = aView(anInspection(others.slice(0, 3)), { commented: true });
    expect(presentedPullRequest(few).comment).toContain('| **b** | ➖ not affected |');
  });

  it('is kept true where one stands there already', () => {
    const comment = presentedPullRequest(aView(anInspection([unaffected(staging)]), { commented: true })).comment;
    expect(comment).toContain('no environment is affected');
  });

  it('says the same whenever it is asked', () => {
    expect(presentedPullRequest(shopView())).toEqual(presentedPullRequest(shopView()));
  });
});

function viewOf(record: PlanRecord): PullRequestView {
  return aView(anInspection([affected(staging)]), { plans: new Map([['staging', record]]) });
}

function failed(reason: string): PlanRecord {
  return { head, base, outcome: { kind: 'failed', reason, at: '2026-11-20T14:02:11.000Z' } };
}

function aggregate(view: PullRequestView) {
  const run = presentedPullRequest(view).checkRuns.at(-1);
  if (run === undefined) throw new Error('there is no aggregate');
  expect(run.name).toBe('fairlead/plan');
  return run;
}

function conclusion(view: PullRequestView) {
  expect(pullRequestPreview(view).conclusion).toBe(aggregate(view).conclusion);
  return aggregate(view).conclusion;
}
