import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually } from '../eventually.ts';
import { configMap, inNamespace, object } from '../objects.ts';
import { allow, changeOf, type PredictionWorld, predictionWorld } from './world.ts';

const user = 'deployer';
let world: PredictionWorld;
beforeAll(async () => {
  world = await predictionWorld('limited');
});
afterAll(async () => await world?.close());

/** The user may do this in one namespace, and nothing else anywhere. */
async function grant(namespace: string, resources: readonly string[], verbs: readonly string[]): Promise<void> {
  const path = `/apis/rbac.authorization.k8s.io/v1/namespaces/${namespace}`;
  const rules = [{ apiGroups: [''], resources, verbs }];
  await world.cluster.admin.request('POST', `${path}/roles`, { metadata: { name: user }, rules });
  await world.cluster.admin.request('POST', `${path}/rolebindings`, {
    metadata: { name: user },
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: user },
    subjects: [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'User', name: user }],
  });
}

const asUser = () => world.access.as(user);
const all = ['get', 'list', 'create', 'patch', 'delete'];

describe('Under an identity that may only write its own namespace', () => {
  it('a plan of that namespace is whole', async () => {
    const stage = await world.namespace('own');
    await grant('own', ['configmaps'], all);
    const released = [configMap('a', {}), configMap('b', {})];
    const ledger = await stage.release(...released);
    const merged = [configMap('a', { x: '1' }), configMap('c', {}), configMap('d', {})];
    const { plan } = await stage.plan({ ledger, released, merged, through: asUser });
    expect(plan.changes.map(({ action, identity }) => `${action} ${identity.name}`)).toEqual([
      'delete b',
      'update a',
      'create c',
      'create d',
    ]);
  });

  it('what it may not write is blocked', async () => {
    const stage = await world.namespace('read-only');
    await grant('read-only', ['configmaps'], ['get', 'list']);
    const plan = await stage.plan({ merged: [configMap('a', {})], through: asUser });
    expect(changeOf(plan, 'ConfigMap', 'a')).toMatchObject({ action: 'blocked', reason: { code: 'forbidden' } });
  });

  it('what it may not read is unknown', async () => {
    const stage = await world.namespace('unreadable');
    const plan = await stage.plan({ merged: [configMap('a', {})], through: asUser });
    expect(changeOf(plan, 'ConfigMap', 'a')).toMatchObject({ action: 'unknown', reason: { code: 'unreadable' } });
  });

  it('an object of a namespace that the same plan creates is estimated', async () => {
    const stage = await world.namespace('around');
    const merged = [object('v1', 'Namespace', 'newborn'), inNamespace('newborn', configMap('a', {}))];
    const change = allow(['around', 'newborn'], ['Namespace']);
    const path = '/apis/rbac.authorization.k8s.io/v1';
    const rules = [{ apiGroups: [''], resources: ['namespaces'], verbs: all }];
    await world.cluster.admin.request('POST', `${path}/clusterroles`, { metadata: { name: user }, rules });
    await world.cluster.admin.request('POST', `${path}/clusterrolebindings`, {
      metadata: { name: user },
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: user },
      subjects: [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'User', name: user }],
    });
    // The API server learns of a role a moment after it is made.
    const planned = await eventually(async () => {
      const plan = await stage.plan({ merged, change, through: asUser });
      return changeOf(plan, 'Namespace', 'newborn')?.action === 'create' ? changeOf(plan, 'ConfigMap', 'a') : null;
    });
    expect(planned).toMatchObject({ action: 'create', certainty: { kind: 'estimated' } });
  });
});
