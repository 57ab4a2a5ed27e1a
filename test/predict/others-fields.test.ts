import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { JsonObject } from '../../src/domain/json.ts';
import type { Ledger } from '../../src/domain/ledger.ts';
import type { PredictedPlan } from '../../src/predict/predicted-plan.ts';
import { eventually } from '../eventually.ts';
import { configMap, deployment, object, secret } from '../objects.ts';
import { causesOf, changeOf, type PredictionWorld, predictionWorld, reasonOf, type Stage } from './world.ts';

let world: PredictionWorld;
beforeAll(async () => {
  world = await predictionWorld('others');
});
afterAll(async () => await world?.close());

const pathOf = ({ name }: Stage) => `/apis/apps/v1/namespaces/${name}/deployments/web`;

describe('A claim, where the settings leave it', () => {
  const leave = { environment: { conflicts: 'leave' } } as const;

  it('stays as it lives, is named with its holder, and hinders nothing else', async () => {
    const stage = await world.namespace('leave');
    const released = [deployment('web', { replicas: null })];
    const ledger = await stage.release(...released);
    await stage.edit(pathOf(stage), { spec: { replicas: 6 } }, 'autoscaler');
    const merged = [deployment('web', { replicas: 2, image: 'web:2' })];
    const plan = await stage.plan({ ledger, released, merged, ...leave });
    const change = changeOf(plan, 'Deployment', 'web');
    expect(change).toMatchObject({
      action: 'update',
      left: [{ path: 'spec.replicas', manager: { name: 'autoscaler' } }],
    });
    expect(causesOf(change)).toEqual({ 'spec.template.spec.containers[name=web].image': 'pull-request' });
    expect(change.diff).not.toContain('replicas');
    expect(plan.plan.hidden).toMatchObject([{ path: 'spec.replicas', rule: 'conflicts: leave' }]);
    const [planned] = plan.objects;
    expect(planned?.desired?.['spec']).not.toHaveProperty('replicas');
    expect(planned?.left).toEqual(['.spec.replicas']);
  });

  it('is told where nothing else changes', async () => {
    const stage = await world.namespace('leave-alone');
    const released = [deployment('web', { replicas: null })];
    const ledger = await stage.release(...released);
    await stage.edit(pathOf(stage), { spec: { replicas: 6 } }, 'autoscaler');
    const plan = await stage.plan({ ledger, released, merged: [deployment('web', { replicas: 2 })], ...leave });
    expect(changeOf(plan, 'Deployment', 'web')).toMatchObject({ action: 'unchanged', paths: [], left: [{}] });
  });

  describe('and was left by the release before', () => {
    async function left(name: string): Promise<{ readonly stage: Stage; readonly ledger: Ledger }> {
      const stage = await world.namespace(name);
      await stage.release(deployment('web', { replicas: null }));
      await stage.edit(pathOf(stage), { spec: { replicas: 6 } }, 'autoscaler');
      const ledger = await stage.release(deployment('web', { replicas: null }));
      const inventory = ledger.inventory.map((entry) => ({ ...entry, left: ['.spec.replicas'] }));
      return { stage, ledger: { ...ledger, inventory } };
    }
    const released = [deployment('web', { replicas: 2 })];

    it('is no drift', async () => {
      const { stage, ledger } = await left('no-drift');
      const plan = await stage.plan({ ledger, released, merged: released, ...leave });
      expect(plan.plan).toMatchObject({ changes: [], unchanged: 1 });
      expect(plan.objects[0]?.left).toEqual(['.spec.replicas']);
    });

    it('stays left where its holder happens to set what Git says', async () => {
      const { stage, ledger } = await left('same-value');
      await stage.edit(pathOf(stage), { spec: { replicas: 2 } }, 'autoscaler');
      const plan = await stage.plan({ ledger, released, merged: released, ...leave });
      expect(plan.objects[0]?.left).toEqual(['.spec.replicas']);
    });

    it('is a claim again where the settings take or block', async () => {
      const { stage, ledger } = await left('claim-again');
      const blocked = await stage.plan({ ledger, released, merged: released });
      const change = changeOf(blocked, 'Deployment', 'web');
      expect(change).toMatchObject({ action: 'blocked', reason: { code: 'claim' } });
      expect(reasonOf(change)?.message).toContain('`conflicts: take`');
      const taken = await stage.plan({ ledger, released, merged: released, environment: { conflicts: 'take' } });
      expect(causesOf(changeOf(taken, 'Deployment', 'web'))['spec.replicas']).toContain('claim');
    });
  });

  it('that was released is drift, and Git wins', async () => {
    const stage = await world.namespace('leave-drift');
    const ledger = await stage.release(deployment('web'));
    await stage.edit(`${pathOf(stage)}/scale`, { spec: { replicas: 6 } }, 'kubectl-scale');
    const merged = [deployment('web', { image: 'web:2' })];
    const plan = await stage.plan({ ledger, released: [deployment('web')], merged, ...leave });
    expect(causesOf(changeOf(plan, 'Deployment', 'web'))['spec.replicas']).toBe('drift');
    expect(plan.objects[0]).not.toHaveProperty('left');
  });

  it.each(['the-live-key', 'a-wrong-key'])('as a key of our own Secret says nothing of a guess (%s)', async (guess) => {
    const stage = await world.namespace(`leave-${guess}`);
    const released = [secret('tls', { ours: '1' })];
    const ledger = await stage.release(...released);
    const patch = { data: { 'tls.key': btoa('the-live-key') } };
    await stage.edit(`/api/v1/namespaces/${stage.name}/secrets/tls`, patch, 'cert-manager');
    const merged = [secret('tls', { ours: '1', 'tls.key': guess })];
    const plan = await stage.plan({ ledger, released, merged, ...leave });
    const change = changeOf(plan, 'Secret', 'tls');
    expect(change).toMatchObject({ action: 'unchanged', paths: [], diff: '' });
    expect(change.left).toMatchObject([{ path: 'data.tls.key', manager: { name: 'cert-manager' } }]);
    expect(plan.objects[0]?.desired?.['data']).toEqual({ ours: btoa('1') });
  });
});

describe('A field that others set and Git does not mention', () => {
  const debug = 'spec.template.spec.containers[name=web].env[name=DEBUG]';

  async function edited(name: string): Promise<{ readonly stage: Stage; readonly ledger: Ledger }> {
    const stage = await world.namespace(name);
    const ledger = await stage.release(deployment('web'));
    const env = [
      { name: 'A', value: '1' },
      { name: 'DEBUG', value: 'on' },
    ];
    const containers = [{ name: 'web', image: 'web:1', env }];
    await stage.edit(pathOf(stage), { spec: { template: { spec: { containers } } } }, 'kubectl-set');
    return { stage, ledger };
  }
  const planOf = (
    { stage, ledger }: { readonly stage: Stage; readonly ledger: Ledger },
    more: Partial<Parameters<Stage['plan']>[0]> = {},
  ): Promise<PredictedPlan> =>
    stage.plan({ ledger, released: [deployment('web')], merged: [deployment('web', { image: 'web:2' })], ...more });

  it('is listed with who set it and when, beside what changes', async () => {
    const change = changeOf(await planOf(await edited('foreign')), 'Deployment', 'web');
    expect(change).toMatchObject({
      action: 'update',
      foreign: {
        fields: [
          { path: debug, value: { name: 'DEBUG', value: 'on' }, manager: { name: 'kubectl-set' }, fate: 'stays' },
        ],
        more: 0,
      },
    });
    expect(change.foreign?.fields[0]?.manager.at).toMatch(/^20/);
    expect(causesOf(change)).toEqual({ 'spec.template.spec.containers[name=web].image': 'pull-request' });
  });

  it('shows its path alone in a public repository', async () => {
    const plan = await planOf(await edited('foreign-public'), { change: { visibility: 'public' } });
    expect(changeOf(plan, 'Deployment', 'web').foreign?.fields).toMatchObject([{ path: debug, value: undefined }]);
    expect(JSON.stringify(plan.plan)).not.toContain('"on"');
  });

  it('makes no change by itself, and is counted', async () => {
    const plan = await planOf(await edited('foreign-quiet'), { merged: [deployment('web')] });
    expect(plan.plan.changes).toEqual([]);
    expect(plan.plan.foreign).toMatchObject([{ path: debug, manager: { name: 'kubectl-set' }, count: 1 }]);
  });

  it('blocks where the settings say so', async () => {
    const plan = await planOf(await edited('foreign-block'), {
      merged: [deployment('web')],
      environment: { foreign: 'block' },
    });
    const change = changeOf(plan, 'Deployment', 'web');
    expect(change).toMatchObject({ action: 'blocked', reason: { code: 'foreign' } });
    expect(reasonOf(change)?.message).toContain(`kubectl-set set ${debug}`);
  });

  it('goes where the settings say so, and says whose it was', async () => {
    const there = await edited('foreign-remove');
    const merged = [deployment('web')];
    const plan = await planOf(there, { merged, environment: { foreign: 'remove' } });
    const change = changeOf(plan, 'Deployment', 'web');
    expect(change).toMatchObject({
      action: 'update',
      fromPullRequest: false,
      certainty: { kind: 'exact' },
      foreign: { fields: [{ path: debug, manager: { name: 'kubectl-set' }, fate: 'removed' }], more: 0 },
    });
    expect(causesOf(change)).toEqual({ [`${debug}.value`]: 'drift' });
    expect(change).not.toHaveProperty('predecessors');
    expect(change.diff).toContain('-        - name: DEBUG');
  });

  it('that controllers write stays where others go', async () => {
    const there = await edited('foreign-remove-none');
    const annotations = { 'deployment.kubernetes.io/revision': '4', theirs: 'x' };
    await there.stage.edit(pathOf(there.stage), { metadata: { annotations } }, 'kubectl-annotate');
    const plan = await planOf(there, { merged: [deployment('web')], environment: { foreign: 'remove' } });
    expect(Object.keys(causesOf(changeOf(plan, 'Deployment', 'web'))).toSorted()).toEqual([
      'metadata.annotations.theirs',
      `${debug}.value`,
    ]);
  });

  it('is hidden where a rule is about its manager or its path, and counted there', async () => {
    const there = await edited('foreign-ignored');
    const byManager = { kind: null, name: null, path: null, manager: 'kubectl-set', line: 9 };
    const byPath = { ...byManager, path: '/spec/template/spec/containers/*/env/[name=DEBUG]', manager: null };
    for (const rule of [byManager, byPath]) {
      const { plan } = await planOf(there, { environment: { ignore: [rule], foreign: 'block' } });
      expect(plan.changes).toMatchObject([{ action: 'update' }]);
      expect(plan.changes[0]).not.toHaveProperty('foreign');
      expect(plan.hidden).toMatchObject([{ path: debug, rule: 'settings, line 9' }]);
    }
  });

  it('is none where Git mentions it by now', async () => {
    const stage = await world.namespace('foreign-known');
    const ledger = await stage.release(configMap('settings', { a: '1' }));
    await stage.edit('/api/v1/namespaces/foreign-known/configmaps/settings', { data: { b: '2' } }, 'kubectl-patch');
    const merged = [configMap('settings', { a: '1', b: '2' })];
    const { plan } = await stage.plan({ ledger, released: [configMap('settings', { a: '1' })], merged });
    expect(JSON.stringify(plan)).not.toContain('"foreign"');
  });

  it('of a Secret is told by its key', async () => {
    const stage = await world.namespace('foreign-secret');
    const released = [secret('db', { ours: '1' })];
    const ledger = await stage.release(...released);
    await stage.edit('/api/v1/namespaces/foreign-secret/secrets/db', { data: { theirs: btoa('hush-hush') } });
    const { plan } = await stage.plan({ ledger, released, merged: [secret('db', { ours: '2' })] });
    expect(plan.changes[0]?.foreign?.fields).toMatchObject([
      { path: 'data.theirs', manager: { name: 'kubectl-edit' } },
    ]);
    expect(JSON.stringify(plan)).not.toContain('hush-hush');
    expect(JSON.stringify(plan)).not.toContain(btoa('hush-hush'));
  });

  it('is nobody’s where a controller writes it, and counted as hidden', async () => {
    const stage = await world.namespace('foreign-nobody');
    const ledger = await stage.release(deployment('web', { replicas: null }));
    const revision = { metadata: { annotations: { 'deployment.kubernetes.io/revision': '4' } } };
    await stage.edit(pathOf(stage), revision, 'kube-controller-manager');
    // The API server notes who scales only what somebody held before.
    await stage.edit(pathOf(stage), { spec: { replicas: 2 } }, 'kubectl-edit');
    await stage.edit(`${pathOf(stage)}/scale`, { spec: { replicas: 4 } }, 'keda');
    const released = [deployment('web', { replicas: null })];
    const { plan } = await stage.plan({ ledger, released, merged: released, environment: { foreign: 'block' } });
    expect(plan.changes).toEqual([]);
    expect(plan.hidden.map(({ rule }) => rule).toSorted()).toEqual([
      'built-in: the control plane',
      'built-in: written through /scale',
    ]);
  });
});

/** As much of KEDA's definition as matters here. */
const scaledObjects = object('apiextensions.k8s.io/v1', 'CustomResourceDefinition', 'scaledobjects.keda.sh', {
  spec: {
    group: 'keda.sh',
    names: { kind: 'ScaledObject', plural: 'scaledobjects', singular: 'scaledobject', listKind: 'ScaledObjectList' },
    scope: 'Namespaced',
    versions: [
      {
        name: 'v1alpha1',
        served: true,
        storage: true,
        schema: { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } },
      },
    ],
  },
});

describe('An object that an autoscaler scales, too', () => {
  const autoscaler = {
    apiVersion: 'autoscaling/v2',
    kind: 'HorizontalPodAutoscaler',
    metadata: { name: 'scaler' },
    spec: { scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' }, maxReplicas: 9 },
  };
  const said = (namespace: string) =>
    `Deployment ${namespace}/web: \`spec.replicas\` is set by Git and by HorizontalPodAutoscaler ${namespace}/scaler: leave \`replicas\` out of Git`;

  it.each(['git', 'the cluster'])('says that both set its replicas (the autoscaler is in %s)', async (where) => {
    const stage = await world.namespace(where === 'git' ? 'autoscaled-git' : 'autoscaled-live');
    const more = where === 'git' ? [autoscaler] : [];
    const ledger = await stage.release(deployment('web'), ...more);
    if (where !== 'git') {
      await world.cluster.admin.apply(
        `/apis/autoscaling/v2/namespaces/${stage.name}/horizontalpodautoscalers/scaler`,
        autoscaler,
      );
    }
    const released = [deployment('web'), ...more];
    const quiet = await stage.plan({ ledger, released, merged: released });
    expect(quiet.plan.problems).toEqual([]);
    await stage.edit(`${pathOf(stage)}/scale`, { spec: { replicas: 6 } }, 'kube-controller-manager');
    const { plan } = await stage.plan({ ledger, released, merged: released });
    expect(plan.problems).toMatchObject([{ path: 'spec.replicas', message: said(stage.name) }]);
    expect(causesOf(changeOf({ plan, objects: [], orphaned: [] }, 'Deployment', 'web'))).toEqual({
      'spec.replicas': 'drift',
    });
  });

  it('says so of KEDA, which takes a Deployment for granted and has an autoscaler of its own', async () => {
    const stage = await world.namespace('autoscaled-keda');
    const scaled = (name: string, scaleTargetRef: JsonObject) => ({
      ...object('keda.sh/v1alpha1', 'ScaledObject', name, { spec: { scaleTargetRef } }),
      metadata: { namespace: stage.name, name },
    });
    await world.cluster.admin.request('POST', '/apis/apiextensions.k8s.io/v1/customresourcedefinitions', scaledObjects);
    const made = async (body: JsonObject) => {
      const path = `/apis/keda.sh/v1alpha1/namespaces/${stage.name}/scaledobjects`;
      return (await world.cluster.admin.request('POST', path, body)).status === 201;
    };
    await eventually(async () => await made(scaled('keda', { name: 'web' })));
    await eventually(async () => await made(scaled('another', { kind: 'StatefulSet', name: 'web' })));
    // As KEDA makes it beside each.
    await world.cluster.admin.apply(
      `/apis/autoscaling/v2/namespaces/${stage.name}/horizontalpodautoscalers/keda-hpa-keda`,
      { ...autoscaler, metadata: { name: 'keda-hpa-keda' } },
    );
    const released = [deployment('web')];
    const ledger = await stage.release(...released);
    await stage.edit(`${pathOf(stage)}/scale`, { spec: { replicas: 6 } }, 'keda-operator');
    const { plan } = await stage.plan({ ledger, released, merged: released });
    const message = `Deployment ${stage.name}/web: \`spec.replicas\` is set by Git and by ScaledObject ${stage.name}/keda: leave \`replicas\` out of Git`;
    expect(plan.problems).toMatchObject([{ path: 'spec.replicas', message }]);
  });

  it('says nothing where Git leaves its replicas out', async () => {
    const stage = await world.namespace('autoscaled-well');
    const released = [deployment('web', { replicas: null }), autoscaler];
    await stage.release(deployment('web'));
    const ledger = await stage.release(...released);
    await stage.edit(`${pathOf(stage)}/scale`, { spec: { replicas: 6 } }, 'kube-controller-manager');
    const { plan } = await stage.plan({ ledger, released, merged: released });
    expect(plan).toMatchObject({ problems: [], changes: [] });
  });
});
