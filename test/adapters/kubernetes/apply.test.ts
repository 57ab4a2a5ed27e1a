import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type SandboxCluster, startCluster } from '../../../sandbox/cluster/cluster.ts';
import type { OpenClusterAccess } from '../../../src/adapters/kubernetes/open-cluster-access.ts';
import type { JsonObject } from '../../../src/domain/json.ts';
import { type KubernetesObject, referenceOf } from '../../../src/domain/manifest.ts';
import type { ApplyOutcome } from '../../../src/domain/prediction.ts';
import type { Cluster } from '../../../src/ports/cluster.ts';
import { accepted, reasonOf } from '../../contracts/cluster.ts';
import { eventually } from '../../eventually.ts';
import { configMap, deployment, inNamespace, objectIn } from '../../objects.ts';
import { makeCrd, makeNamespace, makePolicy } from './made-objects.ts';
import { config, forced, pod, refusalOf, secret } from './manifests.ts';
import { openAccess, patient } from './open-access.ts';

let cluster: SandboxCluster;
let access: OpenClusterAccess;
let own: Cluster;
beforeAll(async () => {
  cluster = await startCluster({ name: 'apply', components: 'api' });
  await makeNamespace(cluster.admin, 't');
  access = await openAccess(cluster);
  own = access.own;
});
afterAll(async () => {
  await access?.close();
  await cluster?.stop();
});

describe('an apply is refused', () => {
  it.each([
    ['with an unknown field', () => ({ ...config('a'), datta: {} }), 'unknown-field', ['datta']],
    [
      'with several unknown fields',
      () => pod({ imagge: 'web' }, { commmand: [] }),
      'unknown-field',
      ['spec.containers[name="one"].imagge', 'spec.containers[name="two"].commmand'],
    ],
    [
      'with a value of the wrong type',
      () => objectIn('t', 'apps/v1', 'Deployment', 'a', { spec: { replicas: 'three' } }),
      'malformed',
      ['spec.replicas'],
    ],
    [
      'with an unknown field and a wrong type',
      () => pod({ imagge: 'web' }, { command: 'ls' }),
      'malformed',
      ['spec.containers[name="one"].imagge', 'spec.containers[name="two"].command'],
    ],
    ['with a number in a Secret', () => secret({ stringData: { key: 12345678 } }), 'malformed', ['stringData.key']],
    ['with data that is no base64', () => secret({ data: { key: 'not base64!' } }), 'malformed', [null]],
    [
      'with a value that is not allowed',
      () => inNamespace('t', deployment('a', { replicas: -1 })),
      'invalid',
      ['spec.replicas'],
    ],
    ['with a name that is not allowed', () => config('A_B'), 'invalid', ['metadata.name']],
    ['with too much data', () => config('a', {}, { large: 'x'.repeat(1_100_000) }), 'too-large', ['[]']],
    ['with a body over 3 MiB', () => config('a', {}, { large: 'x'.repeat(3_500_000) }), 'too-large', []],
    [
      'with too long annotations',
      () => config('a', { annotations: { long: 'x'.repeat(300_000) } }),
      'too-large',
      ['metadata.annotations'],
    ],
    ['with managedFields', () => config('a', { managedFields: [] }), 'malformed', []],
    ['in a namespace that does not exist', () => inNamespace('nowhere', configMap('a')), 'namespace-missing', []],
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
    expect(new Set(refusal.causes.map(({ field }) => field))).toEqual(new Set(fields));
    expect(refusal.message).not.toBe('');
  });

  it('with a name that would lead elsewhere, without asking', async () => {
    for (const name of ['..', '.', '', 'a/b', 'a%2fb']) {
      expect(reasonOf(await dryRun(config(name)))).toBe('invalid');
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
    await makeNamespace(cluster.admin, 'quota');
    const path = '/api/v1/namespaces/quota/resourcequotas/one';
    const quota = { apiVersion: 'v1', kind: 'ResourceQuota', metadata: { name: 'one' } };
    const hard = { configmaps: '1' };
    await cluster.admin.apply(path, { ...quota, spec: { hard } });
    // What the quota controller does in a whole cluster.
    await cluster.admin.request('PATCH', `${path}/status`, { status: { hard, used: { configmaps: '1' } } });
    const refusal = await eventually(async () => {
      const outcome = await dryRun(inNamespace('quota', configMap('second')));
      return outcome.kind === 'refused' ? outcome.refusal : null;
    });
    expect(refusal.reason).toBe('quota');
  });

  it('by Pod Security', async () => {
    await makeNamespace(cluster.admin, 'strict', { 'pod-security.kubernetes.io/enforce': 'restricted' });
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
    await makePolicy(cluster.admin, name, reason);
    const refusal = await eventually(async () => {
      const outcome = await dryRun(config(name));
      return outcome.kind === 'refused' ? outcome.refusal : null;
    });
    expect(refusal.reason).toBe('denied');
    expect(refusal.message).toContain('no such names here');
  });

  it('in a namespace that is being deleted', async () => {
    await makeNamespace(cluster.admin, 'ending');
    await cluster.admin.request('DELETE', '/api/v1/namespaces/ending');
    expect(reasonOf(await dryRun(inNamespace('ending', configMap('a'))))).toBe('denied');
  });

  it('by etcd, where only it finds the object too large', async () => {
    await makeCrd(cluster.admin, 'blobs');
    const blob = {
      apiVersion: 'example.com/v1',
      kind: 'Blobs',
      metadata: { name: 'large', namespace: 't' },
      spec: { text: 'x'.repeat(2_000_000) },
    };
    expect(reasonOf(await apply(blob))).toBe('too-large');
  });

  it('because an immutable field would change, which is told from invalid elsewhere', async () => {
    accepted(await apply(inNamespace('t', deployment('immutable'))));
    const other = inNamespace('t', deployment('immutable', { app: 'other' }));
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
    await makeNamespace(cluster.admin, 'warned', { 'pod-security.kubernetes.io/warn': 'restricted' });
    const outcome = await dryRun(inNamespace('warned', deployment('web')));
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
    await makeCrd(cluster.admin, 'counters');
    const object = {
      apiVersion: 'example.com/v1',
      kind: 'Counters',
      metadata: { name: 'a', namespace: 't' },
      spec: { count: 9_007_199_254_740_993n },
    };
    expect(accepted(await apply(object))).toMatchObject({ spec: { count: 9_007_199_254_740_993n } });
    expect(await own.read(referenceOf(object), patient)).toMatchObject({
      object: { spec: { count: 9_007_199_254_740_993n } },
    });
  });
});

function apply(object: KubernetesObject): Promise<ApplyOutcome> {
  return own.apply(forced(object), patient);
}

function dryRun(object: KubernetesObject): Promise<ApplyOutcome> {
  return own.apply({ ...forced(object), dryRun: true }, patient);
}
