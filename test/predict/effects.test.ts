import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Effect } from '../../src/domain/effect.ts';
import type { KubernetesObject } from '../../src/domain/manifest.ts';
import type { Plan } from '../../src/domain/plan.ts';
import { configMap, deployment, object } from '../objects.ts';
import { type PredictionWorld, predictionWorld } from './world.ts';

let world: PredictionWorld;
beforeAll(async () => {
  world = await predictionWorld('effects');
});
afterAll(async () => await world?.close());

function service(app: string, name = app): KubernetesObject {
  return object('v1', 'Service', name, { spec: { selector: { app }, ports: [{ port: 80 }] } });
}

function effectsOf(plan: Plan, kind: string, name: string): readonly Effect[] {
  const change = plan.changes.find(({ identity }) => identity.kind === kind && identity.name === name);
  return change?.effects ?? [];
}

describe('The effects of a plan, by the API server', () => {
  it('name what new objects need and neither Git nor the cluster holds', async () => {
    const stage = await world.namespace('needs');
    await stage.release(configMap('by-hand'));
    const envFrom = ['in-git', 'by-hand', 'nowhere'].map((name) => ({ configMapRef: { name } }));
    const merged = [deployment('web', { extra: { envFrom } }), configMap('in-git')];
    const { plan } = await stage.plan({ merged });
    const nowhere = { group: '', kind: 'ConfigMap', namespace: 'needs', name: 'nowhere' };
    expect(effectsOf(plan, 'Deployment', 'web')).toEqual([{ kind: 'lacks', objects: [nowhere] }]);
  });

  it('say of a new Service that it selects nothing, unless a pod lives that it selects', async () => {
    const stage = await world.namespace('selects');
    const spec = { containers: [{ name: 'web', image: 'web:1' }] };
    const pod = object('v1', 'Pod', 'by-hand', { spec });
    // A Pod is admitted with its account only, which a controller makes where one runs.
    await stage.release(object('v1', 'ServiceAccount', 'default'), {
      ...pod,
      metadata: { ...pod.metadata, labels: { app: 'by-hand' } },
    });
    const { plan } = await stage.plan({
      merged: [service('web'), service('by-hand'), service('astray'), deployment('web')],
    });
    const selecting = ['web', 'by-hand', 'astray'].map((name) => effectsOf(plan, 'Service', name));
    expect(selecting).toEqual([[], [], [{ kind: 'selects-nothing' }]]);
  });

  it('count the pods that restart, and the default that a number falls back to', async () => {
    const stage = await world.namespace('restarts');
    const released = [deployment('web'), deployment('api', { image: 'api:1' })];
    const ledger = await stage.release(...released);
    const merged = [deployment('web', { replicas: null }), deployment('api', { image: 'api:2' })];
    const { plan } = await stage.plan({ ledger, released, merged });
    expect(effectsOf(plan, 'Deployment', 'web')).toEqual([
      { kind: 'scales', from: 3, to: 1, back: false, dropped: true },
    ]);
    expect(effectsOf(plan, 'Deployment', 'api')).toEqual([
      { kind: 'restarts-pods', pods: 3, manner: 'rolling' },
      { kind: 'moves-image', containers: ['web'], from: 'api:1', to: 'api:2' },
    ]);
  });
});
