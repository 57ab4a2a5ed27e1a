import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type SandboxCluster, startCluster } from '../../../sandbox/cluster/cluster.ts';
import type { OpenClusterAccess } from '../../../src/adapters/kubernetes/open-cluster-access.ts';
import type { JsonObject } from '../../../src/domain/json.ts';
import { identityKey, type ObjectReference, referenceOf } from '../../../src/domain/manifest.ts';
import type { Cluster } from '../../../src/ports/cluster.ts';
import { accepted, clusterContract, reasonOf } from '../../contracts/cluster.ts';
import { eventually } from '../../eventually.ts';
import { codeOf } from '../../failure-code.ts';
import { configMap, deployment, inNamespace } from '../../objects.ts';
import { type FaultyProxy, startFaultyProxy } from './faulty-proxy.ts';
import { crds, makeCrd, makeNamespace } from './made-objects.ts';
import { config, forced, refusalOf } from './manifests.ts';
import { openAccess, patient } from './open-access.ts';

let cluster: SandboxCluster;
let access: OpenClusterAccess;
let own: Cluster;
let proxy: FaultyProxy;
let throughProxy: OpenClusterAccess;
beforeAll(async () => {
  cluster = await startCluster({ name: 'adapter', components: 'api' });
  await Promise.all(['contract', 't'].map((name) => makeNamespace(cluster.admin, name)));
  access = await openAccess(cluster);
  own = access.own;
  proxy = await startFaultyProxy(cluster);
  throughProxy = await openAccess(cluster, { entry: { kubeconfig: proxy.kubeconfig } });
});
afterAll(async () => {
  await Promise.all([access?.close(), throughProxy?.close()]);
  await proxy?.close();
  await cluster?.stop();
});

clusterContract('a real cluster', () => Promise.resolve(access.own));

describe('discovery', () => {
  it('finds a kind that was just created', async () => {
    expect(await own.served('example.com/v1', 'Late', patient)).toBeNull();
    await makeCrd(cluster.admin, 'late');
    const served = await eventually(() => own.served('example.com/v1', 'Late', patient));
    expect(served).toMatchObject({ plural: 'late', namespaced: true });
  });

  it('notices that a kind is gone', async () => {
    await makeCrd(cluster.admin, 'fleeting');
    const object = { apiVersion: 'example.com/v1', kind: 'Fleeting', metadata: { name: 'a', namespace: 't' } };
    await eventually(() => own.served('example.com/v1', 'Fleeting', patient));
    expect(await own.read(referenceOf(object), patient)).toEqual({ kind: 'absent' });
    await cluster.admin.request('DELETE', `${crds}/fleeting.example.com`);
    await eventually(
      async () => reasonOf(await own.apply({ ...forced(object), dryRun: true }, patient)) === 'kind-missing',
    );
    expect(await own.served('example.com/v1', 'Fleeting', patient)).toBeNull();
    expect(await own.read(referenceOf(object), patient)).toEqual({ kind: 'absent' });
  });

  it('asks once for all who ask together, and once for a group version', async () => {
    const fresh = await openAccess(cluster, { entry: { kubeconfig: proxy.kubeconfig } });
    proxy.reset();
    const clusters = ['system:serviceaccount:t:a', 'system:serviceaccount:t:b', null].map((who) => fresh.as(who));
    const kinds = ['Deployment', 'StatefulSet', 'Widget'];
    await Promise.all(clusters.flatMap((one) => kinds.map((kind) => one.served('apps/v1', kind, patient))));
    expect(proxy.seen.map(({ url }) => url)).toEqual(['/apis/apps/v1']);
    await fresh.close();
  });

  it('finds what lives under a version that is no longer served', async () => {
    const made = accepted(await own.apply(forced(inNamespace('t', deployment('older'))), patient));
    const older: ObjectReference = { ...referenceOf(made), version: 'v1beta1' };
    expect(await own.served('apps/v1beta1', 'Deployment', patient)).toBeNull();
    expect(await own.read(older, patient)).toEqual({ kind: 'present', object: made });
    expect((await own.live([older], patient)).get(identityKey(older))).toEqual({ kind: 'present', object: made });
    const uid = made.metadata.uid ?? '';
    expect(await own.remove({ reference: older, uid, dryRun: true }, patient)).toEqual({ kind: 'deleted' });
  });
});

describe('live', () => {
  const names = Array.from({ length: 1_200 }, (_, index) => `many-${String(index).padStart(4, '0')}`);
  const references = names.map((name) => referenceOf(inNamespace('many', configMap(name))));
  beforeAll(async () => {
    await makeNamespace(cluster.admin, 'many');
    for (let from = 0; from < names.length; from += 100) {
      await Promise.all(
        names
          .slice(from, from + 100)
          .map((name) => own.apply(forced(inNamespace('many', configMap(name, { name }))), patient)),
      );
    }
  });

  it('reads 1,200 objects by three lists', async () => {
    proxy.reset();
    const live = await throughProxy.own.live(references, patient);
    expect([...live.values()].every(({ kind }) => kind === 'present')).toBe(true);
    expect(live.get('/ConfigMap/many/many-0777')).toMatchObject({ object: { data: { name: 'many-0777' } } });
    expect(listsAndGets()).toEqual({ lists: 3, gets: 0 });
  });

  it('starts again where the list expired between two pages', async () => {
    proxy.reset();
    const expired = {
      kind: 'Status',
      code: 410,
      reason: 'Expired',
      message: 'The provided continue parameter is too old',
    };
    proxy.decide = ({ url }, count) =>
      url.includes('continue=') && count < 2 ? { kind: 'answer', status: 410, body: JSON.stringify(expired) } : null;
    const live = await throughProxy.own.live(references, patient);
    expect([...live.values()].filter(({ kind }) => kind === 'present')).toHaveLength(1_200);
  });

  it('fetches one or two objects one by one', async () => {
    proxy.reset();
    await throughProxy.own.live(references.slice(0, 2), patient);
    expect(listsAndGets()).toEqual({ lists: 0, gets: 2 });
  });

  it('does not read a whole list for the sake of a few', async () => {
    const few = [...references.slice(0, 3), referenceOf(inNamespace('many', configMap('none')))];
    proxy.reset();
    const live = await throughProxy.own.live(few, patient);
    expect([...live.values()].map(({ kind }) => kind)).toEqual(['present', 'present', 'present', 'absent']);
    expect(listsAndGets()).toEqual({ lists: 1, gets: 1 });
  });

  it('fetches each object where it may not list', async () => {
    const rules = [{ namespace: 'many', apiGroups: [''], resources: ['configmaps'], verbs: ['get'] }];
    const kubeconfig = await cluster.limitedKubeconfig({ user: 'getter', rules });
    const limited = await openAccess(cluster, { entry: { kubeconfig } });
    const live = await limited.own.live(
      [...references.slice(0, 4), referenceOf(inNamespace('many', configMap('none')))],
      patient,
    );
    expect([...live.values()].map(({ kind }) => kind)).toEqual([
      ...Array.from({ length: 4 }, () => 'present'),
      'absent',
    ]);
    await limited.close();
  });

  it('says what it may not read: unreadable is not absent', async () => {
    const kubeconfig = await cluster.limitedKubeconfig({ user: 'nobody', rules: [] });
    const limited = await openAccess(cluster, { entry: { kubeconfig } });
    const live = await limited.own.live(references.slice(0, 4), patient);
    expect([...live.values()]).toEqual(
      names.slice(0, 4).map((name) => ({
        kind: 'unreadable',
        reason: expect.stringMatching(`configmaps "${name}" is forbidden: User "nobody" cannot get`) as string,
      })),
    );
    expect(await codeOf(limited.own.list({ ...listOf('ConfigMap'), namespace: 'many' }, patient))).toBe(
      'cluster-forbidden',
    );
    await limited.close();
  });
});

describe('live, of a kind in many namespaces', () => {
  const namespaces = Array.from({ length: 20 }, (_, index) => `spread-${index}`);
  const references = namespaces.map((namespace) => referenceOf(inNamespace(namespace, configMap('one'))));
  beforeAll(async () => {
    await Promise.all(namespaces.map((namespace) => makeNamespace(cluster.admin, namespace)));
    await Promise.all(
      namespaces
        .slice(1)
        .map((namespace) => own.apply(forced(inNamespace(namespace, configMap('one', { namespace }))), patient)),
    );
  });

  it('is one list of all namespaces, of which only what was asked for is kept', async () => {
    await own.apply(forced(inNamespace('spread-1', configMap('another'))), patient);
    proxy.reset();
    const live = await throughProxy.own.live(references, patient);
    expect([...live.keys()].toSorted()).toEqual(references.map(identityKey).toSorted());
    expect(live.get('/ConfigMap/spread-0/one')).toEqual({ kind: 'absent' });
    expect(live.get('/ConfigMap/spread-7/one')).toMatchObject({ object: { data: { namespace: 'spread-7' } } });
    expect(listsAndGets().lists).toBeGreaterThan(0);
    expect(listsAndGets().gets).toBe(0);
  });

  it('is asked namespace by namespace where all of them may not be listed', async () => {
    const rules = namespaces
      .slice(0, 19)
      .map((namespace) => ({ namespace, apiGroups: [''], resources: ['configmaps'], verbs: ['get', 'list'] }));
    const kubeconfig = await cluster.limitedKubeconfig({ user: 'tenants', rules });
    const limited = await openAccess(cluster, { entry: { kubeconfig } });
    const live = await limited.own.live(references, patient);
    expect(references.map((reference) => live.get(identityKey(reference))?.kind)).toEqual([
      'absent',
      ...Array.from({ length: 18 }, () => 'present'),
      'unreadable',
    ]);
    await limited.close();
  });

  it('is never a list of everybody’s Secrets', async () => {
    const secrets = references.map((reference) => ({ ...reference, kind: 'Secret' }));
    proxy.reset();
    const live = await throughProxy.own.live(secrets, patient);
    expect([...live.values()].every(({ kind }) => kind === 'absent')).toBe(true);
    expect(listsAndGets()).toEqual({ lists: 0, gets: 20 });
  });
});

describe('an impersonated service account', () => {
  const account = 'system:serviceaccount:tenant:fairlead';
  beforeAll(async () => {
    await makeNamespace(cluster.admin, 'tenant');
    // Granted to the group of the namespace's service accounts: the API server implies it for an impersonated one.
    const rbac = 'rbac.authorization.k8s.io';
    const role = { apiVersion: `${rbac}/v1`, kind: 'Role', metadata: { name: 'deploy' } };
    const verbs = ['get', 'list', 'create', 'patch', 'delete'];
    const rules = [
      { apiGroups: [''], resources: ['configmaps'], verbs },
      { apiGroups: [rbac], resources: ['rolebindings'], verbs },
    ];
    const place = `/apis/${rbac}/v1/namespaces/tenant`;
    await cluster.admin.apply(`${place}/roles/deploy`, { ...role, rules });
    await cluster.admin.apply(`${place}/rolebindings/deploy`, {
      apiVersion: `${rbac}/v1`,
      kind: 'RoleBinding',
      metadata: { name: 'deploy' },
      subjects: [{ kind: 'Group', name: 'system:serviceaccounts:tenant', apiGroup: rbac }],
      roleRef: { kind: 'Role', name: 'deploy', apiGroup: rbac },
    });
    await eventually(
      async () =>
        (await access.as(account).apply(forced(inNamespace('tenant', configMap('a'))), patient)).kind === 'accepted',
    );
  });

  it('has the rights of its groups, and no others', async () => {
    const tenant = access.as(account);
    expect(await tenant.read(referenceOf(inNamespace('tenant', configMap('a'))), patient)).toMatchObject({
      kind: 'present',
    });
    const elsewhere = await tenant.apply(forced(config('a')), patient);
    expect(refusalOf(elsewhere)).toMatchObject({
      reason: 'forbidden',
      message: expect.stringContaining(account) as string,
    });
    expect(await tenant.read(referenceOf(config('a')), patient)).toMatchObject({ kind: 'unreadable' });
  });

  it('learns that a namespace is missing, although it is forbidden everything there', async () => {
    const tenant = access.as(account);
    const object = inNamespace('missing', configMap('a'));
    expect(reasonOf(await tenant.apply(forced(object), patient))).toBe('namespace-missing');
    expect(await tenant.read(referenceOf(object), patient)).toEqual({ kind: 'absent' });
  });

  it('learns that a role is missing which it binds, and that its kind is served', async () => {
    const tenant = access.as(account);
    const rbac = 'rbac.authorization.k8s.io';
    const roleRef = { apiGroup: rbac, kind: 'Role', name: 'nobody-made-it' };
    const binding = {
      apiVersion: `${rbac}/v1`,
      kind: 'RoleBinding',
      metadata: { name: 'b', namespace: 'tenant' },
      roleRef,
    };
    expect(refusalOf(await tenant.apply(forced(binding), patient))).toMatchObject({
      reason: 'role-missing',
      message: 'the role "nobody-made-it" that it binds does not exist',
    });
  });

  it('is refused where Fairlead itself may not impersonate', async () => {
    const kubeconfig = await cluster.limitedKubeconfig({ user: 'no-impersonation', rules: [] });
    const limited = await openAccess(cluster, { entry: { kubeconfig } });
    const outcome = await limited.as(account).apply(forced(inNamespace('tenant', configMap('a'))), patient);
    expect(refusalOf(outcome)).toMatchObject({
      reason: 'forbidden',
      message: expect.stringContaining('no-impersonation') as string,
    });
    await limited.close();
  });

  it('sends its name alone', async () => {
    proxy.reset();
    await throughProxy.as(account).version(patient);
    await throughProxy.as(null).version(patient);
    const [impersonated, itself] = proxy.seen.map(({ headers }) => headers);
    expect(impersonated?.['impersonate-user']).toBe(account);
    expect(impersonated?.['impersonate-group']).toBeUndefined();
    expect(itself?.['impersonate-user']).toBeUndefined();
    expect(itself?.['user-agent']).toBe('fairlead/0.0.0-test (tests)');
  });
});

describe('a removal', () => {
  it('is refused where it is forbidden', async () => {
    const made = accepted(await own.apply(forced(config('kept')), patient));
    const kubeconfig = await cluster.limitedKubeconfig({ user: 'nobody', rules: [] });
    const limited = await openAccess(cluster, { entry: { kubeconfig } });
    const outcome = await limited.own.remove(
      { reference: referenceOf(made), uid: made.metadata.uid ?? '', dryRun: false },
      patient,
    );
    expect(outcome).toMatchObject({ kind: 'refused', message: expect.stringContaining('cannot delete') as string });
    await limited.close();
  });
});

describe('warning events', () => {
  it('are the five latest about that very object, newest first', async () => {
    const object = accepted(await own.apply(forced(config('eventful')), patient));
    const post = (index: number, changes: JsonObject) =>
      cluster.admin.request('POST', '/api/v1/namespaces/t/events', {
        apiVersion: 'v1',
        kind: 'Event',
        metadata: { name: `event-${index}` },
        type: 'Warning',
        reason: 'Failed',
        message: `message ${index}`,
        lastTimestamp: `2026-11-21T12:00:0${index}Z`,
        involvedObject: { kind: 'ConfigMap', namespace: 't', name: 'eventful', uid: object.metadata.uid },
        ...changes,
      });
    for (const index of [3, 1, 2, 4, 6, 5]) expect(await post(index, {})).toMatchObject({ status: 201 });
    await post(7, { type: 'Normal' });
    await post(8, { involvedObject: { kind: 'ConfigMap', namespace: 't', name: 'eventful', uid: 'another' } });
    const events = await own.warningEvents(referenceOf(object), object.metadata.uid ?? '', patient);
    expect(events.map(({ message }) => message)).toEqual([6, 5, 4, 3, 2].map((index) => `message ${index}`));
    expect(events[0]).toEqual({ reason: 'Failed', message: 'message 6', at: '2026-11-21T12:00:06Z' });
  });
});

function listOf(kind: string) {
  return { apiVersion: 'v1', kind, labelSelector: null };
}

function listsAndGets() {
  const paths = proxy.seen.map(({ url }) => url).filter((url) => url.startsWith('/api/v1/'));
  const lists = paths.filter((url) => url.includes('limit=')).length;
  return { lists, gets: paths.length - lists };
}
