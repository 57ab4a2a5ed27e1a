import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { configMap, deployment, object } from '../objects.ts';
import { causesOf, changeOf, type PredictionWorld, predictionWorld } from './world.ts';

let world: PredictionWorld;
beforeAll(async () => {
  world = await predictionWorld('attribution');
});
afterAll(async () => await world?.close());

const web = 'spec.template.spec.containers[name=web]';
const pathOf = (namespace: string) => `/apis/apps/v1/namespaces/${namespace}/deployments/web`;
const container = (rest: object) => ({ spec: { template: { spec: { containers: [{ name: 'web', ...rest }] } } } });

describe('Released, base, merged and live together', () => {
  it('attribute seven of seven paths', async () => {
    const stage = await world.namespace('chain');
    const released = deployment('web', { env: { A: '1', B: '1' } });
    const ledger = await stage.release(released);
    await stage.edit(`${pathOf('chain')}/scale`, { spec: { replicas: 6 } }, 'kubectl-scale');
    await stage.edit(pathOf('chain'), container({ image: 'web:1', env: [{ name: 'A', value: '1' }] }));
    await stage.edit(pathOf('chain'), { metadata: { annotations: { note: 'hello' } } }, 'kubectl-annotate');
    const plan = await stage.plan({
      ledger,
      released: [released],
      base: [deployment('web', { image: 'web:2', env: { A: '1', B: '1', C: '1' } })],
      merged: [deployment('web', { image: 'web:2', replicas: 4, env: { A: '9', C: '1' } })],
    });
    const change = changeOf(plan, 'Deployment', 'web');
    expect(change).toMatchObject({ action: 'update', fromPullRequest: true, certainty: { kind: 'exact' } });
    expect(causesOf(change)).toEqual({
      'spec.replicas': 'drift pull-request',
      [`${web}.image`]: 'unreleased',
      [`${web}.env[name=A].value`]: 'pull-request',
      [`${web}.env[name=B].value`]: 'drift already',
      [`${web}.env[name=C].value`]: 'unreleased',
    });
    expect(change.paths[0]).toMatchObject({ before: 6, after: 4, manager: { name: 'kubectl-scale' } });
    expect(change.diff.split('\n')).toEqual([
      ' spec:',
      '-  replicas: 6',
      '+  replicas: 4',
      '   template:',
      '     spec:',
      '       containers:',
      '       - name: web',
      '         env:',
      '         - name: A',
      "-          value: '1'",
      "+          value: '9'",
      '+        - name: C',
      "+          value: '1'",
      '-        image: web:1',
      '+        image: web:2',
    ]);
  });
});

describe('Somebody scaled 3 to 6', () => {
  const cases = [
    [
      'the pull request changes the image',
      { image: 'web:2' },
      'update',
      true,
      { replicas: 'drift', image: 'pull-request' },
    ],
    ['the pull request sets 5', { replicas: 5 }, 'update', true, { replicas: 'drift pull-request' }],
    ['the pull request sets 6, too', { replicas: 6 }, 'unchanged', true, { replicas: 'drift already' }],
    ['the pull request leaves replicas out', { replicas: null }, 'unchanged', true, { replicas: 'drift already' }],
    ['the pull request changes nothing', {}, 'update', false, { replicas: 'drift' }],
  ] as const;

  it.each(cases)('and %s', async (name, change, action, fromPullRequest, causes) => {
    const namespace = `scaled-${name.replaceAll(/[^a-z0-9]+/g, '-')}`;
    const stage = await world.namespace(namespace);
    const ledger = await stage.release(deployment('web'));
    await stage.edit(`${pathOf(namespace)}/scale`, { spec: { replicas: 6 } }, 'kubectl-scale');
    const plan = await stage.plan({ ledger, released: [deployment('web')], merged: [deployment('web', change)] });
    const found = changeOf(plan, 'Deployment', 'web');
    expect(found).toMatchObject({ action, fromPullRequest });
    const short: Readonly<Record<string, string>> = { replicas: 'spec.replicas', image: `${web}.image` };
    expect(causesOf(found)).toEqual(
      Object.fromEntries(Object.entries(causes).map(([key, cause]) => [short[key], cause])),
    );
  });

  it('and without the released rendering, drift and unreleased are one', async () => {
    const stage = await world.namespace('unrenderable');
    const ledger = await stage.release(deployment('web'));
    await stage.edit(`${pathOf('unrenderable')}/scale`, { spec: { replicas: 6 } }, 'kubectl-scale');
    const base = [deployment('web', { image: 'web:2' })];
    const plan = await stage.plan({ ledger, released: 'unrenderable', base, merged: base });
    const change = changeOf(plan, 'Deployment', 'web');
    expect(change).toMatchObject({ action: 'update', fromPullRequest: false, effect: '' });
    expect(causesOf(change)).toEqual({ 'spec.replicas': 'drift unreleased', [`${web}.image`]: 'drift unreleased' });
  });
});

describe('Without drift', () => {
  it('a dropped field falls to its default, which is the pull request', async () => {
    const stage = await world.namespace('dropped');
    const ledger = await stage.release(deployment('web'));
    const merged = [deployment('web', { replicas: null })];
    const change = changeOf(await stage.plan({ ledger, released: [deployment('web')], merged }), 'Deployment', 'web');
    expect(change.paths).toMatchObject([{ path: 'spec.replicas', before: 3, after: 1, causes: ['pull-request'] }]);
  });

  it('defaults that Git spells out change nothing and say nothing', async () => {
    const stage = await world.namespace('defaults');
    const ledger = await stage.release(deployment('web'));
    const merged = [deployment('web', { extra: { imagePullPolicy: 'IfNotPresent' } })];
    const { plan } = await stage.plan({ ledger, released: [deployment('web')], merged });
    expect(plan).toMatchObject({ changes: [], unchanged: 1 });
  });

  it('a renamed container is one container gone and one come', async () => {
    const stage = await world.namespace('renamed');
    const ledger = await stage.release(deployment('web'));
    const merged = [deployment('web', { container: 'app' })];
    const change = changeOf(await stage.plan({ ledger, released: [deployment('web')], merged }), 'Deployment', 'web');
    expect(new Set(change.paths.flatMap(({ causes }) => causes))).toEqual(new Set(['pull-request']));
    expect(change.diff).toMatch(/^-.*- name: web$/m);
    expect(change.diff).toMatch(/^\+.*- name: app$/m);
  });

  it('a NetworkPolicy whose generation grows at every apply is unchanged', async () => {
    const stage = await world.namespace('generation');
    const spec = { podSelector: {}, policyTypes: ['Ingress'], ingress: [] };
    const policy = object('networking.k8s.io/v1', 'NetworkPolicy', 'deny', { spec });
    const ledger = await stage.release(policy);
    const { plan } = await stage.plan({ ledger, released: [policy], merged: [policy] });
    expect(plan).toMatchObject({ changes: [], unchanged: 1 });
  });
});

describe('Drift', () => {
  it('of an image is told apart from the change of an environment variable', async () => {
    const stage = await world.namespace('set-image');
    const ledger = await stage.release(deployment('web'));
    await stage.edit(
      pathOf('set-image'),
      container({ image: 'web:hotfix', env: [{ name: 'A', value: '1' }] }),
      'kubectl-set',
    );
    const merged = [deployment('web', { env: { A: '2' } })];
    const change = changeOf(await stage.plan({ ledger, released: [deployment('web')], merged }), 'Deployment', 'web');
    expect(causesOf(change)).toEqual({ [`${web}.image`]: 'drift', [`${web}.env[name=A].value`]: 'pull-request' });
    expect(change.paths.find(({ path }) => path.endsWith('image'))?.manager?.name).toBe('kubectl-set');
  });

  it('that took a field away comes back with its cause', async () => {
    const stage = await world.namespace('removed');
    const released = deployment('web', { env: { A: '1', B: '1' } });
    const ledger = await stage.release(released);
    await stage.edit(pathOf('removed'), container({ image: 'web:1', env: [{ name: 'A', value: '1' }] }));
    const merged = [deployment('web', { env: { B: '1' } })];
    const change = changeOf(await stage.plan({ ledger, released: [released], merged }), 'Deployment', 'web');
    expect(causesOf(change)).toEqual({
      [`${web}.env[name=A].value`]: 'pull-request',
      [`${web}.env[name=B].value`]: 'drift',
    });
  });

  it('that only adds what Git never mentions is foreign: left alone and not shown', async () => {
    const stage = await world.namespace('foreign');
    const ledger = await stage.release(deployment('web'));
    await stage.edit(pathOf('foreign'), { spec: { template: { spec: { hostNetwork: true } } } });
    const merged = [deployment('web', { image: 'web:2' })];
    const change = changeOf(await stage.plan({ ledger, released: [deployment('web')], merged }), 'Deployment', 'web');
    expect(causesOf(change)).toEqual({ [`${web}.image`]: 'pull-request' });
    expect(change.diff).not.toContain('hostNetwork');
  });

  it('that deleted an object is a creation which is not from the pull request', async () => {
    const stage = await world.namespace('deleted');
    const manifest = configMap('settings', { a: '1' });
    const ledger = await stage.release(manifest);
    await world.cluster.admin.request('DELETE', '/api/v1/namespaces/deleted/configmaps/settings');
    const plan = await stage.plan({ ledger, released: [manifest], merged: [manifest] });
    expect(changeOf(plan, 'ConfigMap', 'settings')).toMatchObject({
      action: 'create',
      fromPullRequest: false,
      vanished: true,
      effect: '',
    });
    const unreleased = await stage.plan({ ledger: null, released: null, base: [manifest], merged: [manifest] });
    expect(changeOf(unreleased, 'ConfigMap', 'settings')).not.toHaveProperty('vanished');
  });
});
