import type { Effect } from '../../src/domain/effect.ts';
import type { Environment } from '../../src/domain/environment.ts';
import type { InspectedEnvironment, Inspection, PlanRecord } from '../../src/domain/inspection.ts';
import type { Identity } from '../../src/domain/manifest.ts';
import type { Change, KeptBackChange, PathChange, Plan, PossibleChange } from '../../src/domain/plan.ts';
import type { ReleaseReport, ReleaseState } from '../../src/domain/release.ts';
import type { ProposedEnvironment } from '../../src/domain/settings-change.ts';
import type { PullRequestView } from '../../src/present/pull-request.ts';
import { anEnvironment, acmeShop as repository } from '../acme-shop.ts';

/** Values of the present tests: a shop with environments, as a person would meet it. */
export const head = '3d5e8f0a6b1c2d3e4f5061728394a5b6c7d8e9f0';
export const base = '77aa012b3c4d5e6f708192a3b4c5d6e7f8091a2b';
export const mergeCommit = '9f2c1ab0d1e2f30415263748596a7b8c9d0e1f20';
export const planDigest = '3f9a1c2b3d4e5f60718293a4b5c6d7e8f9000a1b2c3d4e5f60718293a4b5c6d7';

export function aPath(path: string, given: Partial<PathChange> = {}): PathChange {
  return { path, before: 'a', after: 'b', causes: ['pull-request'], manager: null, ...given };
}

export function aChange(identity: Partial<Identity>, given: Partial<PossibleChange> = {}): PossibleChange {
  return {
    identity: { group: 'apps', kind: 'Deployment', namespace: 'shop', name: 'web', ...identity },
    action: 'update',
    origin: { file: 'deploy/production/web.yaml', line: 1 },
    certainty: { kind: 'exact' },
    paths: [],
    diff: '',
    warnings: [],
    adopted: false,
    fromPullRequest: true,
    effects: [],
    effect: 'e',
    ...given,
  };
}

export function aKeptBackChange(identity: Partial<Identity>, given: Partial<KeptBackChange> = {}): KeptBackChange {
  const reason = { code: 'invalid', message: 'it is wrong' } as const;
  return { ...aChange(identity), action: 'blocked', reason, ...given };
}

export function aPlan(environment: string, changes: readonly Change[], given: Partial<Plan> = {}): Plan {
  return {
    repository,
    environment,
    cluster: environment,
    clusterVersion: 'v1.36.2',
    namespace: 'shop',
    compared: { released: base, base, head, pullRequest: 12 },
    at: '2026-11-20T14:02:11.000Z',
    changes,
    unchanged: 37,
    hidden: [],
    problems: [],
    digest: planDigest,
    confirmReasons: [],
    ...given,
  };
}

export function planned(plan: Plan): PlanRecord {
  return { head, base, outcome: { kind: 'planned', plan } };
}

export function affected(environment: Environment): InspectedEnvironment {
  return { environment, state: { kind: 'affected', baseRendering: 'b', mergedRendering: 'm', from: null } };
}

export function unaffected(environment: Environment): InspectedEnvironment {
  return { environment, state: { kind: 'unaffected', from: null } };
}

export function anInspection(
  environments: readonly InspectedEnvironment[],
  given: Partial<Inspection> = {},
): Inspection {
  return {
    repository,
    number: 12,
    queue: null,
    defaultBranch: 'main',
    visibility: 'private',
    head,
    base,
    baseRef: 'main',
    at: '2026-11-20T14:02:00.000Z',
    outcome: { kind: 'inspected', environments },
    settingsChanges: [],
    settingsProblems: [],
    ...given,
  };
}

export function aProposal(environment: Environment, given: Partial<ProposedEnvironment> = {}): ProposedEnvironment {
  return {
    environment,
    at: { file: '.github/fairlead.yml', line: 6, pathLine: 8 },
    allowance: { kind: 'allowed' },
    pathMissing: false,
    ...given,
  };
}

export function aView(inspection: Inspection, given: Partial<PullRequestView> = {}): PullRequestView {
  return {
    inspection,
    plans: new Map(),
    heldUp: new Map(),
    carries: new Map(),
    alsoChanged: new Map(),
    pages: new Map(),
    docs: null,
    author: 'ada',
    confirmations: [],
    others: [],
    merged: null,
    draft: false,
    commented: false,
    published: [],
    ...given,
  };
}

export function aReport(environment: string, state: ReleaseState, commit = mergeCommit): ReleaseReport {
  return { repository, environment, cluster: environment, commit, state, at: '2026-11-20T15:00:00.000Z' };
}

const restarts = { kind: 'restarts-pods', pods: 3, manner: 'rolling' } as const;
const newImage: Effect = {
  kind: 'moves-image',
  containers: ['web'],
  from: 'registry.example.com/web:1.4.2',
  to: 'registry.example.com/web:1.5.0',
};

/** The image of `web` goes from 1.4.2 to 1.5.0. */
export function anImageChange(given: Partial<PossibleChange> = {}): PossibleChange {
  return aChange(
    {},
    {
      paths: [
        aPath('spec.template.spec.containers[name=web].image', {
          before: 'registry.example.com/web:1.4.2',
          after: 'registry.example.com/web:1.5.0',
        }),
      ],
      diff: ` spec:
   template:
     spec:
       containers:
       - name: web
-        image: registry.example.com/web:1.4.2
+        image: registry.example.com/web:1.5.0
`,
      effects: [restarts, newImage],
      ...given,
    },
  );
}

/** Three environments: one ready, one that waits for a second person, one not affected. */
export function shopView(given: Partial<PullRequestView> = {}): PullRequestView {
  const staging = anEnvironment('staging');
  const production = anEnvironment('production', { namespace: 'shop' });
  const inspection = anInspection([affected(staging), affected(production), unaffected(anEnvironment('audit'))]);
  const monitor = aChange(
    { group: 'monitoring.coreos.com', kind: 'ServiceMonitor' },
    {
      action: 'create',
      certainty: { kind: 'estimated', why: 'its CRD is created by this pull request' },
      diff: '+apiVersion: monitoring.coreos.com/v1\n+kind: ServiceMonitor\n+metadata:\n+  name: web\n',
    },
  );
  const secret = aChange(
    { group: '', kind: 'Secret' },
    {
      paths: [aPath('data.token', { before: '••••• (before)', after: '••••• (after)' })],
      diff: ' data:\n-  token: ••••• (before)\n+  token: ••••• (after)\n',
    },
  );
  const cache = aChange(
    { group: '', kind: 'PersistentVolumeClaim', name: 'cache' },
    {
      action: 'delete',
      origin: null,
      effects: [{ kind: 'deletes-data', claims: null }],
      diff: '-apiVersion: v1\n-kind: PersistentVolumeClaim\n-metadata:\n-  name: cache\n',
    },
  );
  const web = anImageChange();
  const drifted = anImageChange({
    effects: [{ kind: 'scales', from: 6, to: 3, back: true, dropped: false }, restarts, newImage],
    paths: [
      ...web.paths,
      aPath('spec.replicas', {
        before: 6,
        after: 3,
        causes: ['drift'],
        manager: { name: 'kubectl-scale', at: '2026-11-18T09:00:00Z' },
      }),
    ],
    diff: ` spec:
-  replicas: 6
+  replicas: 3
   template:
     spec:
       containers:
       - name: web
-        image: registry.example.com/web:1.4.2
+        image: registry.example.com/web:1.5.0
`,
  });
  const batch = aChange(
    { name: 'batch' },
    {
      fromPullRequest: false,
      effects: [{ ...restarts, pods: 2 }],
      paths: [
        aPath('spec.template.spec.containers[name=batch].resources.limits.memory', {
          before: '2Gi',
          after: '1Gi',
          causes: ['drift'],
          manager: { name: 'kubectl-edit', at: '2026-11-20T13:40:00Z' },
        }),
      ],
      diff: ' spec:\n-  memory: 2Gi\n+  memory: 1Gi\n',
    },
  );
  const stagingPlan = aPlan('staging', [web, secret, monitor]);
  const productionPlan = aPlan('production', [cache, drifted, secret, batch, monitor], {
    confirmReasons: ['deletes PersistentVolumeClaim shop/cache and with it its data (5Gi, storage class fast)'],
    hidden: [
      {
        identity: { group: 'apps', kind: 'Deployment', namespace: 'shop', name: 'batch' },
        path: 'spec.replicas',
        rule: 'settings, line 14',
      },
    ],
  });
  return aView(inspection, {
    plans: new Map([
      ['staging', planned(stagingPlan)],
      ['production', planned(productionPlan)],
    ]),
    ...given,
  });
}
