import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../src/domain/json.ts';
import type { KubernetesObject } from '../../../src/domain/manifest.ts';
import { neighbourQuestions } from '../../../src/plan/effects/neighbour-questions.ts';
import type { Judgement } from '../../../src/plan/judgement.ts';
import { objectIn } from '../../objects.ts';
import { absent, created, deleted, effectsIn, service, unchanged, updated, workload } from './changes.ts';

const needy = workload({
  pods: { serviceAccountName: 'account', volumes: [{ name: 'data', persistentVolumeClaim: { claimName: 'data' } }] },
  container: { envFrom: [{ configMapRef: { name: 'settings' } }, { secretRef: { name: 'maybe', optional: true } }] },
});
const core = (kind: string, name: string) => objectIn('shop', 'v1', kind, name);
const ingress = objectIn('shop', 'networking.k8s.io/v1', 'Ingress', 'web', {
  spec: { rules: [{ host: 'a.example', http: { paths: [{ path: '/', backend: { service: { name: 'web' } } }] } }] },
});

function asked(...judgements: readonly Judgement[]): readonly string[] {
  return neighbourQuestions(judgements).references.map(({ kind, name }) => `${kind} ${name}`);
}

describe('What the effects of a plan ask the cluster besides', () => {
  it('is what a new or changed object names and the plan does not hold', () => {
    expect(asked(created(needy)).toSorted()).toEqual([
      'ConfigMap settings',
      'PersistentVolumeClaim data',
      'ServiceAccount account',
    ]);
    const rest = [core('ServiceAccount', 'account'), core('PersistentVolumeClaim', 'data')].map(unchanged);
    expect(asked(updated(workload(), needy), created(core('ConfigMap', 'settings')), ...rest)).toEqual([]);
    expect(asked(created(ingress))).toEqual(['Service web']);
  });

  it.each<[string, readonly Judgement[]]>([
    ['of an object that stays as it is', [unchanged(needy)]],
    ['of one that goes', [deleted(needy)]],
    ['of what is in every namespace', [created(workload({ pods: { serviceAccountName: 'default' } }))]],
    ['of what goes with the same plan, and is told there', [created(ingress), deleted(service())]],
    [
      'of what a program that is told its name may make',
      [
        created(workload({ container: { envFrom: [{ secretRef: { name: 'certificate' } }] } })),
        created(workload({ name: 'setup', container: { args: ['create', '--secret-name=certificate'] } })),
      ],
    ],
    [
      'of what a custom resource may make',
      [
        created(ingress),
        created(objectIn('shop', 'serving.example.com/v1', 'Function', 'f', { spec: { serviceName: 'web' } })),
      ],
    ],
  ])('is nothing %s', (_what, judgements) => {
    expect(asked(...judgements)).toEqual([]);
  });

  const selections = (...judgements: readonly Judgement[]) =>
    neighbourQuestions(judgements).selections.map(({ labelSelector }) => labelSelector);
  const budget = (selector: JsonObject): KubernetesObject =>
    objectIn('shop', 'policy/v1', 'PodDisruptionBudget', 'web', { spec: { selector, minAvailable: 1 } });

  it('is whether a pod is selected, where no workload of the plan makes one', () => {
    const astray = service({ selector: { app: 'wbe', tier: 'a' } });
    expect(selections(created(astray), unchanged(workload()))).toEqual(['app=wbe,tier=a']);
    expect(selections(updated(service(), astray), unchanged(workload()))).toEqual(['app=wbe,tier=a']);
    const chosen = {
      matchLabels: { app: 'x' },
      matchExpressions: [{ key: 'tier', operator: 'NotIn', values: ['a', 'b'] }],
    };
    expect(selections(created(budget(chosen)))).toEqual(['app=x,tier notin (a,b)']);
  });

  it.each<[string, readonly Judgement[]]>([
    ['one does', [created(service()), created(workload())]],
    [
      'the selector is what it was',
      [updated(service({ selector: { app: 'x' } }), service({ selector: { app: 'x' }, type: 'NodePort' }))],
    ],
    [
      'it selects nothing by itself',
      [created(service({ selector: undefined })), created(service({ type: 'ExternalName' }, 'other'))],
    ],
    [
      'an operator may make them',
      [
        created(service({ selector: { cluster: 'db' } })),
        created(objectIn('shop', 'db.example.com/v1', 'Cluster', 'db')),
      ],
    ],
    ['it is no selector that one may ask by', [created(service({ selector: { app: 'a in (b' } }))]],
    ['a budget is for all', [created(budget({})), created(workload())]],
  ])('is not asked where %s', (_why, judgements) => {
    expect(selections(...judgements)).toEqual([]);
  });
});

describe('What is named besides by pods', () => {
  const target = (apiVersion: string) =>
    objectIn('shop', 'autoscaling/v2', 'HorizontalPodAutoscaler', 'web', {
      spec: { scaleTargetRef: { apiVersion, kind: 'Deployment', name: 'wbe' }, maxReplicas: 3 },
    });
  const db = (serviceName?: string) => objectIn('shop', 'apps/v1', 'StatefulSet', 'db', { spec: { serviceName } });

  it('is the Service of a StatefulSet, and what an autoscaler scales', () => {
    expect(asked(created(db('db-peers')))).toEqual(['Service db-peers']);
    expect(asked(created(target('apps/v1')))).toEqual(['Deployment wbe']);
  });

  it('is not asked about where nothing is named, or it is there', () => {
    expect(asked(created(db()), created(db('')), created(target('')))).toEqual([]);
    expect(asked(created(db('web')), created(service()))).toEqual([]);
  });
});

describe('What an object needs and nobody has', () => {
  it('is named once the cluster says that it is absent', () => {
    const settings = core('ConfigMap', 'settings');
    expect(effectsIn([created(needy)], absent(settings))).toMatchObject([
      { kind: 'lacks', objects: [{ kind: 'ConfigMap', name: 'settings', namespace: 'shop' }] },
    ]);
  });

  it('is not named where it may not be read, or was not asked about', () => {
    const neighbours = absent(core('ConfigMap', 'settings'));
    const unreadable = new Map(
      [...neighbours.live.keys()].map((key) => [key, { kind: 'unreadable', reason: 'no' } as const]),
    );
    expect(effectsIn([created(needy)], { ...neighbours, live: unreadable })).toEqual([]);
    expect(effectsIn([created(needy)])).toEqual([]);
  });
});
