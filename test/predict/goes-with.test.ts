import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Failure, type FailureCode } from '../../src/domain/failure.ts';
import type { JsonObject } from '../../src/domain/json.ts';
import { eventually } from '../eventually.ts';
import { configMap, deployment, object, objectIn } from '../objects.ts';
import { allow, around, changeOf, type PredictionWorld, predictionWorld } from './world.ts';

let world: PredictionWorld;
beforeAll(async () => {
  world = await predictionWorld('goes-with');
});
afterAll(async () => await world?.close());

async function make(path: string, body: JsonObject): Promise<true> {
  const answer = await world.cluster.admin.request('POST', path, body);
  if (answer.status >= 300) throw new Error(JSON.stringify(answer.body));
  return true;
}

describe('What goes with a namespace', () => {
  const release = async (name: string) => {
    const stage = await world.namespace(name);
    const doomed = object('v1', 'Namespace', `${name}-old`);
    const released = [doomed, objectIn(`${name}-old`, 'v1', 'ConfigMap', 'ours', { data: {} }), configMap('kept')];
    const ledger = await stage.release(...released);
    const inside = `/namespaces/${name}-old`;
    await make(`/api/v1${inside}/configmaps`, { metadata: { name: 'theirs' } });
    await make(`/api/v1${inside}/configmaps`, { metadata: { name: 'kube-root-ca.crt' } });
    await make(`/apis/apps/v1${inside}/deployments`, deployment('web'));
    const spec = { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } };
    await make(`/api/v1${inside}/persistentvolumeclaims`, { metadata: { name: 'data' }, spec });
    const change = allow([name, `${name}-old`], ['Namespace']);
    return { stage, ledger, released, merged: [configMap('kept')], change };
  };

  it('is counted by kind, and what is not in the plan is named, what holds data first', async () => {
    const { stage, ...input } = await release('counted');
    const plan = await stage.plan(input);
    expect(changeOf(plan, 'Namespace', 'counted-old')).toMatchObject({
      action: 'delete',
      goesWith: {
        kind: 'contents',
        counts: [
          { kind: 'ConfigMap', count: 2 },
          { kind: 'Deployment', count: 1 },
          { kind: 'PersistentVolumeClaim', count: 1 },
        ],
        unplanned: { count: 3, names: [{ name: 'data' }, { name: 'theirs' }, { name: 'web' }] },
        unread: [],
      },
    });
  });

  it('is said not to be known where it may not be read, and named nowhere in public', async () => {
    const { stage, ...input } = await release('unread');
    const refusals: ReadonlyMap<string, FailureCode> = new Map([
      ['PersistentVolumeClaim', 'cluster-forbidden'],
      ['Deployment', 'cluster-protocol'],
    ]);
    const plan = await stage.plan({
      ...input,
      change: { ...input.change, visibility: 'public' },
      through: (cluster) =>
        around(cluster, {
          list: (query, signal) => {
            const code = refusals.get(query.kind);
            const told = { subject: cluster.name, message: 'no', retryable: false, cause: null };
            return code === undefined ? cluster.list(query, signal) : Promise.reject(new Failure(code, told));
          },
        }),
    });
    const { goesWith } = changeOf(plan, 'Namespace', 'unread-old');
    expect(goesWith).toMatchObject({ unplanned: { count: 1, names: [] } });
    const unread = goesWith?.kind === 'contents' ? goesWith.unread : null;
    expect(new Set(unread)).toEqual(new Set(['Deployment', 'PersistentVolumeClaim']));
  });
});

describe('What goes with a kind', () => {
  it('is counted in all namespaces, and named only in those of the environment', async () => {
    const stage = await world.namespace('kinds');
    await world.namespace('elsewhere');
    const definition = object('apiextensions.k8s.io/v1', 'CustomResourceDefinition', 'gadgets.g.example', {
      spec: {
        group: 'g.example',
        names: { kind: 'Gadget', plural: 'gadgets', singular: 'gadget', listKind: 'GadgetList' },
        scope: 'Namespaced',
        versions: [{ name: 'v1', served: true, storage: true, schema: { openAPIV3Schema: { type: 'object' } } }],
      },
    });
    const released = [definition, configMap('kept')];
    const ledger = await stage.release(...released);
    for (const [namespace, name] of [
      ['kinds', 'a'],
      ['elsewhere', 'b'],
      ['elsewhere', 'c'],
    ] as const) {
      const gadget = objectIn(namespace, 'g.example/v1', 'Gadget', name);
      await eventually(async () => await make(`/apis/g.example/v1/namespaces/${namespace}/gadgets`, gadget));
    }
    const change = allow(['kinds'], ['CustomResourceDefinition']);
    const plan = await stage.plan({ ledger, released, merged: [configMap('kept')], change });
    expect(changeOf(plan, 'CustomResourceDefinition', 'gadgets.g.example').goesWith).toMatchObject({
      kind: 'custom-resources',
      of: 'Gadget',
      count: 3,
      namespaces: 2,
      outside: 2,
      unplanned: { count: 1, names: [{ namespace: 'kinds', name: 'a' }] },
      whole: true,
    });
  });
});

describe('What goes with a claim', () => {
  it('is its size, its class, and what becomes of its volume', async () => {
    const stage = await world.namespace('claims');
    const volume = (name: string, persistentVolumeReclaimPolicy: string) =>
      make('/api/v1/persistentvolumes', {
        metadata: { name },
        spec: {
          capacity: { storage: '5Gi' },
          accessModes: ['ReadWriteOnce'],
          storageClassName: 'fast',
          persistentVolumeReclaimPolicy,
          hostPath: { path: '/tmp' },
          claimRef: { namespace: 'claims', name: 'bound' },
        },
      });
    await volume('pv-kept', 'Retain');
    const spec = {
      accessModes: ['ReadWriteOnce'],
      storageClassName: 'fast',
      resources: { requests: { storage: '5Gi' } },
    };
    const released = [
      object('v1', 'PersistentVolumeClaim', 'bound', { spec: { ...spec, volumeName: 'pv-kept' } }),
      object('v1', 'PersistentVolumeClaim', 'waiting', { spec }),
      configMap('kept'),
    ];
    await make('/apis/storage.k8s.io/v1/storageclasses', { metadata: { name: 'fast' }, provisioner: 'example.com/p' });
    const ledger = await stage.release(...released);
    const plan = await stage.plan({ ledger, released, merged: [configMap('kept')] });
    const known = { kind: 'volume', size: '5Gi', storageClass: 'fast' };
    expect(changeOf(plan, 'PersistentVolumeClaim', 'bound').goesWith).toEqual({
      ...known,
      bound: 'pv-kept',
      reclaimPolicy: 'Retain',
    });
    expect(changeOf(plan, 'PersistentVolumeClaim', 'waiting').goesWith).toEqual({
      ...known,
      bound: null,
      reclaimPolicy: 'Delete',
    });
  });
});

describe('What comes with a new StatefulSet', () => {
  it('are the claims that it makes', async () => {
    const stage = await world.namespace('sets');
    const set = object('apps/v1', 'StatefulSet', 'db', {
      spec: {
        replicas: 3,
        serviceName: 'db',
        selector: { matchLabels: { a: 'b' } },
        template: { metadata: { labels: { a: 'b' } }, spec: { containers: [{ name: 'c', image: 'i' }] } },
        volumeClaimTemplates: [
          {
            metadata: { name: 'data' },
            spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '10Gi' } } },
          },
        ],
      },
    });
    const plan = await stage.plan({ merged: [set] });
    expect(changeOf(plan, 'StatefulSet', 'db').goesWith).toEqual({
      kind: 'made-claims',
      count: 3,
      names: ['data-db-0', 'data-db-1', 'data-db-2'],
      templates: [{ size: '10Gi', storageClass: null }],
    });
  });
});
