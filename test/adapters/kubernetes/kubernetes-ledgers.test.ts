import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type SandboxCluster, startCluster } from '../../../sandbox/cluster/cluster.ts';
import type { OpenClusterAccess } from '../../../src/adapters/kubernetes/open-cluster-access.ts';
import type { InventoryEntry } from '../../../src/domain/ledger.ts';
import { ledgersContract } from '../../contracts/ledgers.ts';
import { codeOf } from '../../failure-code.ts';
import { type FaultyProxy, startFaultyProxy } from './faulty-proxy.ts';
import { openAccess, patient } from './open-access.ts';

let cluster: SandboxCluster;
let access: OpenClusterAccess;
let proxy: FaultyProxy;
let throughProxy: OpenClusterAccess;
beforeAll(async () => {
  cluster = await startCluster({ name: 'ledgers', components: 'api' });
  access = await openAccess(cluster);
  proxy = await startFaultyProxy(cluster);
  throughProxy = await openAccess(cluster, { entry: { kubeconfig: proxy.kubeconfig } });
});
afterAll(async () => {
  await Promise.all([access?.close(), throughProxy?.close()]);
  await proxy?.close();
  await cluster?.stop();
});

ledgersContract('the ledgers of a real cluster', () => access.ledgers);

const empty = { inventory: [], orphaned: [], released: null, attempt: null };
const entry = (index: number): InventoryEntry => ({
  group: 'apps',
  version: 'v1',
  kind: 'Deployment',
  namespace: 'shop',
  name: `web-${index}`,
  uid: crypto.randomUUID(),
});
const legible = {
  data: { format: '1', released: 'null', attempt: 'null' },
  binaryData: { inventory: gzipSync('[]').toString('base64') },
};
const stored = async (name: string): Promise<StoredLedger> => {
  const { body } = await cluster.admin.request('GET', `/api/v1/namespaces/fairlead/configmaps/${name}`);
  return body as StoredLedger;
};

describe('a ledger', () => {
  it('holds 10,000 entries, and stays far below the limit of a ConfigMap', async () => {
    const key = { repository: 1, environment: 'large' };
    const inventory = Array.from({ length: 10_000 }, (_, index) => entry(index));
    const begun = performance.now();
    await access.ledgers.write(key, null, { ...empty, inventory }, patient);
    const read = await access.ledgers.read(key, patient);
    console.log(`10,000 entries written and read in ${Math.round(performance.now() - begun)} ms`);
    expect(read?.inventory).toEqual(inventory);
    const { binaryData } = await stored('1-large');
    expect(binaryData.inventory.length).toBeLessThan(500_000);
  });

  it('keeps which fields of an object were left to others', async () => {
    const key = { repository: 1, environment: 'leaving' };
    const inventory = [{ ...entry(1), left: ['.spec.replicas', '.data.a.b'] }, entry(2)];
    await access.ledgers.write(key, null, { ...empty, inventory }, patient);
    expect((await access.ledgers.read(key, patient))?.inventory).toEqual(inventory);
  });

  it('is the parent of an ApplySet by KEP-3659', async () => {
    const key = { repository: 1, environment: 'parent' };
    const inventory: InventoryEntry[] = [
      entry(1),
      entry(2),
      { group: '', version: 'v1', kind: 'Secret', namespace: 'fairlead', name: 's', uid: null },
      { group: '', version: 'v1', kind: 'Namespace', namespace: null, name: 'shop', uid: null },
    ];
    const written = await access.ledgers.write(key, null, { ...empty, inventory }, patient);
    const { metadata } = await stored('1-parent');
    expect(metadata.labels).toMatchObject({ 'applyset.kubernetes.io/id': written.applySet });
    expect(metadata.annotations).toEqual({
      'applyset.kubernetes.io/tooling': 'fairlead/0.0.0-test',
      'applyset.kubernetes.io/contains-group-kinds': 'Deployment.apps,Namespace,Secret',
      'applyset.kubernetes.io/additional-namespaces': 'shop',
    });
    const left = { commit: 'a'.repeat(40), at: '2026-11-21T12:00:00.000Z', objects: [entry(3)] };
    const behind = await access.ledgers.write(key, written, { ...empty, orphaned: [left] }, patient);
    expect((await stored('1-parent')).metadata.annotations, 'what was left behind is a member still').toEqual({
      'applyset.kubernetes.io/tooling': 'fairlead/0.0.0-test',
      'applyset.kubernetes.io/contains-group-kinds': 'Deployment.apps',
      'applyset.kubernetes.io/additional-namespaces': 'shop',
    });
    await access.ledgers.write(key, behind, empty, patient);
    expect((await stored('1-parent')).metadata.annotations).toEqual({
      'applyset.kubernetes.io/tooling': 'fairlead/0.0.0-test',
      'applyset.kubernetes.io/contains-group-kinds': '',
    });
  });

  it('is left alone by kubectl, which knows its id and whose it is', async () => {
    await access.ledgers.write({ repository: 1, environment: 'foreign' }, null, empty, patient);
    const refused = run(
      cluster.tools.kubectl,
      ['apply', '--prune', '--applyset=configmap/1-foreign', '--namespace=fairlead', '--filename=-'],
      { KUBECONFIG: cluster.adminKubeconfig, KUBECTL_APPLYSET: 'true' },
      JSON.stringify({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'member' } }),
    );
    await expect(refused).rejects.toThrow(/tooling .*fairlead/s);
  });

  // The id that kubectl itself computes: base64url(sha256("NAME.NAMESPACE.KIND.GROUP")), the group of a ConfigMap empty.
  it('has the id that the KEP prescribes', () => {
    expect(access.ledgers.applySet({ repository: 1, environment: 'parent' })).toBe(
      'applyset-YbIqfEivXHCYrjabWAMX5CPqRJnEz0i7pQizQnMBu9Q-v1',
    );
  });

  it.each([
    ['no inventory', { data: legible.data }],
    ['an inventory that is not gzip', { ...legible, binaryData: { inventory: 'aGVsbG8=' } }],
    [
      'leavings that are no list',
      { ...legible, binaryData: { ...legible.binaryData, orphaned: gzipSync('{}').toString('base64') } },
    ],
    ['no data', { binaryData: legible.binaryData }],
    ['another format', { ...legible, data: { ...legible.data, format: '2' } }],
    ['a released that is no JSON', { ...legible, data: { ...legible.data, released: '{' } }],
    ['a released without a commit', { ...legible, data: { ...legible.data, released: '{"path":"a"}' } }],
    ['an attempt that is missing', { ...legible, data: { format: '1', released: 'null' } }],
  ])('with %s throws: malformed is not absent', async (_name, content) => {
    const path = '/api/v1/namespaces/fairlead/configmaps';
    await access.ledgers.digestKey(patient);
    await cluster.admin.request('DELETE', `${path}/2-malformed`);
    const body = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: '2-malformed' }, ...content };
    expect(await cluster.admin.request('POST', path, body)).toMatchObject({ status: 201 });
    const reading = access.ledgers.read({ repository: 2, environment: 'malformed' }, patient);
    expect(await codeOf(reading)).toBe('cluster-protocol');
  });

  it('that cannot be read throws: unreadable is not absent', async () => {
    const kubeconfig = await cluster.limitedKubeconfig({ user: 'nobody', rules: [] });
    const limited = await openAccess(cluster, { entry: { kubeconfig } });
    const key = { repository: 1, environment: 'unreadable' };
    expect(await codeOf(limited.ledgers.read(key, patient))).toBe('cluster-forbidden');
    expect(await codeOf(limited.ledgers.digestKey(patient))).toBe('cluster-forbidden');
    await limited.close();
  });

  it('whose namespace is missing is written after making it, where that is allowed', async () => {
    const elsewhere = await openAccess(cluster, { entry: { ledgers: 'made-by-fairlead' } });
    const key = { repository: 1, environment: 'new' };
    expect(await elsewhere.ledgers.read(key, patient)).toBeNull();
    const written = await Promise.all([
      codeOf(elsewhere.ledgers.write(key, null, empty, patient)),
      codeOf(elsewhere.ledgers.digestKey(patient)),
      codeOf(elsewhere.ledgers.withLock(key, 0, patient, () => Promise.resolve())),
    ]);
    expect(written).toEqual(['fulfilled', 'fulfilled', 'fulfilled']);
    const kubeconfig = await cluster.limitedKubeconfig({
      user: 'keeper',
      rules: [{ apiGroups: [''], resources: ['configmaps'], verbs: ['get', 'create', 'update'] }],
    });
    const refused = await openAccess(cluster, { entry: { ledgers: 'not-allowed', kubeconfig } });
    expect(await codeOf(refused.ledgers.write(key, null, empty, patient))).toBe('cluster-forbidden');
    await Promise.all([elsewhere.close(), refused.close()]);
  });

  it('is written once although the answer was lost: its author knows it again', async () => {
    const key = { repository: 3, environment: 'lost' };
    proxy.decide = ({ method }, count) =>
      (method === 'POST' || method === 'PUT') && count === 0 ? { kind: 'lose-answer' } : null;
    const first = await throughProxy.ledgers.write(key, null, empty, patient);
    const second = await throughProxy.ledgers.write(key, first, { ...empty, inventory: [entry(1)] }, patient);
    const sent = proxy.seen.map(({ method }) => method);
    proxy.reset();
    expect(sent).toEqual(['POST', 'POST', 'GET', 'PUT', 'PUT', 'GET']);
    expect(await access.ledgers.read(key, patient)).toEqual(second);
  });

  it('that somebody deleted is not written as if it were there', async () => {
    const key = { repository: 3, environment: 'deleted' };
    const first = await access.ledgers.write(key, null, empty, patient);
    await cluster.admin.request('DELETE', '/api/v1/namespaces/fairlead/configmaps/3-deleted');
    expect(await codeOf(access.ledgers.write(key, first, empty, patient))).toBe('ledger-changed');
  });
});

describe('the key of digests', () => {
  it('is the first one that was stored, for all workers that make one at once', async () => {
    const workers = await Promise.all([1, 2, 3, 4].map(() => openAccess(cluster, { entry: { ledgers: 'raced' } })));
    const keys = await Promise.all(workers.map(({ ledgers }) => ledgers.digestKey(patient)));
    expect(new Set(keys.map((key) => Buffer.from(key).toString('hex'))).size).toBe(1);
    await Promise.all(workers.map((worker) => worker.close()));
  });

  it('is not taken from a Secret that holds something else', async () => {
    const path = '/api/v1/namespaces/short/secrets';
    await cluster.admin.apply('/api/v1/namespaces/short', {
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: { name: 'short' },
    });
    const body = {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: 'fairlead-digest-key' },
      data: { key: 'c2hvcnQ=' },
    };
    await cluster.admin.request('POST', path, body);
    const short = await openAccess(cluster, { entry: { ledgers: 'short' } });
    expect(await codeOf(short.ledgers.digestKey(patient))).toBe('cluster-protocol');
    await short.close();
  });
});

interface StoredLedger {
  readonly metadata: { readonly labels: object; readonly annotations: object };
  readonly binaryData: { readonly inventory: string };
}

async function run(program: string, args: readonly string[], environment: NodeJS.ProcessEnv, input: string) {
  const running = promisify(execFile)(program, args, { env: { ...process.env, ...environment } });
  running.child.stdin?.end(input);
  return await running;
}

describe('whether ledgers can be kept', () => {
  const configMaps = { apiGroups: [''], resources: ['configmaps'], verbs: ['*'] };
  const namespaces = { apiGroups: [''], resources: ['namespaces'], verbs: ['create'] };

  it.each([
    ['where their namespace may be made', 'may-be-made', [configMaps, namespaces], 'v1.'],
    ['where it is there', 'default', [{ ...configMaps, namespace: 'default' }], 'v1.'],
    ['not where it is missing', 'missing', [configMaps], 'namespace missing for the ledgers is missing'],
    ['not where they may not be written', 'default', [], 'no ledger can be written in namespace default'],
  ] as const)('is known before the first release: %s', async (user, namespace, rules, said) => {
    const kubeconfig = await cluster.limitedKubeconfig({ user, rules });
    const limited = await openAccess(cluster, { entry: { kubeconfig, ledgers: namespace } });
    try {
      const words = await limited.ready(patient).catch((refused: unknown) => String(refused));
      expect(words).toContain(said);
      const there = await cluster.admin.request('GET', '/api/v1/namespaces/may-be-made');
      expect(there.status, 'nothing is made by asking').toBe(404);
    } finally {
      await limited.close();
    }
  });
});
