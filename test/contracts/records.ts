import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Environment } from '../../src/domain/environment.ts';
import type { GoesWith } from '../../src/domain/goes-with.ts';
import type { Inspection, InspectionOutcome, PlanRecord } from '../../src/domain/inspection.ts';
import type { Plan, PossibleChange } from '../../src/domain/plan.ts';
import type { Desired, ReleaseReport, ReleaseState, Wanted } from '../../src/domain/release.ts';
import type { Rendering } from '../../src/domain/rendering.ts';
import type { Repository } from '../../src/domain/repository.ts';
import type { Records } from '../../src/ports/records.ts';
import { acmeShop as repository } from '../acme-shop.ts';
import { everyEffect } from '../every-effect.ts';

/** Records of its own for each test. */
export interface RecordsWorld {
  readonly records: Records;
  readonly close: () => Promise<void>;
}

const renamed: Repository = { ...repository, owner: 'evil', name: 'bazaar' };
const other: Repository = { ...repository, id: 8 };
const commit = 'a'.repeat(40);
const at = '2026-11-21T12:00:00.000Z';

/** The contract of the port `Records`, for the real ones and for their fake. */
export function recordsContract(name: string, open: () => Promise<RecordsWorld>): void {
  describe(`${name} keep the contract of records:`, () => {
    let world: RecordsWorld;
    let records: Records;
    beforeEach(async () => {
      world = await open();
      records = world.records;
    });
    afterEach(() => world.close());

    it('so many comments of an installation are answered in a time, each once', async () => {
      const admitted = (comment: number, now: number, installation = 1) =>
        records.admitAnswer(installation, comment, { most: 2, withinMs: 1_000, now });
      const start = Date.parse(at);
      expect(await admitted(1, start)).toBe(true);
      expect(await admitted(2, start + 500)).toBe(true);
      expect(await admitted(3, start + 600)).toBe(false);
      expect(await admitted(2, start + 600), 'asked again').toBe(true);
      expect(await admitted(3, start + 600, 2), 'elsewhere').toBe(true);
      expect(await admitted(3, start + 1_000), 'the first is forgotten').toBe(true);
      expect(await admitted(4, start + 1_100), 'and whom nobody answered was not counted').toBe(false);
    });

    it('what nobody saved is not here', async () => {
      expect(await records.rendering('0'.repeat(64))).toBeNull();
      expect(await records.inspection(repository, 1)).toBeNull();
      expect(await records.plan(repository, 1, 'staging')).toBeNull();
      expect(await records.desired(repository, 'staging')).toBeNull();
      expect(await records.report(repository, 'staging')).toBeNull();
    });

    it('a rendering comes back as it was, also with integers beyond 2^53', async () => {
      await records.saveRendering(rendering);
      expect(await records.rendering(rendering.id)).toEqual(rendering);
    });

    it('what was saved with members that are nobody’s business comes back without harm', async () => {
      const manifests = rendering.manifests.map((manifest) => ({ ...manifest, document: { line: 1 } }));
      await records.saveRendering({ ...rendering, manifests });
      expect(await records.rendering(rendering.id)).toMatchObject(rendering);
    });

    it('a rendering that Git can no longer make is remembered as such, until somebody makes it', async () => {
      await records.markUnrenderable(rendering.id);
      expect(await records.rendering(rendering.id)).toBe('unrenderable');
      await records.saveRendering(rendering);
      expect(await records.rendering(rendering.id)).toEqual(rendering);
    });

    it.each(outcomes)('an inspection that ended in $kind comes back as it was', async (outcome) => {
      await records.saveInspection({ ...inspection, outcome });
      expect(await records.inspection(repository, 1)).toEqual({ ...inspection, outcome });
      expect(await records.inspection(repository, 2)).toBeNull();
    });

    it('a plan comes back as it was, of its pull request and environment alone', async () => {
      await records.savePlan(repository, 1, 'staging', planRecord);
      expect(await records.plan(repository, 1, 'staging')).toEqual(planRecord);
      expect(await records.plan(repository, 2, 'staging')).toBeNull();
      expect(await records.plan(repository, 1, 'production')).toBeNull();
      expect(await records.plan(other, 1, 'staging')).toBeNull();
    });

    it('a plan is found by its digest, also when its pull request has another one by now', async () => {
      await records.savePlan(repository, 1, 'staging', planRecord);
      const next: PlanRecord = {
        ...planRecord,
        outcome: { kind: 'planned', plan: { ...plan, digest: 'f'.repeat(64) } },
      };
      await records.savePlan(repository, 1, 'staging', next);
      expect(await records.planByDigest(plan.digest)).toEqual(plan);
      expect(await records.planByDigest('f'.repeat(64))).toMatchObject({ digest: 'f'.repeat(64) });
      expect(await records.planByDigest('0'.repeat(64))).toBeNull();
    });

    it('the plan that was shown stays known when another one is made', async () => {
      expect(await records.shownPlan(repository, 1, 'staging')).toBeNull();
      await records.savePlan(repository, 1, 'staging', planRecord);
      await records.saveShown(repository, 1, 'staging', plan.digest);
      const next: PlanRecord = {
        ...planRecord,
        outcome: { kind: 'planned', plan: { ...plan, digest: 'f'.repeat(64) } },
      };
      await records.savePlan(repository, 1, 'staging', next);
      expect(await records.shownPlan(repository, 1, 'staging')).toEqual(plan);
      expect(await records.shownPlan(repository, 2, 'staging')).toBeNull();
      expect(await records.shownPlan(repository, 1, 'production')).toBeNull();
    });

    it('a plan that could not be made comes back as it was', async () => {
      const failed: PlanRecord = { ...planRecord, outcome: { kind: 'failed', reason: 'out of reach', at } };
      await records.savePlan(repository, 1, 'staging', { ...planRecord, again: true });
      expect(await records.plan(repository, 1, 'staging')).toEqual({ ...planRecord, again: true });
      await records.savePlan(repository, 1, 'staging', failed);
      expect(await records.plan(repository, 1, 'staging')).toEqual(failed);
    });

    it.each(asked)('what is desired comes back as it was, asked by $kind', async (by) => {
      await records.saveDesired({ ...aDesired, asked: by });
      expect(await records.desired(repository, 'staging')).toEqual({ ...aDesired, asked: by });
      expect(await records.desired(repository, 'production')).toBeNull();
    });

    it.each(states)('a report of $kind comes back as it was', async (state) => {
      await records.saveReport({ ...report, state });
      expect(await records.report(repository, 'staging')).toEqual({ ...report, state });
      expect(await records.report(other, 'staging')).toBeNull();
    });

    it('what was told comes back as it was, beside the report', async () => {
      const orphaned = { cluster: 'old', namespace: null, objects: null };
      for (const moved of [null, { commit, orphaned }]) {
        await records.saveTold({ report, orphaned: moved });
        expect(await records.told(repository, 'staging')).toEqual({ report, orphaned: moved });
      }
      expect(await records.told(other, 'staging')).toBeNull();
      expect(await records.report(repository, 'staging')).toBeNull();
    });

    it('what was left behind in a cluster is beside the report, for each cluster', async () => {
      const state = { kind: 'orphaned', orphaned: { cluster: 'old', namespace: 'shop', objects: 3 } } as const;
      for (const orphaned of [null, state.orphaned]) {
        const count = { repository, environment: 'staging', cluster: 'old', commit, orphaned };
        await records.saveOrphanCount(count);
        expect(await records.orphanCount(repository, 'staging', 'old')).toEqual(count);
      }
      expect(await records.orphanCount(repository, 'staging', 'older')).toBeNull();
      expect(await records.report(repository, 'staging')).toBeNull();
    });

    it('keeps what a cluster said of itself last', async () => {
      expect(await records.clusterFacts('staging')).toBeNull();
      const facts = { cluster: 'staging', version: 'v1.36.3', apis: ['v1', 'v1/Pod'] };
      await records.saveClusterFacts(facts);
      await records.saveClusterFacts({ ...facts, version: 'v1.37.0' });
      expect(await records.clusterFacts('staging')).toEqual({ ...facts, version: 'v1.37.0' });
      expect(await records.clusterFacts('other')).toBeNull();
    });

    it('what is desired of an environment that left, or is held back, comes back as it was', async () => {
      const departure = { cluster: 'old', commit };
      const of = { repository, environment, defaultBranch: 'main', visibility: 'public', commit, at } as const;
      const all: readonly Desired[] = [
        { ...aDesired, departure },
        { kind: 'removed', ...of, departure },
        { kind: 'withheld', ...of, departure, reason: 'mode is observe' },
        { kind: 'withheld', ...of, departure: null, reason: 'mode is observe' },
      ];
      for (const desired of all) {
        await records.saveDesired(desired);
        expect(await records.desired(repository, 'staging')).toEqual(desired);
      }
    });

    it('the latest is the one that counts', async () => {
      await records.saveReport(report);
      await records.saveReport({ ...report, commit: 'b'.repeat(40) });
      expect(await records.report(repository, 'staging')).toMatchObject({ commit: 'b'.repeat(40) });
    });

    it('a repository is its id, whatever it is called', async () => {
      await records.saveInspection(inspection);
      await records.saveDesired(aDesired);
      await records.savePlan(renamed, 1, 'staging', planRecord);
      expect(await records.inspection(renamed, 1)).toEqual(inspection);
      expect(await records.desired(renamed, 'staging')).toEqual(aDesired);
      expect(await records.plan(repository, 1, 'staging')).toEqual(planRecord);
    });
  });
}

const rendering: Rendering = {
  id: 'c'.repeat(64),
  renderer: { kind: 'plain', version: '1' },
  manifests: [
    {
      object: {
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: { name: 'ledger', labels: { 'ä"\\': 'ö\n\u2028' } },
        large: 9_007_199_254_740_993n,
        small: 1.5,
        list: [null, true, [], {}],
      },
      origin: { file: 'deploy/ledger.yaml', line: 1 },
      lines: [1, 2, 3, 5],
    },
    { object: { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'web' } }, origin: null },
  ],
  passedOver: [{ file: 'deploy/values.yaml', line: null }],
  remarks: [{ file: 'deploy/ledger.yaml', line: 3, path: 'status', message: 'left out' }],
};

const environment: Environment = {
  name: 'staging',
  cluster: 'staging',
  path: 'deploy/staging',
  namespace: 'shop',
  follow: { kind: 'branch', branch: 'main' },
  mode: 'release',
  after: ['testing'],
  prune: true,
  confirm: { deletions: 10, kinds: ['Namespace'] },
  conflicts: 'block',
  foreign: 'report',
  adopt: ['kubectl-edit'],
  helm: { release: 'shop', values: ['values.yaml'] },
  healthTimeoutMs: 300_000,
  settleMs: 10_000,
  ignore: [{ kind: 'Deployment', name: null, path: '/spec/replicas', manager: null, line: 12 }],
};

const inspection: Inspection = {
  repository,
  number: 1,
  queue: null,
  visibility: 'private',
  head: commit,
  base: 'b'.repeat(40),
  baseRef: 'main',
  defaultBranch: 'main',
  at,
  outcome: { kind: 'fork-waits' },
  settingsChanges: [
    {
      kind: 'adds',
      proposal: {
        environment,
        at: { file: '.github/fairlead.yml', line: 2, pathLine: 4 },
        allowance: { kind: 'denied', reason: 'the operator names no cluster' },
        pathMissing: true,
        valuesMissing: [{ file: 'deploy/staging/values-staging.yaml', line: 6 }],
      },
    },
    {
      kind: 'changes',
      proposal: {
        environment,
        at: { file: '.github/fairlead.yml', line: 2, pathLine: 4 },
        allowance: { kind: 'allowed' },
        pathMissing: false,
      },
      differences: [{ setting: 'path', before: 'a', after: 'b' }],
    },
    { kind: 'removes', environment: 'old', cluster: 'staging' },
    { kind: 'removes-all' },
  ],
  settingsProblems: [{ file: '.github/fairlead.yml', line: 2, path: 'environments', message: 'unknown key' }],
};

const made = { renderer: rendering.renderer, manifests: 2, differing: ['deploy/web.yaml'], more: 1 };

const outcomes: readonly InspectionOutcome[] = [
  {
    kind: 'inspected',
    environments: [
      { environment, state: { kind: 'affected', baseRendering: null, mergedRendering: rendering.id, from: made } },
      {
        environment,
        state: { kind: 'affected', baseRendering: null, mergedRendering: null, from: null, facts: 'f'.repeat(64) },
      },
      { environment, state: { kind: 'unaffected', from: made } },
      { environment, state: { kind: 'refused', problems: rendering.remarks } },
      { environment, state: { kind: 'denied', reason: 'the operator says no' } },
    ],
  },
  { kind: 'conflict', files: ['deploy/web.yaml'] },
  { kind: 'fork-waits' },
  { kind: 'settings-unreadable' },
];

const change: PossibleChange = {
  identity: { group: 'apps', kind: 'Deployment', namespace: 'shop', name: 'web' },
  action: 'update',
  origin: { file: 'deploy/web.yaml', line: 1 },
  certainty: { kind: 'estimated', why: 'its CRD changes' },
  paths: [
    {
      path: 'spec.replicas',
      before: undefined,
      after: { deep: [9_007_199_254_740_993n, null] },
      causes: ['drift', 'pull-request'],
      manager: { name: 'kubectl-edit', at },
    },
    { path: 'spec.paused', before: false, after: undefined, causes: ['claim'], manager: null },
  ],
  diff: '-a\n+b\n',
  warnings: ['would violate PodSecurity'],
  adopted: false,
  fromPullRequest: true,
  effects: everyEffect(() => 'a text'),
  effect: 'd'.repeat(64),
};

const unplanned = { count: 2, names: [change.identity] };
const goesWith: readonly GoesWith[] = [
  { kind: 'contents', counts: [{ kind: 'ConfigMap', count: 2 }], unplanned, unread: ['Secret'] },
  { kind: 'contents', counts: [], unplanned, unread: 'everything' },
  { kind: 'custom-resources', of: 'Widget', count: 3, namespaces: 2, outside: 1, unplanned, whole: true },
  { kind: 'dropped-fields', of: 'Widget', fields: ['spec.a'], count: 2, outside: 1, whole: false },
  { kind: 'volume', size: '1Gi', storageClass: null, bound: 'pv-1', reclaimPolicy: 'Delete' },
  { kind: 'made-claims', count: 1, names: ['data-db-0'], templates: [{ size: '1Gi', storageClass: null }] },
];

const held = { path: 'spec.replicas', manager: { name: 'autoscaler', at } };
const othersFields: Pick<PossibleChange, 'left' | 'foreign'> = {
  left: [held, { ...held, manager: { name: 'keda', at: null } }],
  foreign: {
    fields: [
      { ...held, value: 3, fate: 'stays' },
      { ...held, value: undefined, fate: 'removed' },
    ],
    more: 2,
  },
};

const plan: Plan = {
  repository,
  environment: 'staging',
  cluster: 'staging',
  clusterVersion: 'v1.36.3',
  namespace: 'shop',
  compared: { released: null, base: 'b'.repeat(40), head: commit, pullRequest: 1 },
  at,
  changes: [
    {
      ...change,
      namesake: true,
      action: 'blocked',
      reason: { code: 'claim', message: 'kubectl-edit holds spec.replicas' },
    },
    { ...change, certainty: { kind: 'exact' }, origin: null, ...othersFields },
    ...goesWith.map((one) => ({
      ...change,
      action: 'delete' as const,
      goesWith: one,
      asks: true as const,
      loses: ['0123456789abcdef'],
    })),
  ],
  unchanged: 4,
  hidden: [{ identity: change.identity, path: '/spec/replicas', rule: 'settings, line 12', count: 3 }],
  foreign: [{ ...held, identity: change.identity, count: 2 }],
  problems: [{ file: null, line: null, path: null, message: 'something' }],
  digest: 'e'.repeat(64),
  confirmReasons: ['deletes PersistentVolumeClaim shop/db'],
};

const planRecord: PlanRecord = { head: commit, base: 'b'.repeat(40), outcome: { kind: 'planned', plan } };

export const aDesired: Wanted = {
  kind: 'wanted',
  carries: [6, 5],
  repository,
  environment,
  defaultBranch: 'main',
  visibility: 'private',
  commit,
  rendering: null,
  settings: '{}',
  asked: { kind: 'push' },
  gate: { kind: 'waiting', reason: 'waits for testing' },
  confirmations: [{ digest: 'e'.repeat(12), by: 'bob' }],
  pullRequest: { number: 1, author: 'ann' },
  departure: null,
  at,
};

const asked: readonly Wanted['asked'][] = [
  { kind: 'push' },
  { kind: 'sync', by: 'bob', at },
  { kind: 'sync', by: 'bob', at, reply: { number: 7, comment: 1001 } },
  { kind: 'sweep' },
];

const report: ReleaseReport = {
  repository,
  environment: 'staging',
  cluster: 'staging',
  commit,
  state: { kind: 'applying', applied: 1, of: 3 },
  at,
};

const states: readonly ReleaseState[] = [
  { kind: 'waiting', reason: 'waits for /confirm', confirmDigest: 'e'.repeat(64), plan },
  { kind: 'blocked', reasons: ['Deployment shop/web: immutable'], plan: null },
  { kind: 'applying', applied: 1, of: 3 },
  { kind: 'observing', ready: 1, of: 3, reasons: ['Deployment shop/web: 1 of 3 pods'] },
  { kind: 'converged', objects: 12, tookMs: 8_000, url: 'https://shop.example.com' },
  { kind: 'converged', objects: 12, tookMs: 8_000, url: 'http://a', alsoAt: { urls: ['http://b'], more: 1 } },
  { kind: 'diverged', reasons: ['ImagePullBackOff'] },
  {
    kind: 'converged',
    objects: 12,
    tookMs: 8_000,
    url: null,
    orphaned: { cluster: 'staging', namespace: null, objects: 3 },
  },
  { kind: 'diverged', reasons: [], orphaned: { cluster: 'staging', namespace: 'shop', objects: 3 } },
  { kind: 'unchanged', objects: 12 },
  { kind: 'unchanged', objects: 12, orphaned: { cluster: 'staging', namespace: null, objects: 3 } },
  { kind: 'orphaned', orphaned: { cluster: 'staging', namespace: 'shop', objects: null } },
  { kind: 'orphaned', orphaned: null },
  { kind: 'error', reason: 'out of reach', since: at },
];
