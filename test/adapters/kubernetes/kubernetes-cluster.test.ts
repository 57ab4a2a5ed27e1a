import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type SandboxCluster, startCluster } from '../../../sandbox/cluster/cluster.ts';
import type { OpenClusterAccess } from '../../../src/adapters/kubernetes/open-cluster-access.ts';
import type { JsonObject } from '../../../src/domain/json.ts';
import { identityKey, type KubernetesObject, type ObjectReference, referenceOf } from '../../../src/domain/manifest.ts';
import type { ApplyOutcome, Refusal } from '../../../src/domain/prediction.ts';
import type { ApplyRequest, Cluster } from '../../../src/ports.ts';
import { accepted, clusterContract, configMap, reasonOf } from '../../contracts/cluster.ts';
import { eventually } from '../../eventually.ts';
import { codeOf } from '../../failure-code.ts';
import { type FaultyProxy, startFaultyProxy } from './faulty-proxy.ts';
import { openAccess, patient } from './open-access.ts';

let cluster: SandboxCluster;
let access: OpenClusterAccess;
let own: Cluster;
let proxy: FaultyProxy;
let throughProxy: OpenClusterAccess;
beforeAll(async () => {
  cluster = await startCluster({ name: 'adapter', components: 'api' });
  await Promise.all(['contract', 't'].map((name) => makeNamespace(name)));
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

describe('an apply is refused', () => {
  it.each([
    ['with an unknown field', () => ({ ...config('a'), datta: {} }), 'unknown-field', ['datta']],
    [
      'with several unknown fields',
      () => pod({ imagge: 'web' }, { commmand: [] }),
      'unknown-field',
      ['spec.containers[name="one"].imagge', 'spec.containers[name="two"].commmand'],
    ],
    ['with a value of the wrong type', () => deployment('a', { replicas: 'three' }), 'malformed', ['spec.replicas']],
    [
      'with an unknown field and a wrong type',
      () => pod({ imagge: 'web' }, { command: 'ls' }),
      'malformed',
      ['spec.containers[name="one"].imagge', 'spec.containers[name="two"].command'],
    ],
    ['with a number in a Secret', () => secret({ stringData: { key: 12345678 } }), 'malformed', ['stringData.key']],
    ['with data that is no base64', () => secret({ data: { key: 'not base64!' } }), 'malformed', [null]],
    ['with a value that is not allowed', () => deployment('a', { replicas: -1 }), 'invalid', ['spec.replicas']],
    ['with a name that is not allowed', () => config('A_B'), 'invalid', ['metadata.name']],
    ['with too much data', () => configMap('a', { large: 'x'.repeat(1_100_000) }, 't'), 'too-large', ['[]']],
    ['with a body over 3 MiB', () => configMap('a', { large: 'x'.repeat(3_500_000) }, 't'), 'too-large', []],
    [
      'with too long annotations',
      () => config('a', { annotations: { long: 'x'.repeat(300_000) } }),
      'too-large',
      ['metadata.annotations'],
    ],
    ['with managedFields', () => config('a', { managedFields: [] }), 'malformed', []],
    ['in a namespace that does not exist', () => configMap('a', {}, 'nowhere'), 'namespace-missing', []],
    [
      'of a kind in a group that does not exist',
      () => ({ ...config('a'), apiVersion: 'no.such/v1' }),
      'kind-missing',
      [],
    ],
    ['of a kind that its group does not have', () => ({ ...config('a'), apiVersion: 'apps/v1' }), 'kind-missing', []],
    ['of a kind with a version that is none', () => ({ ...config('a'), apiVersion: '../v1' }), 'kind-missing', []],
    [
      'of a kind that can only be created',
      () => ({ ...config('a'), kind: 'Binding', target: { name: 'b' } }),
      'kind-missing',
      [],
    ],
  ])('%s', async (_name, object: () => JsonObject, reason, fields) => {
    const refusal = refusalOf(await dryRun(object() as KubernetesObject));
    expect(refusal.reason).toBe(reason);
    expect(refusal.causes.map(({ field }) => field).toSorted()).toEqual(fields);
    expect(refusal.message).not.toBe('');
  });

  it('with a name that would lead elsewhere, without asking', async () => {
    for (const name of ['..', '.', '', 'a/b', 'a%2fb']) {
      expect(reasonOf(await dryRun(configMap(name, {}, 't')))).toBe('invalid');
      const reference = { ...referenceOf(config('a')), name };
      expect(await own.read(reference, patient)).toEqual({ kind: 'absent' });
      expect(await own.remove({ reference, uid: 'u', dryRun: true }, patient)).toEqual({ kind: 'gone' });
    }
  });

  it('over a resourceVersion that is no longer current', async () => {
    accepted(await apply(config('versioned')));
    expect(reasonOf(await dryRun(config('versioned', { resourceVersion: '1' })))).toBe('stale');
  });

  it('over a quota', async () => {
    await makeNamespace('quota');
    const path = '/api/v1/namespaces/quota/resourcequotas/one';
    const quota = { apiVersion: 'v1', kind: 'ResourceQuota', metadata: { name: 'one' } };
    const hard = { configmaps: '1' };
    await cluster.admin.apply(path, { ...quota, spec: { hard } });
    // What the quota controller does in a whole cluster.
    await cluster.admin.request('PATCH', `${path}/status`, { status: { hard, used: { configmaps: '1' } } });
    const refusal = await eventually(async () => {
      const outcome = await dryRun(configMap('second', {}, 'quota'));
      return outcome.kind === 'refused' ? outcome.refusal : null;
    });
    expect(refusal.reason).toBe('quota');
  });

  it('by Pod Security', async () => {
    await makeNamespace('strict', { 'pod-security.kubernetes.io/enforce': 'restricted' });
    const account = { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'default', namespace: 'strict' } };
    accepted(await apply(account));
    const spec = { containers: [{ name: 'web', image: 'web:1' }] };
    const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'web', namespace: 'strict' }, spec };
    const refusal = refusalOf(await dryRun(pod));
    expect(refusal.reason).toBe('denied');
    expect(refusal.message).toContain('violates PodSecurity');
  });

  it.each([null, 'Forbidden'])('by an admission policy with the reason %s', async (reason) => {
    const name = `policy-${String(reason).toLowerCase()}`;
    await makePolicy(name, reason);
    const refusal = await eventually(async () => {
      const outcome = await dryRun(config(name));
      return outcome.kind === 'refused' ? outcome.refusal : null;
    });
    expect(refusal.reason).toBe('denied');
    expect(refusal.message).toContain('no such names here');
  });

  it('in a namespace that is being deleted', async () => {
    await makeNamespace('ending');
    await cluster.admin.request('DELETE', '/api/v1/namespaces/ending');
    expect(reasonOf(await dryRun(configMap('a', {}, 'ending')))).toBe('denied');
  });

  it('by etcd, where only it finds the object too large', async () => {
    await makeCrd('blobs');
    const blob = {
      ...{ apiVersion: 'example.com/v1', kind: 'Blobs', metadata: { name: 'large', namespace: 't' } },
      spec: { text: 'x'.repeat(2_000_000) },
    };
    expect(reasonOf(await apply(blob))).toBe('too-large');
  });

  it('because an immutable field would change, which is told from invalid elsewhere', async () => {
    accepted(await apply(deployment('immutable', {})));
    const other = deployment('immutable', { selector: { matchLabels: { app: 'other' } } }, 'other');
    expect(reasonOf(await dryRun(other))).toBe('invalid');
  });
});

describe('an apply without force', () => {
  it('names the managers that hold the fields', async () => {
    accepted(await apply(config('contested', {}, { ours: '1', theirs: '1' })));
    const path = '/api/v1/namespaces/t/configmaps/contested';
    await cluster.admin.request('PATCH', `${path}?fieldManager=kubectl-edit`, { data: { theirs: '2' } });
    await cluster.admin.request('PATCH', `${path}?fieldManager=it's "quoted"`, { data: { more: '2' } });
    const outcome = await own.apply(
      { object: config('contested', {}, { ours: '2', theirs: '3', more: '3' }), dryRun: true, force: false, uid: null },
      patient,
    );
    const conflicts = outcome.kind === 'conflict' ? outcome.conflicts : [];
    expect(conflicts.toSorted((left, right) => left.field.localeCompare(right.field))).toEqual([
      { manager: `it's "quoted"`, field: '.data.more' },
      { manager: 'kubectl-edit', field: '.data.theirs' },
    ]);
  });

  it('is no conflict where the values agree', async () => {
    const outcome = await own.apply(
      { object: config('contested', {}, { theirs: '2' }), dryRun: true, force: false, uid: null },
      patient,
    );
    expect(outcome.kind).toBe('accepted');
  });
});

describe('an accepted apply', () => {
  it('carries what Pod Security warns of', async () => {
    await makeNamespace('warned', { 'pod-security.kubernetes.io/warn': 'restricted' });
    const outcome = await dryRun({ ...deployment('web', {}), metadata: { name: 'web', namespace: 'warned' } });
    expect(outcome).toMatchObject({
      kind: 'accepted',
      warnings: [expect.stringContaining('(container "web" must set')],
    });
  });

  it('carries what is said about a deprecated API', async () => {
    const outcome = await dryRun({ apiVersion: 'v1', kind: 'Endpoints', metadata: { name: 'web', namespace: 't' } });
    expect(outcome).toMatchObject({ kind: 'accepted', warnings: [expect.stringContaining('Endpoints is deprecated')] });
  });

  it('keeps 64-bit integers exact', async () => {
    await makeCrd('counters');
    const object = {
      ...{ apiVersion: 'example.com/v1', kind: 'Counters', metadata: { name: 'a', namespace: 't' } },
      spec: { count: 9_007_199_254_740_993n },
    };
    expect(accepted(await apply(object))).toMatchObject({ spec: { count: 9_007_199_254_740_993n } });
    expect(await own.read(referenceOf(object), patient)).toMatchObject({
      object: { spec: { count: 9_007_199_254_740_993n } },
    });
  });
});

describe('discovery', () => {
  it('finds a kind that was just created', async () => {
    expect(await own.served('example.com/v1', 'Late', patient)).toBeNull();
    await makeCrd('late');
    const served = await eventually(() => own.served('example.com/v1', 'Late', patient));
    expect(served).toMatchObject({ plural: 'late', namespaced: true });
    expect(served.verbs).toContain('patch');
  });

  it('notices that a kind is gone', async () => {
    await makeCrd('fleeting');
    const object = { apiVersion: 'example.com/v1', kind: 'Fleeting', metadata: { name: 'a', namespace: 't' } };
    await eventually(() => own.served('example.com/v1', 'Fleeting', patient));
    expect(await own.read(referenceOf(object), patient)).toEqual({ kind: 'absent' });
    await cluster.admin.request('DELETE', `${crds}/fleeting.example.com`);
    await eventually(async () => reasonOf(await dryRun(object)) === 'kind-missing');
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
    const object = { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'older', namespace: 't' } };
    const made = accepted(await apply(deployment('older', {})));
    const older: ObjectReference = { ...referenceOf(object), version: 'v1beta1' };
    expect(await own.served('apps/v1beta1', 'Deployment', patient)).toBeNull();
    expect(await own.read(older, patient)).toEqual({ kind: 'present', object: made });
    expect((await own.live([older], patient)).get(identityKey(older))).toEqual({ kind: 'present', object: made });
    const uid = made.metadata.uid ?? '';
    expect(await own.remove({ reference: older, uid, dryRun: true }, patient)).toEqual({ kind: 'deleted' });
  });
});

describe('live', () => {
  const names = Array.from({ length: 1_200 }, (_, index) => `many-${String(index).padStart(4, '0')}`);
  const references = names.map((name) => referenceOf(configMap(name, {}, 'many')));
  beforeAll(async () => {
    await makeNamespace('many');
    for (let from = 0; from < names.length; from += 100) {
      await Promise.all(
        names.slice(from, from + 100).map((name) => own.apply(forced(configMap(name, { name }, 'many')), patient)),
      );
    }
  });

  it('reads 1,200 objects by three lists', async () => {
    proxy.reset();
    const live = await throughProxy.own.live(references, patient);
    expect([...live.values()].every(({ kind }) => kind === 'present')).toBe(true);
    expect(live.get('/ConfigMap/many/many-0777')).toMatchObject({ object: { data: { name: 'many-0777' } } });
    expect(listsAndGets()).toEqual({ lists: 3, gets: 0 });
    const begun = performance.now();
    await own.live(references, patient);
    console.log(`1,200 objects listed in ${Math.round(performance.now() - begun)} ms`);
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
    const few = [...references.slice(0, 3), referenceOf(configMap('none', {}, 'many'))];
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
      [...references.slice(0, 4), referenceOf(configMap('none', {}, 'many'))],
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

describe('an impersonated service account', () => {
  const account = 'system:serviceaccount:tenant:fairlead';
  beforeAll(async () => {
    await makeNamespace('tenant');
    // Granted to the group of the namespace's service accounts: the API server implies it for an impersonated one.
    const rbac = 'rbac.authorization.k8s.io';
    const role = { apiVersion: `${rbac}/v1`, kind: 'Role', metadata: { name: 'deploy' } };
    const rules = [{ apiGroups: [''], resources: ['configmaps'], verbs: ['get', 'list', 'create', 'patch', 'delete'] }];
    const place = `/apis/${rbac}/v1/namespaces/tenant`;
    await cluster.admin.apply(`${place}/roles/deploy`, { ...role, rules });
    await cluster.admin.apply(`${place}/rolebindings/deploy`, {
      ...{ apiVersion: `${rbac}/v1`, kind: 'RoleBinding', metadata: { name: 'deploy' } },
      subjects: [{ kind: 'Group', name: 'system:serviceaccounts:tenant', apiGroup: rbac }],
      roleRef: { kind: 'Role', name: 'deploy', apiGroup: rbac },
    });
    await eventually(
      async () => (await access.as(account).apply(forced(configMap('a', {}, 'tenant')), patient)).kind === 'accepted',
    );
  });

  it('has the rights of its groups, and no others', async () => {
    const tenant = access.as(account);
    expect(await tenant.read(referenceOf(configMap('a', {}, 'tenant')), patient)).toMatchObject({ kind: 'present' });
    const elsewhere = await tenant.apply(forced(config('a')), patient);
    expect(refusalOf(elsewhere)).toMatchObject({
      reason: 'forbidden',
      message: expect.stringContaining(account) as string,
    });
    expect(await tenant.read(referenceOf(config('a')), patient)).toMatchObject({ kind: 'unreadable' });
  });

  it('learns that a namespace is missing, although it is forbidden everything there', async () => {
    const tenant = access.as(account);
    const object = configMap('a', {}, 'missing');
    expect(reasonOf(await tenant.apply(forced(object), patient))).toBe('namespace-missing');
    expect(await tenant.read(referenceOf(object), patient)).toEqual({ kind: 'absent' });
  });

  it('is refused where Fairlead itself may not impersonate', async () => {
    const kubeconfig = await cluster.limitedKubeconfig({ user: 'no-impersonation', rules: [] });
    const limited = await openAccess(cluster, { entry: { kubeconfig } });
    const outcome = await limited.as(account).apply(forced(configMap('a', {}, 'tenant')), patient);
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
    const made = accepted(await apply(config('kept')));
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
    const object = accepted(await apply(config('eventful')));
    const post = (index: number, changes: JsonObject) =>
      cluster.admin.request('POST', '/api/v1/namespaces/t/events', {
        ...{ apiVersion: 'v1', kind: 'Event', metadata: { name: `event-${index}` }, type: 'Warning', reason: 'Failed' },
        ...{ message: `message ${index}`, lastTimestamp: `2026-11-21T12:00:0${index}Z` },
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

const crds = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';

async function makeNamespace(name: string, labels: Readonly<Record<string, string>> = {}): Promise<void> {
  const object = { apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels } };
  await cluster.admin.apply(`/api/v1/namespaces/${name}`, object);
}

/** A namespaced kind of the plural's name, capitalised, with a spec of any text and a 64-bit count. */
async function makeCrd(plural: string): Promise<void> {
  const kind = `${plural.charAt(0).toUpperCase()}${plural.slice(1)}`;
  const spec = {
    type: 'object',
    properties: { text: { type: 'string' }, count: { type: 'integer', format: 'int64' } },
  };
  const schema = { openAPIV3Schema: { type: 'object', properties: { spec } } };
  await cluster.admin.apply(`${crds}/${plural}.example.com`, {
    ...{ apiVersion: 'apiextensions.k8s.io/v1', kind: 'CustomResourceDefinition' },
    metadata: { name: `${plural}.example.com` },
    spec: {
      ...{ group: 'example.com', scope: 'Namespaced', names: { plural, kind } },
      versions: [{ name: 'v1', served: true, storage: true, schema }],
    },
  });
  await eventually(() => own.served('example.com/v1', kind, patient));
}

/** Denies ConfigMaps of its own name, once it is in force. */
async function makePolicy(name: string, reason: string | null): Promise<void> {
  const api = 'admissionregistration.k8s.io/v1';
  const rule = { apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE', 'UPDATE'], resources: ['configmaps'] };
  const validation = { expression: `object.metadata.name != '${name}'`, message: 'no such names here' };
  await cluster.admin.apply(`/apis/${api}/validatingadmissionpolicies/${name}`, {
    ...{ apiVersion: api, kind: 'ValidatingAdmissionPolicy', metadata: { name } },
    spec: {
      matchConstraints: { resourceRules: [rule] },
      validations: [reason === null ? validation : { ...validation, reason }],
    },
  });
  await cluster.admin.apply(`/apis/${api}/validatingadmissionpolicybindings/${name}`, {
    ...{ apiVersion: api, kind: 'ValidatingAdmissionPolicyBinding', metadata: { name } },
    spec: { policyName: name, validationActions: ['Deny'] },
  });
}

function config(
  name: string,
  metadata: JsonObject = {},
  data: Readonly<Record<string, string>> = {},
): KubernetesObject {
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace: 't', ...metadata }, data };
}

function secret(members: JsonObject): JsonObject {
  return { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'a', namespace: 't' }, ...members };
}

function pod(one: JsonObject, two: JsonObject): KubernetesObject {
  const containers = [
    { name: 'one', image: 'web:1', ...one },
    { name: 'two', image: 'web:1', ...two },
  ];
  return { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'a', namespace: 't' }, spec: { containers } };
}

function deployment(name: string, spec: JsonObject, app = name): KubernetesObject {
  return {
    ...{ apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name, namespace: 't' } },
    spec: {
      selector: { matchLabels: { app } },
      template: { metadata: { labels: { app } }, spec: { containers: [{ name: 'web', image: 'web:1' }] } },
      ...spec,
    },
  };
}

function forced(object: KubernetesObject): ApplyRequest {
  return { object, dryRun: false, force: true, uid: null };
}

function apply(object: KubernetesObject): Promise<ApplyOutcome> {
  return own.apply(forced(object), patient);
}

function dryRun(object: KubernetesObject): Promise<ApplyOutcome> {
  return own.apply({ ...forced(object), dryRun: true }, patient);
}

function refusalOf(outcome: ApplyOutcome): Refusal {
  if (outcome.kind === 'refused') return outcome.refusal;
  throw new Error(`not refused but ${outcome.kind}`);
}

function listOf(kind: string) {
  return { apiVersion: 'v1', kind, labelSelector: null };
}

function listsAndGets() {
  const paths = proxy.seen.map(({ url }) => url).filter((url) => url.startsWith('/api/v1/namespaces/'));
  const lists = paths.filter((url) => url.includes('limit=')).length;
  return { lists, gets: paths.length - lists };
}
