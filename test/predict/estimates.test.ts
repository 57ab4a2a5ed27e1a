import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { JsonObject } from '../../src/domain/json.ts';
import type { KubernetesObject } from '../../src/domain/manifest.ts';
import { eventually } from '../eventually.ts';
import { configMap, deployment, inNamespace, object } from '../objects.ts';
import { allow, changeOf, type PredictionWorld, predictionWorld, reasonOf } from './world.ts';

let world: PredictionWorld;
beforeAll(async () => {
  world = await predictionWorld('estimates');
});
afterAll(async () => await world?.close());

describe('Born together', () => {
  const definition = (properties: JsonObject = {}) =>
    object('apiextensions.k8s.io/v1', 'CustomResourceDefinition', 'widgets.e.example', {
      spec: {
        group: 'e.example',
        names: { kind: 'Widget', plural: 'widgets', singular: 'widget', listKind: 'WidgetList' },
        scope: 'Namespaced',
        versions: [
          {
            name: 'v1',
            served: true,
            storage: true,
            schema: {
              openAPIV3Schema: {
                type: 'object',
                properties: { spec: { type: 'object', properties: { size: { type: 'integer' }, ...properties } } },
              },
            },
          },
        ],
      },
    });
  const widget = (spec: JsonObject) => object('e.example/v1', 'Widget', 'w', { spec });

  it('an object of a new namespace is estimated, and waits for it', async () => {
    const stage = await world.namespace('old');
    const inNew = inNamespace('brand-new', deployment('web'));
    const merged = [object('v1', 'Namespace', 'brand-new'), inNew];
    const plan = await stage.plan({ merged, change: allow(['old', 'brand-new'], ['Namespace']) });
    expect(changeOf(plan, 'Namespace', 'brand-new')).toMatchObject({ action: 'create', certainty: { kind: 'exact' } });
    const why = 'Namespace brand-new is created by the same plan';
    expect(changeOf(plan, 'Deployment', 'web')).toMatchObject({
      action: 'create',
      certainty: { kind: 'estimated', why },
    });
    expect(plan.objects.find(({ reference }) => reference.name === 'web')?.needs).toMatchObject([
      { kind: 'Namespace' },
    ]);
  });

  it('an object of a new kind is estimated, and so is one with a field that its kind gets', async () => {
    const stage = await world.namespace('kinds');
    const change = allow(['kinds'], ['CustomResourceDefinition']);
    const born = await stage.plan({ merged: [widget({ size: 1 }), definition()], change });
    const why = 'CustomResourceDefinition widgets.e.example is created by the same plan';
    expect(changeOf(born, 'Widget', 'w')).toMatchObject({ action: 'create', certainty: { kind: 'estimated', why } });
    expect(born.objects.find(({ reference }) => reference.kind === 'Widget')?.needs).toMatchObject([
      { kind: 'CustomResourceDefinition' },
    ]);

    const ledger = await stage.release(definition());
    await eventuallyServed('/apis/e.example/v1');
    const released = [definition(), widget({ size: 1 })];
    const whole = await stage.release(...released);
    const merged = [definition({ color: { type: 'string' } }), widget({ size: 1, color: 'blue' })];
    const grown = changeOf(await stage.plan({ ledger: whole, released, merged, change }), 'Widget', 'w');
    expect(grown).toMatchObject({ action: 'update', certainty: { kind: 'estimated' } });
    expect(grown.diff).toBe(' spec:\n+  color: blue');
    const alone = await stage.plan({
      ledger,
      released,
      merged: [released[0] as KubernetesObject, merged[1] as KubernetesObject],
      change,
    });
    expect(changeOf(alone, 'Widget', 'w')).toMatchObject({ action: 'blocked', reason: { code: 'unknown-field' } });
  });

  async function eventuallyServed(path: string): Promise<void> {
    await eventually(async () => expect((await world.cluster.admin.request('GET', path)).status).toBe(200));
  }
});

describe('A quota', () => {
  it('into which each of five objects fits and only two do together blocks them all', async () => {
    const stage = await world.namespace('quota');
    const path = '/api/v1/namespaces/quota/resourcequotas';
    const hard = { 'count/configmaps': '3', 'requests.storage': '2Gi' };
    await world.cluster.admin.request('POST', path, { metadata: { name: 'small' }, spec: { hard } });
    const status = { hard, used: { 'count/configmaps': '1', 'requests.storage': '512Mi' } };
    await world.cluster.admin.request('PATCH', `${path}/small/status`, { status });
    const volume = (name: string, storage: string) =>
      object('v1', 'PersistentVolumeClaim', name, {
        spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage } } },
      });
    const maps = ['a', 'b', 'c', 'd', 'e'].map((name) => configMap(name, {}));
    const fits = await stage.plan({ merged: [...maps.slice(0, 2), volume('x', '1Gi'), volume('y', '512Mi')] });
    expect(new Set(fits.plan.changes.map(({ action }) => action))).toEqual(new Set(['create']));
    const tooMany = await stage.plan({ merged: [...maps, volume('x', '1Gi'), volume('y', '1Gi')] });
    expect(tooMany.plan.changes.map((change) => reasonOf(change)?.code)).toEqual(Array(7).fill('quota'));
    expect(reasonOf(changeOf(tooMany, 'ConfigMap', 'a'))?.message).toContain('quota "small" allows 3 count/configmaps');
  });
});

describe('A quota that comes with the objects that it limits', () => {
  const quota = (hard: JsonObject) => object('v1', 'ResourceQuota', 'new', { spec: { hard } });

  it('counts them with what lives already', async () => {
    const stage = await world.namespace('new-quota');
    const released = [configMap('lives'), deployment('web')];
    const ledger = await stage.release(...released);
    const plan = async (hard: JsonObject) => {
      const merged = [...released, quota(hard), configMap('a'), configMap('b')];
      return await stage.plan({ ledger, released, merged });
    };
    const blocked = async (hard: JsonObject) =>
      (await plan(hard)).plan.changes.flatMap((change) =>
        reasonOf(change)?.code === 'quota' ? change.identity.name : [],
      );
    expect(await blocked({ configmaps: '3', 'count/deployments.apps': '0' })).toEqual([]);
    expect(await blocked({ configmaps: '2' })).toEqual(['a', 'b']);
  });

  it('counts them in a namespace that comes with it, beside what each namespace has', async () => {
    const stage = await world.namespace('quota-born');
    const inside = ['a', 'b'].map((name) => inNamespace('born-quota', configMap(name)));
    const change = allow(['quota-born', 'born-quota'], ['Namespace']);
    const codes = async (configmaps: string) => {
      const merged = [
        object('v1', 'Namespace', 'born-quota'),
        inNamespace('born-quota', quota({ configmaps })),
        ...inside,
      ];
      const { plan } = await stage.plan({ merged, change });
      return plan.changes.flatMap((one) =>
        one.identity.kind === 'ConfigMap' ? (reasonOf(one)?.code ?? one.action) : [],
      );
    };
    expect(await codes('3')).toEqual(['create', 'create']);
    expect(await codes('2')).toEqual(['quota', 'quota']);
  });
});

describe('What the server makes up', () => {
  it('is not told as if it were known, and is no part of the digest', async () => {
    const stage = await world.namespace('allocated');
    const spec = { type: 'NodePort', selector: { a: 'b' }, ports: [{ port: 80 }] };
    const merged = [object('v1', 'Service', 's', { spec })];
    const first = await stage.plan({ merged });
    expect(first.plan.changes[0]?.diff).not.toMatch(/clusterIP|nodePort:/);
    expect((await stage.plan({ merged })).plan.digest).toBe(first.plan.digest);
    const ledger = await stage.release(...merged);
    const again = await stage.plan({ ledger, released: merged, merged });
    expect(again.plan).toMatchObject({ changes: [], unchanged: 1 });
  });

  it('leaves a Job unchanged once it lives', async () => {
    const stage = await world.namespace('jobs');
    const template = { spec: { restartPolicy: 'Never', containers: [{ name: 'c', image: 'i' }] } };
    const job = object('batch/v1', 'Job', 'j', { spec: { template } });
    const created = await stage.plan({ merged: [job] });
    expect(created.plan.changes[0]?.diff).not.toContain('controller-uid');
    const ledger = await stage.release(job);
    expect((await stage.plan({ ledger, released: [job], merged: [job] })).plan.changes).toEqual([]);
  });
});

describe('An autoscaler whose version of the API the pull request raises', () => {
  it('is not said to change what it does not', async () => {
    const stage = await world.namespace('versions');
    const scaleTargetRef = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' };
    const old = object('autoscaling/v1', 'HorizontalPodAutoscaler', 'web', {
      spec: { scaleTargetRef, maxReplicas: 5, targetCPUUtilizationPercentage: 80 },
    });
    const target = { type: 'Utilization', averageUtilization: 80 };
    const raised = object('autoscaling/v2', 'HorizontalPodAutoscaler', 'web', {
      spec: { scaleTargetRef, maxReplicas: 6, metrics: [{ type: 'Resource', resource: { name: 'cpu', target } }] },
    });
    const ledger = await stage.release(old);
    const plan = await stage.plan({ ledger, released: [old], merged: [raised] });
    const change = changeOf(plan, 'HorizontalPodAutoscaler', 'web');
    expect(change).toMatchObject({ action: 'update', certainty: { kind: 'exact' } });
    expect(change.paths).toMatchObject([{ path: 'spec.maxReplicas', before: 5, after: 6, causes: ['pull-request'] }]);
  });
});

describe('In a public repository', () => {
  it('only values that Git shows are shown', async () => {
    const stage = await world.namespace('public');
    const ledger = await stage.release(configMap('c', { a: '1', b: '1' }));
    await stage.edit('/api/v1/namespaces/public/configmaps/c', {
      data: { a: 'only-in-the-cluster', x: 'foreign-here' },
    });
    const released = [configMap('c', { a: '1', b: '1' })];
    const merged = [configMap('c', { a: '1', b: '2' })];
    const { plan } = await stage.plan({ ledger, released, merged, change: { visibility: 'public' } });
    expect(JSON.stringify(plan)).not.toMatch(/only-in-the-cluster|foreign-here/);
    expect(plan.changes[0]?.diff.split('\n')).toEqual([
      ' data:',
      '-  a: (not shown)',
      "+  a: '1'",
      "-  b: '1'",
      "+  b: '2'",
    ]);
  });

  it('a new object shows what Git says of it, and how much more there will be', async () => {
    const stage = await world.namespace('public-create');
    const { plan } = await stage.plan({ merged: [deployment('web')], change: { visibility: 'public' } });
    expect(plan.changes[0]?.diff).toMatch(/^\+ {8}image: web:1$/m);
    expect(plan.changes[0]?.diff).not.toContain('terminationGracePeriodSeconds');
    expect(plan.changes[0]?.diff).toMatch(/\+# and \d+ fields that the cluster sets$/);
  });
});
