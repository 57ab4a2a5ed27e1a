import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { certificateAuthority } from '../../../sandbox/cluster/certificates.ts';
import { type SandboxCluster, startCluster } from '../../../sandbox/cluster/cluster.ts';
import { ApiReadiness } from '../../../src/adapters/kubernetes/api-readiness.ts';
import type { OpenClusterAccess } from '../../../src/adapters/kubernetes/open-cluster-access.ts';
import { Failure } from '../../../src/domain/failure.ts';
import { referenceOf } from '../../../src/domain/manifest.ts';
import { eventually } from '../../eventually.ts';
import { codeOf } from '../../failure-code.ts';
import { forgottenMetrics } from '../../fakes/metrics.ts';
import { type Fault, type FaultyProxy, startFaultyProxy } from './faulty-proxy.ts';
import { makeNamespace } from './made-objects.ts';
import { config, forced, refusalOf } from './manifests.ts';
import { openAccess, patient } from './open-access.ts';

let cluster: SandboxCluster;
let proxy: FaultyProxy;
let access: OpenClusterAccess;
let hasty: OpenClusterAccess;
const outcomes: string[] = [];
beforeAll(async () => {
  cluster = await startCluster({ name: 'api', components: 'api' });
  await makeNamespace(cluster.admin, 't');
  proxy = await startFaultyProxy(cluster);
  const metrics = {
    ...forgottenMetrics,
    requestFinished: (_api: string, outcome: string) => void outcomes.push(outcome),
  };
  access = await openAccess(cluster, { entry: { kubeconfig: proxy.kubeconfig }, options: { metrics } });
  hasty = await openAccess(cluster, {
    entry: { kubeconfig: proxy.kubeconfig },
    options: { patience: { totalMs: 600, attemptMs: 250 } },
  });
  // Discovery is cached from here on: the tests count the requests that they are about.
  await Promise.all([access.own.served('v1', 'ConfigMap', patient), hasty.own.served('v1', 'ConfigMap', patient)]);
  proxy.reset();
});
afterEach(() => proxy.reset());
afterAll(async () => {
  await Promise.all([access?.close(), hasty?.close()]);
  await proxy?.close();
  await cluster?.stop();
});

/** Does this to the first `times` requests of a kind, and passes on what follows. */
function first(times: number, fault: Fault): void {
  proxy.decide = (_request, count) => (count < times ? fault : null);
}

function answer(status: number, message: string, headers: Record<string, string> = {}): Fault {
  const body = { kind: 'Status', apiVersion: 'v1', status: 'Failure', code: status, message };
  return { kind: 'answer', status, headers, body: JSON.stringify(body) };
}

const some = referenceOf(config('some'));

/** Lets a service account of namespace `t` read ConfigMaps there. */
async function letRead(name: string): Promise<void> {
  const rbac = 'rbac.authorization.k8s.io';
  const path = `/apis/${rbac}/v1/namespaces/t`;
  const metadata = { name };
  await cluster.admin.apply(`${path}/roles/${name}`, {
    apiVersion: `${rbac}/v1`,
    kind: 'Role',
    metadata,
    rules: [{ apiGroups: [''], resources: ['configmaps'], verbs: ['get', 'list'] }],
  });
  await cluster.admin.apply(`${path}/rolebindings/${name}`, {
    apiVersion: `${rbac}/v1`,
    kind: 'RoleBinding',
    metadata,
    roleRef: { apiGroup: rbac, kind: 'Role', name },
    subjects: [{ kind: 'ServiceAccount', name, namespace: 't' }],
  });
}

describe('a request is sent again', () => {
  it('after 429, not before the time that Retry-After says', async () => {
    first(2, answer(429, 'too many requests', { 'retry-after': '1' }));
    const begun = performance.now();
    expect(await access.own.read(some, patient)).toEqual({ kind: 'absent' });
    expect(performance.now() - begun).toBeGreaterThanOrEqual(1_990);
    expect(proxy.seen).toHaveLength(3);
  });

  it.each([429, 500, 502, 503, 504])('after %i, soon where nothing else is said', async (status) => {
    first(2, answer(status, 'not now'));
    expect((await access.own.apply({ ...forced(config('again')), dryRun: true }, patient)).kind).toBe('accepted');
    expect(proxy.seen).toHaveLength(3);
  });

  it('after text that is no answer of an API server', async () => {
    first(1, { kind: 'answer', status: 503, body: '<html>upstream unavailable</html>' });
    expect(await access.own.read(some, patient)).toEqual({ kind: 'absent' });
  });

  it('after a broken connection, before the API server saw it or after', async () => {
    first(1, { kind: 'reset' });
    expect((await access.own.apply(forced(config('reset')), patient)).kind).toBe('accepted');
    proxy.reset();
    first(1, { kind: 'lose-answer' });
    const made = await access.own.apply(forced(config('lost')), patient);
    expect(made.kind).toBe('accepted');
    const sent = proxy.seen.filter(({ method }) => method === 'PATCH');
    expect(sent).toHaveLength(2);
    const uid = made.kind === 'accepted' ? (made.object.metadata.uid ?? '') : '';
    proxy.reset();
    first(1, { kind: 'lose-answer' });
    const removal = { reference: referenceOf(config('lost')), uid, dryRun: false };
    expect(await access.own.remove(removal, patient)).toEqual({ kind: 'gone' });
  });

  it('when no answer came in time', async () => {
    proxy.decide = (_request, count) => (count === 0 ? { kind: 'hold' } : null);
    expect(await hasty.own.read(some, patient)).toEqual({ kind: 'absent' });
    expect(proxy.seen).toHaveLength(2);
  });

  it('after 403 by an API server that is not ready: it has not read its roles yet', async () => {
    proxy.decide = ({ url }, count) => {
      if (count >= 3) return null;
      return url === '/readyz'
        ? answer(500, 'informer-sync failed')
        : answer(403, 'User "fairlead" cannot get resource');
    };
    expect(await access.own.read(some, patient)).toEqual({ kind: 'absent' });
    expect(proxy.seen.filter(({ url }) => url === '/readyz')).toHaveLength(3);
  });

  it('once after 403 by one that is ready: then it stands, for a while without asking again', async () => {
    proxy.decide = ({ url }) => (url === '/readyz' ? null : answer(403, 'User "fairlead" cannot get resource'));
    expect(await access.own.read(some, patient)).toMatchObject({ kind: 'unreadable' });
    expect(await access.own.read(some, patient)).toMatchObject({ kind: 'unreadable' });
    expect(proxy.seen.filter(({ url }) => url === '/readyz')).toHaveLength(1);
  });

  it('as long as /readyz is closed by one that starts, and not for ever where it stays closed', async () => {
    let now = 0;
    const readiness = new ApiReadiness({ now: () => now, monotonic: () => now, sleep: async () => {} });
    const ask = (code: number) => readiness.wasReady(now, async () => code);
    expect([await ask(403), await ask(403)]).toEqual([false, false]);
    now += 5_000;
    expect([await ask(403), await ask(403)]).toEqual([false, true]);
    now += 60_001;
    expect([await ask(200), await ask(403)]).toEqual([false, true]);
    now += 30_001;
    expect([await ask(500), await ask(200), await ask(403)]).toEqual([false, false, true]);
    readiness.doubt();
    expect(await ask(200)).toBe(false);
    // It starts twice: what it refused the first time says nothing of the second.
    readiness.doubt();
    expect(await ask(403)).toBe(false);
    now += 10_000;
    readiness.doubt();
    expect([await ask(403), await ask(403)]).toEqual([false, false]);
    now += 60_001;
    expect([await ask(403), await ask(403)]).toEqual([false, false]);
  });

  it('while the API server restarts, as somebody whom only its roles let in', async () => {
    const reader = access.as('system:serviceaccount:t:reader');
    await letRead('reader');
    expect(await reader.read(some, patient)).toEqual({ kind: 'absent' });
    const restarting = cluster.apiServer.restart();
    const kinds = new Set<string>();
    let over = false;
    const during = Array.from({ length: 8 }, async () => {
      while (!over) kinds.add((await reader.read(some, patient)).kind);
    });
    await restarting;
    over = true;
    await Promise.all(during);
    expect(kinds).toEqual(new Set(['absent']));
  });

  it('while the API server restarts', async () => {
    const reading = Array.from({ length: 40 }, async () => await access.own.read(some, patient));
    const restarting = cluster.apiServer.restart();
    const during = await Promise.all(reading.concat(access.own.read(some, patient)));
    await restarting;
    expect(new Set(during.map(({ kind }) => kind))).toEqual(new Set(['absent']));
  });
});

describe('a request is given up', () => {
  const failureOf = async (promise: Promise<unknown>): Promise<Failure> => {
    const error = await promise.then(
      () => null,
      (reason: unknown) => reason,
    );
    if (error instanceof Failure) return error;
    throw new Error(`no Failure but ${String(error)}`);
  };

  it('when patience ends, with a failure that may pass', async () => {
    first(Infinity, answer(503, 'the server is currently unable to handle the request'));
    const begun = performance.now();
    const failure = await failureOf(hasty.own.read(some, patient));
    expect(performance.now() - begun).toBeLessThan(10_000);
    expect(failure).toMatchObject({ code: 'cluster-unreachable', subject: 'cluster api', retryable: true });
    expect(proxy.seen.length).toBeGreaterThan(2);
  });

  it('at once when the server asks for more time than there is', async () => {
    first(Infinity, answer(429, 'too many requests', { 'retry-after': '30' }));
    expect(await codeOf(access.own.read(some, patient))).toBe('cluster-unreachable');
    expect(proxy.seen).toHaveLength(1);
  });

  it('when nobody listens', async () => {
    await cluster.apiServer.kill();
    const direct = await openAccess(cluster, { options: { patience: { totalMs: 300, attemptMs: 250 } } });
    expect(await codeOf(direct.own.version(patient))).toBe('cluster-unreachable');
    await cluster.apiServer.start();
    expect(await eventually(() => direct.own.version(patient))).toMatch(/^v1/);
    await direct.close();
  });

  it('when the API server accepts and never answers', async () => {
    const direct = await openAccess(cluster, { options: { patience: { totalMs: 300, attemptMs: 250 } } });
    expect(await eventually(() => direct.own.version(patient))).toMatch(/^v1/);
    cluster.apiServer.pause();
    const gaveUpAfter = await eventually(async () => {
      const begun = performance.now();
      return (await codeOf(direct.own.version(patient))) === 'cluster-unreachable' && performance.now() - begun;
    });
    cluster.apiServer.resume();
    expect(gaveUpAfter).toBeLessThan(10_000);
    await eventually(() => direct.own.version(patient));
    await direct.close();
  });

  it('when its signal aborts: waiting, in flight, or pausing; and it leaves its place', async () => {
    const asker = new AbortController();
    proxy.decide = () => ({ kind: 'hold' });
    const reads = Array.from({ length: 20 }, () => codeOf(access.own.read(some, asker.signal)));
    await eventually(() => proxy.seen.length === 16);
    asker.abort(new Error('enough'));
    expect(new Set(await Promise.all(reads))).toEqual(new Set(['Error: enough']));
    proxy.reset();
    first(Infinity, answer(503, 'not now'));
    const pausing = new AbortController();
    const read = codeOf(access.own.read(some, pausing.signal));
    await eventually(() => proxy.seen.length > 1);
    pausing.abort(new Error('enough'));
    expect(await read).toMatch(/enough|Abort/);
    proxy.reset();
    expect(await access.own.read(some, patient)).toEqual({ kind: 'absent' });
  });

  it('after one look at new credentials when they are not accepted', async () => {
    first(Infinity, answer(401, 'Unauthorized'));
    expect(await failureOf(access.own.read(some, patient))).toMatchObject({
      code: 'cluster-forbidden',
      retryable: true,
    });
    expect(proxy.seen).toHaveLength(2);
  });
});

describe('a mistake of the author is not sent again', () => {
  it.each([
    ['an unknown field', { ...config('a'), datta: {} }, 'unknown-field'],
    ['a wrong type', { ...config('a'), data: { a: 1 } }, 'malformed'],
    ['a value that cannot be decoded', { ...config('a'), binaryData: { a: 'no base64!' } }, 'malformed'],
    ['a name that is not allowed', config('A_B'), 'invalid'],
  ])('%s', async (_name, object, reason) => {
    const outcome = await access.own.apply({ ...forced(object), dryRun: true }, patient);
    expect(refusalOf(outcome).reason).toBe(reason);
    expect(proxy.seen).toHaveLength(1);
  });
});

describe('an admission webhook', () => {
  it('that does not answer is no mistake of the author: it is asked again, then named', async () => {
    await admitBy('silent', 'https://127.0.0.1:9/validate', '');
    const secret = {
      ...config('silent'),
      kind: 'Secret',
      data: undefined,
      stringData: { password: 'correct horse battery staple' },
    };
    const failing = await eventually(async () => {
      proxy.reset();
      return await hasty.own.apply({ ...forced(secret), dryRun: true }, patient).then(
        () => null,
        (error: unknown) => error,
      );
    });
    expect(failing).toMatchObject({ code: 'cluster-unreachable', retryable: true });
    expect(String(failing)).toContain('failed calling webhook "silent.example.com"');
    expect(String(failing)).not.toContain('correct horse');
    expect(proxy.seen.length).toBeGreaterThan(1);
    await cluster.admin.request('DELETE', `${webhooks}/silent`);
  });

  it.each([403, 500, 429])('that denies is asked once, even where it answers %i', async (code) => {
    const authority = certificateAuthority('webhooks');
    const { certificate: cert, key } = authority.server(['127.0.0.1'], []);
    const name = `denying-${code}`;
    const server = createServer({ cert, key }, (incoming, response) => {
      const chunks: Buffer[] = [];
      incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
      incoming.on('end', () => {
        const { request } = JSON.parse(Buffer.concat(chunks).toString()) as { request: { uid: string } };
        const verdict = { uid: request.uid, allowed: false, status: { code, message: 'not on my watch' } };
        response.setHeader('content-type', 'application/json');
        response.end(JSON.stringify({ apiVersion: 'admission.k8s.io/v1', kind: 'AdmissionReview', response: verdict }));
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    await admitBy(name, `https://127.0.0.1:${port}/validate`, authority.certificate);
    const secret = { ...config(name), kind: 'Secret' };
    const refusal = await eventually(async () => {
      proxy.reset();
      const outcome = await access.own.apply({ ...forced(secret), dryRun: true }, patient);
      return outcome.kind === 'refused' ? outcome.refusal : null;
    });
    expect(refusal).toMatchObject({ reason: 'denied', message: expect.stringContaining('not on my watch') as string });
    expect(proxy.seen).toHaveLength(1);
    await cluster.admin.request('DELETE', `${webhooks}/${name}`);
    server.close();
    server.closeAllConnections();
  });
});

describe('requests in flight', () => {
  it('are 16 for the cluster at most, whoever asks', async () => {
    proxy.decide = () => ({ kind: 'hold' });
    const identities = [null, 'system:serviceaccount:t:a', 'system:serviceaccount:t:b'].map((who) => access.as(who));
    const versions = identities.flatMap((one) => Array.from({ length: 40 }, async () => await one.version(patient)));
    await eventually(() => proxy.seen.length === 16);
    proxy.decide = () => null;
    proxy.release();
    expect(await Promise.all(versions)).toHaveLength(120);
    expect(proxy.seen).toHaveLength(120);
    expect(proxy.mostAtOnce()).toBe(16);
  });

  it('let a single question through while a job asks for a thousand', async () => {
    const [busy, quick] = [access.as(null), access.as(null)];
    let done = 0;
    const many = Array.from({ length: 1_000 }, async () => {
      await busy.version(patient);
      done += 1;
    });
    await quick.version(patient);
    expect(done).toBeLessThan(100);
    await Promise.all(many);
  });

  it('are counted by outcome', async () => {
    outcomes.length = 0;
    first(1, answer(503, 'not now'));
    await access.own.read(some, patient);
    proxy.reset();
    first(1, { kind: 'reset' });
    await access.own.version(patient);
    expect(outcomes).toEqual(['503', '404', 'unreachable', '200']);
  });

  it('share connections that stay open', async () => {
    await Promise.all(Array.from({ length: 100 }, () => access.own.read(referenceOf(config('x')), patient)));
    expect(proxy.opened()).toBeLessThanOrEqual(16);
  });
});

const webhooks = '/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations';

/** Every Secret of the object's own name is shown to this webhook. */
async function admitBy(name: string, url: string, authority: string): Promise<void> {
  await cluster.admin.apply(`${webhooks}/${name}`, {
    apiVersion: 'admissionregistration.k8s.io/v1',
    kind: 'ValidatingWebhookConfiguration',
    metadata: { name },
    webhooks: [
      {
        name: `${name}.example.com`,
        clientConfig: { url, caBundle: Buffer.from(authority).toString('base64') },
        rules: [{ apiGroups: [''], apiVersions: ['v1'], operations: ['*'], resources: ['secrets'] }],
        matchConditions: [{ name: 'own', expression: `request.name == '${name}'` }],
        sideEffects: 'None',
        admissionReviewVersions: ['v1'],
        timeoutSeconds: 2,
      },
    ],
  });
}
