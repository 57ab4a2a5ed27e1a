import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { identityName, type KubernetesObject, referenceOf } from '../../src/domain/manifest.ts';
import type { Cluster } from '../../src/ports/cluster.ts';
import { eventually } from '../eventually.ts';
import { FakeKnownUnchanged } from '../fakes/known-unchanged.ts';
import { configMap, deployment, object, secret } from '../objects.ts';
import { around, type PredictionWorld, predictionWorld, type Stage, type StagePlan } from './world.ts';

let world: PredictionWorld;
beforeAll(async () => {
  world = await predictionWorld('known');
});
afterAll(async () => await world?.close());

const many = Array.from({ length: 30 }, (_, index) => configMap(`m${index}`, { a: '1' }));
const all: readonly KubernetesObject[] = [
  ...many,
  deployment('web'),
  secret('password', { password: 'hunter2hunter2' }),
];

/** A namespace in which all of these are released, and plans that remember. */
async function remembering(name: string, objects: readonly KubernetesObject[] = all, own: Partial<Cluster> = {}) {
  const stage = await world.namespace(name);
  const ledger = await stage.release(...objects);
  const known = new FakeKnownUnchanged();
  const memory = { known };
  const reading = around(world.access.own, own);
  /** Whom the API server was asked about, and the plan. */
  const plan = async (input: Partial<StagePlan> = {}) => {
    const asked: string[] = [];
    const through = (cluster: Cluster): Cluster =>
      around(cluster, {
        apply: (request, signal) => {
          asked.push(identityName(referenceOf(request.object)).replace(`${name}/`, ''));
          return cluster.apply(request, signal);
        },
      });
    const { plan: made } = await stage.plan({
      ledger,
      released: objects,
      merged: objects,
      memory,
      own: reading,
      through,
      ...input,
    });
    return { made, asked: asked.toSorted() };
  };
  return { stage, known, plan };
}

describe('What is known unchanged', () => {
  it('is not asked about again, and the plan is the same', async () => {
    const { plan } = await remembering('again');
    const first = await plan();
    expect(first.asked).toHaveLength(all.length);
    const second = await plan();
    expect(second.asked).toEqual([]);
    expect(second.made).toEqual({ ...first.made, at: second.made.at });
    expect(second.made.unchanged).toBe(all.length);
  });

  it('is asked about where the pull request changes it: that one alone', async () => {
    const { plan } = await remembering('changed');
    await plan();
    const merged = all.map((one) => (one.metadata.name === 'm3' ? configMap('m3', { a: '2' }) : one));
    const { made, asked } = await plan({ merged });
    expect(asked).toEqual(['ConfigMap m3', 'ConfigMap m3']);
    expect(made.changes.map(({ action, identity }) => `${action} ${identity.name}`)).toEqual(['update m3']);
  });

  it('is asked about where somebody changed it in the cluster, and is drift', async () => {
    const { stage, plan } = await remembering('drifted');
    await plan();
    await stage.edit('/api/v1/namespaces/drifted/configmaps/m5', { data: { a: '9' } });
    const { made, asked } = await plan();
    expect(new Set(asked)).toEqual(new Set(['ConfigMap m5']));
    expect(made.changes.flatMap(({ paths }) => paths.flatMap(({ causes }) => causes))).toEqual(['drift']);
  });

  it('stays known where controllers write its status', async () => {
    const { plan } = await remembering('status');
    await plan();
    await status('/apis/apps/v1/namespaces/status/deployments/web', { observedGeneration: 1, replicas: 3 });
    expect((await plan()).asked).toEqual([]);
  });

  it.each<[string, string, (stage: Stage) => Promise<unknown>]>([
    [
      'a LimitRange of its namespace',
      'limited',
      (stage) =>
        create(`/api/v1/namespaces/${stage.name}/limitranges`, {
          metadata: { name: 'limits' },
          spec: { limits: [{ type: 'Container', defaultRequest: { cpu: '100m' } }] },
        }),
    ],
    ['a label of its namespace', 'labelled', (stage) => label(stage.name)],
    [
      'a policy of admission',
      'admitted',
      () =>
        create('/apis/admissionregistration.k8s.io/v1/validatingadmissionpolicies', {
          metadata: { name: 'known-unchanged' },
          spec: {
            matchConstraints: {
              resourceRules: [
                {
                  apiGroups: ['none.example.com'],
                  apiVersions: ['v1'],
                  operations: ['CREATE'],
                  resources: ['nothing'],
                },
              ],
            },
            validations: [{ expression: 'true' }],
          },
        }),
    ],
  ])('is asked about again after a change of %s', async (_what, name, change) => {
    const { stage, plan } = await remembering(name);
    await plan();
    expect((await plan()).asked).toEqual([]);
    await change(stage);
    expect((await plan()).asked).toHaveLength(all.length);
    expect((await plan()).asked).toEqual([]);
  });

  it('is asked about again after a change of the definition of its kind, and others are not', async () => {
    await define({});
    const widgets = [object('known.example.com/v1', 'Widget', 'one', { spec: { size: 1 } })];
    const { plan } = await remembering('defined', [...many, ...widgets]);
    await plan();
    expect((await plan()).asked).toEqual([]);
    await define({ color: { type: 'string', default: 'red' } });
    expect(new Set((await plan()).asked)).toEqual(new Set(['Widget one']));
  });

  it('is asked about each time where a predecessor holds fields of it, and the plan stays the same', async () => {
    const { stage, plan } = await remembering('preceded');
    const path = '/apis/apps/v1/namespaces/preceded/deployments/web';
    // What Git leaves to its default: taken over, it is no foreign field, and stays as it is.
    for (const revisionHistoryLimit of [5, 10]) {
      await stage.edit(path, { spec: { revisionHistoryLimit } }, 'kubectl-client-side-apply');
    }
    const first = await plan();
    const second = await plan();
    expect(second.asked).toEqual(['Deployment web']);
    expect(second.made).toEqual({ ...first.made, at: second.made.at });
  });

  it('is nothing where what surrounds it may not be read', async () => {
    const { plan, known } = await remembering('hidden', all, { surroundings: () => Promise.resolve(null) });
    await plan();
    expect((await plan()).asked).toHaveLength(all.length);
    expect(known.keys).toEqual(new Set());
  });

  it('is kept under keys that tell nothing of a Secret', async () => {
    const { plan, known } = await remembering('keys');
    await plan();
    expect(known.keys.size).toBe(all.length);
    expect([...known.keys].every((key) => /^[0-9a-f]{64}$/.test(key))).toBe(true);
  });
});

async function create(path: string, body: unknown): Promise<void> {
  const { status: code, body: answer } = await world.cluster.admin.request('POST', path, body);
  if (code >= 300) throw new Error(JSON.stringify(answer));
}

async function label(namespace: string): Promise<void> {
  const path = `/api/v1/namespaces/${namespace}?fieldManager=kubectl-label`;
  await world.cluster.admin.request('PATCH', path, { metadata: { labels: { tier: 'gold' } } });
}

async function status(path: string, body: unknown): Promise<void> {
  const answer = await world.cluster.admin.request('PATCH', `${path}/status?fieldManager=kube-controller-manager`, {
    status: body,
  });
  if (answer.status >= 300) throw new Error(JSON.stringify(answer.body));
}

async function define(properties: object): Promise<void> {
  const schema = {
    type: 'object',
    properties: { spec: { type: 'object', properties: { size: { type: 'integer' }, ...properties } } },
  };
  const manifest = object('apiextensions.k8s.io/v1', 'CustomResourceDefinition', 'widgets.known.example.com', {
    spec: {
      group: 'known.example.com',
      scope: 'Namespaced',
      names: { plural: 'widgets', kind: 'Widget' },
      versions: [{ name: 'v1', served: true, storage: true, schema: { openAPIV3Schema: schema } }],
    },
  });
  const signal = new AbortController().signal;
  await world.access.own.apply({ object: manifest, dryRun: false, force: true, uid: null }, signal);
  await eventually(async () => (await world.access.own.served('known.example.com/v1', 'Widget', signal)) !== null);
}
