import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { JsonObject } from '../../src/domain/json.ts';
import type { KubernetesObject } from '../../src/domain/manifest.ts';
import { configMap, deployment, inNamespace, object, secret } from '../objects.ts';
import { changeOf, type PredictionWorld, predictionWorld, reasonOf } from './world.ts';

let world: PredictionWorld;
beforeAll(async () => {
  world = await predictionWorld('refusals');
  // The API server alone makes none, and pods are refused without.
  await world.namespace('immutable');
  await world.cluster.admin.request('POST', '/api/v1/namespaces/immutable/serviceaccounts', {
    metadata: { name: 'default' },
  });
});
afterAll(async () => await world?.close());

const service = (spec: JsonObject) =>
  object('v1', 'Service', 'im', { spec: { ports: [{ port: 80 }], selector: { a: 'b' }, ...spec } });
const binding = (name: string) =>
  object('rbac.authorization.k8s.io/v1', 'RoleBinding', 'im', {
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name },
    subjects: [],
  });
const containers = [{ name: 'c', image: 'i' }];
const statefulSet = (a: string) =>
  object('apps/v1', 'StatefulSet', 'im', {
    spec: {
      serviceName: 'x',
      selector: { matchLabels: { a } },
      template: { metadata: { labels: { a } }, spec: { containers } },
    },
  });
const job = (image: string) =>
  object('batch/v1', 'Job', 'im', {
    spec: {
      template: {
        spec: { restartPolicy: 'Never', containers: [{ name: 'c', image, env: [{ name: 'X', value: 'in-the-pod' }] }] },
      },
    },
  });
const claim = (storage: string) =>
  object('v1', 'PersistentVolumeClaim', 'im', {
    spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage } } },
  });
const pod = (extra: JsonObject) =>
  object('v1', 'Pod', 'im', { spec: { containers: [{ name: 'c', image: 'i', ...extra }] } });
const mismatched = (): KubernetesObject => {
  const { spec, ...rest } = deployment('im');
  return { ...rest, spec: { ...(spec as JsonObject), selector: { matchLabels: { app: 'q' } } } };
};
const typed = (type: string) => ({ ...secret('im', { a: '1' }), type });

/** What lives, what is merged, and what the API server's no means: the experiment `immutable-or-invalid`. */
const cases: readonly (readonly [string, KubernetesObject, KubernetesObject, 'immutable' | 'invalid'])[] = [
  ['the address of a Service', service({ clusterIP: 'None' }), service({ clusterIP: '10.0.0.55' }), 'immutable'],
  ['the role of a RoleBinding', binding('a'), binding('b'), 'immutable'],
  ['the selector of a StatefulSet', statefulSet('1'), statefulSet('2'), 'immutable'],
  ['the template of a Job', job('i:1'), job('i:2'), 'immutable'],
  ['the size of a claim', claim('1Gi'), claim('500Mi'), 'immutable'],
  [
    'an immutable ConfigMap',
    { ...configMap('im', { a: '1' }), immutable: true },
    { ...configMap('im', { a: '2' }), immutable: true },
    'immutable',
  ],
  ['the command of a Pod', pod({}), pod({ command: ['x'] }), 'immutable'],
  ['the selector of a Deployment', deployment('im', { app: 'a' }), deployment('im', { app: 'b' }), 'immutable'],
  ['the type of a Secret', typed('example.com/a'), typed('example.com/b'), 'immutable'],
  ['replicas below nothing', deployment('im2'), deployment('im2', { replicas: -1 }), 'invalid'],
  ['a selector that misses its own pods', deployment('im'), mismatched(), 'invalid'],
  ['port 0', service({}), service({ ports: [{ port: 0 }] }), 'invalid'],
];

describe('A fresh name tells immutable from invalid:', () => {
  it.each(cases)('%s', async (_name, before, after, verdict) => {
    const index = cases.findIndex(([name]) => name === _name);
    const namespace = `immutable-${index}`;
    const stage = await world.namespace(namespace);
    await world.cluster.admin.request('POST', `/api/v1/namespaces/${namespace}/serviceaccounts`, {
      metadata: { name: 'default' },
    });
    const ledger = await stage.release(before);
    const plan = await stage.plan({ ledger, released: [before], merged: [after] });
    const change = changeOf(plan, before.kind, before.metadata.name);
    expect(change).toMatchObject({ action: 'blocked', reason: { code: verdict } });
    expect(reasonOf(change)?.message.includes('fairlead.dev/replace')).toBe(verdict === 'immutable');
    expect(reasonOf(change)?.message).not.toContain('in-the-pod');
    expect(change.origin).toEqual({ file: 'deploy/all.yaml', line: 1 });
    expect(change.diff).toMatch(/^[-+]/m);
  });

  it('a node port that the living Service holds does not make the rest invalid', async () => {
    const stage = await world.namespace('node-port');
    const before = service({ type: 'NodePort', ports: [{ port: 80, nodePort: 32_111 }] });
    const after = service({ type: 'NodePort', ports: [{ port: 80, nodePort: 32_111 }], clusterIP: '10.0.0.56' });
    const ledger = await stage.release(before);
    const change = changeOf(await stage.plan({ ledger, released: [before], merged: [after] }), 'Service', 'im');
    expect(change).toMatchObject({ action: 'blocked', reason: { code: 'immutable' } });
  });
});

describe('What cannot be changed', () => {
  const optedIn = (a: string): KubernetesObject => {
    const manifest = statefulSet(a);
    return { ...manifest, metadata: { ...manifest.metadata, annotations: { 'fairlead.dev/replace': 'true' } } };
  };

  it('is replaced where its owner opted in, and then a second person confirms', async () => {
    const stage = await world.namespace('replace');
    const ledger = await stage.release(optedIn('1'));
    const { plan } = await stage.plan({ ledger, released: [optedIn('1')], merged: [optedIn('2')] });
    expect(plan.changes).toMatchObject([{ action: 'replace', certainty: { kind: 'estimated' } }]);
    expect(plan.changes[0]?.paths.map(({ path, causes }) => `${path}: ${causes.join(' ')}`)).toEqual([
      'spec.selector.matchLabels.a: pull-request',
      'spec.template.metadata.labels.a: pull-request',
    ]);
    expect(plan.changes[0]?.diff).toContain("+      a: '2'");
    expect(plan.changes[0]?.diff).not.toContain('fairlead-probe');
    expect(plan.confirmReasons).toEqual(['replaces StatefulSet replace/im']);
  });

  it('is not replaced where it was never ours', async () => {
    const stage = await world.namespace('not-ours');
    await stage.release(optedIn('1'));
    const plan = await stage.plan({ merged: [optedIn('2')] });
    expect(changeOf(plan, 'StatefulSet', 'im')).toMatchObject({ action: 'blocked', reason: { code: 'immutable' } });
  });
});

describe('The API server’s words', () => {
  it('name the unknown field, and where the manifest stands', async () => {
    const stage = await world.namespace('unknown-field');
    const plan = await stage.plan({ merged: [{ ...configMap('c', { a: '1' }), datta: {} }] });
    expect(changeOf(plan, 'ConfigMap', 'c')).toMatchObject({ action: 'blocked', reason: { code: 'unknown-field' } });
    expect(reasonOf(plan.plan.changes[0])?.message).toContain('datta');
  });

  it('about a Secret are replaced by path and reason', async () => {
    const stage = await world.namespace('secret-refused');
    const merged = [{ ...secret('s', {}), stringData: { key: 12_345_678 } }];
    const { plan } = await stage.plan({ merged });
    expect(plan.changes).toMatchObject([{ action: 'blocked', reason: { code: 'malformed' } }]);
    expect(reasonOf(plan.changes[0])?.message).toContain('stringData.key');
    expect(JSON.stringify(plan)).not.toContain('12345678');
  });

  it('that a namespace is missing are the reason where nothing of the plan creates it', async () => {
    const stage = await world.namespace('here');
    const merged = [inNamespace('nowhere', configMap('c', {}))];
    const allowance = {
      kind: 'allowed',
      cluster: 'c',
      namespaces: ['here', 'nowhere'],
      clusterScoped: [],
      impersonate: null,
    } as const;
    const plan = await stage.plan({ merged, change: { allowance } });
    expect(changeOf(plan, 'ConfigMap', 'c')).toMatchObject({
      action: 'blocked',
      reason: { code: 'namespace-missing' },
    });
  });

  it('about a limit say how much there is, and how much may be', async () => {
    const stage = await world.namespace('limits');
    const { plan } = await stage.plan({
      merged: [
        configMap('large', { a: 'x'.repeat(1_100_000), b: 'é' }),
        { ...configMap('noted', {}), metadata: { name: 'noted', annotations: { note: 'x'.repeat(300_000) } } },
      ],
    });
    expect(
      plan.changes.map((change) => [change.identity.name, reasonOf(change)?.code, reasonOf(change)?.message]),
    ).toEqual([
      ['large', 'too-large', 'data: 1,100,002 bytes, and at most 1,048,576 are allowed'],
      ['noted', 'too-large', 'metadata.annotations: 300,004 bytes, and at most 262,144 are allowed'],
    ]);
  });

  it('that a kind is not served come with what it may mean, also where that would be deleted', async () => {
    const stage = await world.namespace('kinds');
    const ledger = await stage.release(configMap('c', { a: '1' }));
    const misspelled = { ...configMap('c', { a: '2' }), kind: 'Configmap' };
    const plan = await stage.plan({ ledger, released: [configMap('c', { a: '1' })], merged: [misspelled] });
    expect(reasonOf(changeOf(plan, 'Configmap', 'c'))?.message).toBe(
      'the cluster serves no kind Configmap in v1; did you mean ConfigMap?',
    );
    expect(changeOf(plan, 'ConfigMap', 'c').action).toBe('delete');
    expect(plan.plan.problems.map(({ message }) => message)).toEqual([
      'ConfigMap kinds/c: it would be deleted, and may be what Configmap at deploy/all.yaml:1 means',
    ]);
  });

  it('that are only warnings are said, and masked', async () => {
    const stage = await world.namespace('warnings');
    await stage.edit('/api/v1/namespaces/warnings', {
      metadata: { labels: { 'pod-security.kubernetes.io/warn': 'restricted' } },
    });
    const manifest = deployment('web', { extra: { securityContext: { privileged: true } } });
    const { plan } = await stage.plan({ merged: [manifest] });
    expect(plan.changes).toMatchObject([{ action: 'create', warnings: [expect.stringContaining('PodSecurity')] }]);
    const ledger = await stage.release(manifest);
    const unchanged = await stage.plan({ ledger, released: [manifest], merged: [manifest] });
    expect(unchanged.plan.changes).toEqual([]);
  });
});
