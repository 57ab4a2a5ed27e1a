import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { configMap, deployment, secret } from '../objects.ts';
import { causesOf, changeOf, type PredictionWorld, predictionWorld, reasonOf } from './world.ts';

let world: PredictionWorld;
beforeAll(async () => {
  world = await predictionWorld('claims');
});
afterAll(async () => await world?.close());

const pathOf = (namespace: string) => `/apis/apps/v1/namespaces/${namespace}/deployments/web`;

describe('A field that another manager holds', () => {
  it('and that was never released is a claim, and blocks', async () => {
    const stage = await world.namespace('claim');
    const released = deployment('web', { replicas: null });
    const ledger = await stage.release(released);
    await stage.edit(pathOf('claim'), { spec: { replicas: 6 } }, 'autoscaler');
    const merged = [deployment('web', { replicas: 2, image: 'web:2' })];
    const change = changeOf(await stage.plan({ ledger, released: [released], merged }), 'Deployment', 'web');
    expect(change).toMatchObject({ action: 'blocked', reason: { code: 'claim' }, fromPullRequest: true });
    expect(reasonOf(change)?.message).toContain('autoscaler holds spec.replicas');
    expect(causesOf(change)).toMatchObject({ 'spec.replicas': 'pull-request claim' });
    expect(change.diff).toContain('+  replicas: 2');
  });

  it('is taken and shown as a claim where the settings say so', async () => {
    const stage = await world.namespace('take');
    const released = deployment('web', { replicas: null });
    const ledger = await stage.release(released);
    await stage.edit(pathOf('take'), { spec: { replicas: 6 } }, 'autoscaler');
    const merged = [deployment('web', { replicas: 2 })];
    const plan = await stage.plan({ ledger, released: [released], merged, environment: { conflicts: 'take' } });
    const change = changeOf(plan, 'Deployment', 'web');
    expect(change).toMatchObject({ action: 'update' });
    expect(change.paths).toMatchObject([
      {
        path: 'spec.replicas',
        before: 6,
        after: 2,
        causes: ['pull-request', 'claim'],
        manager: { name: 'autoscaler' },
      },
    ]);
  });

  it('and that was released is drift: Git wins', async () => {
    const stage = await world.namespace('wins');
    const ledger = await stage.release(deployment('web'));
    await stage.edit(`${pathOf('wins')}/scale`, { spec: { replicas: 6 } }, 'kubectl-scale');
    const merged = [deployment('web', { image: 'web:2' })];
    const change = changeOf(await stage.plan({ ledger, released: [deployment('web')], merged }), 'Deployment', 'web');
    expect(change).toMatchObject({ action: 'update' });
    expect(causesOf(change)['spec.replicas']).toBe('drift');
  });

  it('inside a list item with two keys is found in Git although Git leaves one of them out', async () => {
    const stage = await world.namespace('ports');
    const service = (targetPort: number) => ({
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'web' },
      spec: { selector: { app: 'web' }, ports: [{ port: 80, targetPort }] },
    });
    const ledger = await stage.release(service(8080));
    const edited = { spec: { ports: [{ port: 80, targetPort: 9090, protocol: 'TCP' }] } };
    await stage.edit('/api/v1/namespaces/ports/services/web', edited);
    const plan = await stage.plan({ ledger, released: [service(8080)], merged: [service(8081)] });
    const change = changeOf(plan, 'Service', 'web');
    expect(change).toMatchObject({ action: 'update' });
    expect(causesOf(change)).toEqual({ 'spec.ports[port=80].targetPort': 'drift pull-request' });
  });

  it('is left as it lives where a rule ignores it, and said to be hidden', async () => {
    const stage = await world.namespace('ignored');
    const ledger = await stage.release(deployment('web'));
    await stage.edit(`${pathOf('ignored')}/scale`, { spec: { replicas: 6 } }, 'autoscaler');
    const rule = { kind: 'Deployment', name: 'web', path: '/spec/replicas', manager: null, line: 14 };
    const plan = await stage.plan({
      ledger,
      released: [deployment('web')],
      merged: [deployment('web', { replicas: null, image: 'web:2' })],
      environment: { ignore: [rule] },
    });
    const change = changeOf(plan, 'Deployment', 'web');
    expect(Object.values(causesOf(change))).toEqual(['pull-request']);
    expect(change.diff).not.toContain('replicas');
    expect(plan.plan.hidden).toMatchObject([{ path: 'spec.replicas', rule: 'settings, line 14' }]);
    const [planned] = plan.objects;
    expect(planned?.desired).toMatchObject({ spec: { replicas: 6 } });
  });
});

describe('An object that lives outside the ledger', () => {
  it('and is equal is adopted without a difference', async () => {
    const stage = await world.namespace('adopted');
    await world.cluster.admin.apply('/api/v1/namespaces/adopted/configmaps/settings', {
      ...configMap('settings', { a: '1' }),
      metadata: { name: 'settings' },
    });
    const manifest = configMap('settings', { a: '1' });
    const plan = await stage.plan({ merged: [manifest] });
    const change = changeOf(plan, 'ConfigMap', 'settings');
    expect(change).toMatchObject({ action: 'unchanged', adopted: true, paths: [], diff: '' });
  });

  it('shows only the paths of what Git does not show', async () => {
    const stage = await world.namespace('paths-only');
    const foreign = { a: 'from-somebody', other: 'never-in-git' };
    await world.cluster.admin.apply(
      '/api/v1/namespaces/paths-only/configmaps/settings',
      configMap('settings', foreign),
    );
    const merged = [configMap('settings', { a: 'from-git' })];
    const plan = await stage.plan({ merged, environment: { conflicts: 'take' } });
    const change = changeOf(plan, 'ConfigMap', 'settings');
    expect(change).toMatchObject({ action: 'update', adopted: true });
    expect(change.paths).toMatchObject([{ path: 'data.a', before: '(not shown)', after: 'from-git' }]);
    expect(change.diff).toBe(' data:\n-  a: (not shown)\n+  a: from-git');
  });

  it.each(['the-very-password', 'a-wrong-guess'])('as a Secret says nothing of a guess (%s)', async (guess) => {
    const stage = await world.namespace(`oracle-${guess}`);
    await world.cluster.admin.apply(
      `/api/v1/namespaces/oracle-${guess}/secrets/db`,
      secret('db', { key: 'the-very-password' }),
    );
    const merged = [secret('db', { key: guess })];
    const blocked = changeOf(await stage.plan({ merged }), 'Secret', 'db');
    expect(blocked).toMatchObject({ action: 'blocked', reason: { code: 'claim' }, paths: [], diff: '' });
    const taken = changeOf(await stage.plan({ merged, environment: { conflicts: 'take' } }), 'Secret', 'db');
    expect(taken).toMatchObject({
      action: 'update',
      adopted: true,
      paths: [],
      diff: '',
      certainty: { kind: 'estimated' },
    });
  });

  it('that is taken as a key of our own Secret says nothing of a guess', async () => {
    const told = [];
    for (const guess of ['the-live-key', 'a-wrong-key']) {
      const stage = await world.namespace(`take-${guess}`);
      const released = [secret('tls', { ours: '1' })];
      const ledger = await stage.release(...released);
      const patch = { data: { 'tls.key': btoa('the-live-key') } };
      await stage.edit(`/api/v1/namespaces/${stage.name}/secrets/tls`, patch, 'cert-manager');
      const merged = [secret('tls', { ours: '1', 'tls.key': guess })];
      const plan = await stage.plan({ ledger, released, merged, environment: { conflicts: 'take' } });
      const { effect: _, ...change } = changeOf(plan, 'Secret', 'tls');
      told.push(
        JSON.stringify(change)
          .replaceAll(stage.name, 'NAMESPACE')
          .replace(/"at":"[^"]*"/g, ''),
      );
      expect(change).toMatchObject({
        action: 'update',
        paths: [{ path: 'data["tls.key"]', causes: ['pull-request', 'claim'] }],
      });
    }
    expect(told[0]).toBe(told[1]);
  });

  it.each(['the-live-key', 'a-wrong-key'])('as a key of our own Secret says nothing of a guess (%s)', async (guess) => {
    const stage = await world.namespace(`key-${guess}`);
    const released = [secret('tls', { ours: '1' })];
    const ledger = await stage.release(...released);
    const patch = { data: { 'tls.key': btoa('the-live-key') } };
    await stage.edit(`/api/v1/namespaces/key-${guess}/secrets/tls`, patch, 'cert-manager');
    const merged = [secret('tls', { ours: '1', 'tls.key': guess })];
    const change = changeOf(await stage.plan({ ledger, released, merged }), 'Secret', 'tls');
    expect(change).toMatchObject({ action: 'blocked', reason: { code: 'claim' }, paths: [], diff: '' });
    expect(reasonOf(change)?.message).toContain('cert-manager holds data.tls.key');
  });

  it('but in another set is blocked', async () => {
    const stage = await world.namespace('elsewhere');
    const labels = { 'applyset.kubernetes.io/part-of': 'applyset-other-v1' };
    await world.cluster.admin.apply('/api/v1/namespaces/elsewhere/configmaps/settings', {
      ...configMap('settings', { a: '1' }),
      metadata: { name: 'settings', labels },
    });
    const plan = await stage.plan({ merged: [configMap('settings', { a: '1' })], environment: { conflicts: 'take' } });
    expect(changeOf(plan, 'ConfigMap', 'settings')).toMatchObject({
      action: 'blocked',
      reason: { code: 'owned-elsewhere' },
    });
  });
});
