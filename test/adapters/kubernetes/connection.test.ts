import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { certificateAuthority } from '../../../sandbox/cluster/certificates.ts';
import { type SandboxCluster, startCluster } from '../../../sandbox/cluster/cluster.ts';
import { makeGuardedFolder } from '../../../sandbox/guarded-folder.ts';
import { systemClock } from '../../../src/adapters/clock/system-clock.ts';
import { Connection } from '../../../src/adapters/kubernetes/connection.ts';
import type { OpenClusterAccess } from '../../../src/adapters/kubernetes/open-cluster-access.ts';
import { codeOf } from '../../failure-code.ts';
import { makeNamespace } from './made-objects.ts';
import { openAccess, patient } from './open-access.ts';

let cluster: SandboxCluster;
let folder: Awaited<ReturnType<typeof makeGuardedFolder>>;
let opened: OpenClusterAccess[] = [];
beforeAll(async () => {
  cluster = await startCluster({ name: 'credentials', components: 'api' });
  await makeNamespace(cluster.admin, 'credentials');
});
beforeEach(async () => {
  folder = await makeGuardedFolder('credentials');
});
afterEach(async () => {
  await Promise.all(opened.map((access) => access.close()));
  opened = [];
  await folder.remove();
});
afterAll(() => cluster?.stop());

const file = (name: string, text: string): string => {
  const full = path.join(folder.path, name);
  writeFileSync(full, text);
  return full;
};

/** A kubeconfig of two contexts: `right` as this user, `wrong` to where nobody listens. */
function kubeconfig(user: object, changes: object = {}): string {
  const certificate = Buffer.from(cluster.certificateAuthority).toString('base64');
  const right = { server: cluster.server, 'certificate-authority-data': certificate, ...changes };
  return file(
    'kubeconfig',
    JSON.stringify({
      apiVersion: 'v1',
      kind: 'Config',
      clusters: [
        { name: 'right', cluster: right },
        { name: 'wrong', cluster: { ...right, server: 'https://127.0.0.1:9' } },
      ],
      users: [{ name: 'user', user }],
      contexts: [
        { name: 'right', context: { cluster: 'right', user: 'user' } },
        { name: 'wrong', context: { cluster: 'wrong', user: 'user' } },
      ],
      'current-context': 'right',
    }),
  );
}

async function open(user: object, changes: object = {}, context: string | null = null): Promise<OpenClusterAccess> {
  const access = await openAccess(cluster, {
    entry: { kubeconfig: kubeconfig(user, changes), context },
    options: { patience: { totalMs: 200, attemptMs: 5_000 } },
  });
  opened.push(access);
  return access;
}

/** Only the administrator may read this. */
async function mayRead(access: OpenClusterAccess): Promise<string> {
  return await codeOf(
    access.own.list({ apiVersion: 'v1', kind: 'Secret', namespace: 'credentials', labelSelector: null }, patient),
  );
}

describe('credentials', () => {
  it('are a token, a certificate, a token file or what a program says', async () => {
    const token = cluster.adminToken;
    const credential = { apiVersion: 'client.authentication.k8s.io/v1', kind: 'ExecCredential', status: { token } };
    const program = file('credential', `#!/bin/sh\nexec echo '${JSON.stringify(credential)}'\n`);
    chmodSync(program, 0o700);
    file('token', `${token}\n`);
    const exec = { apiVersion: 'client.authentication.k8s.io/v1', command: program, interactiveMode: 'Never' };
    expect(await mayRead(await open({ token }))).toBe('fulfilled');
    expect(await mayRead(await open({ tokenFile: 'token' }))).toBe('fulfilled');
    expect(await mayRead(await open({ exec }))).toBe('fulfilled');
    const rules = [{ namespace: 'credentials', apiGroups: [''], resources: ['secrets'], verbs: ['list'] }];
    const limited = await openAccess(cluster, {
      entry: { kubeconfig: await cluster.limitedKubeconfig({ user: 'certified', rules }) },
    });
    opened.push(limited);
    expect(await mayRead(limited)).toBe('fulfilled');
  });

  it('that are nobody’s are refused', async () => {
    expect(await mayRead(await open({ token: 'made up' }))).toBe('cluster-forbidden');
    expect(await mayRead(await open({}))).toBe('cluster-forbidden');
  });

  it('are read again when they are no longer accepted', async () => {
    file('token', 'of yesterday');
    const access = await open({ tokenFile: 'token' });
    expect(await mayRead(access)).toBe('cluster-forbidden');
    file('token', cluster.adminToken);
    expect(await mayRead(access)).toBe('fulfilled');
    const byKubeconfig = await open({ token: 'of yesterday' });
    expect(await mayRead(byKubeconfig)).toBe('cluster-forbidden');
    kubeconfig({ token: cluster.adminToken });
    expect(await mayRead(byKubeconfig)).toBe('fulfilled');
  });

  it('that cannot be had are said, and asked for again', async () => {
    const command = path.join(folder.path, 'not-yet');
    const exec = { apiVersion: 'client.authentication.k8s.io/v1', command, interactiveMode: 'Never' };
    const access = await open({ exec });
    expect(await mayRead(access)).toBe('cluster-unreachable');
    const credential = { apiVersion: exec.apiVersion, kind: 'ExecCredential', status: { token: cluster.adminToken } };
    chmodSync(file('not-yet', `#!/bin/sh\nexec echo '${JSON.stringify(credential)}'\n`), 0o700);
    expect(await mayRead(access)).toBe('fulfilled');
  });

  it('of a pod are its service account', async () => {
    const place = '/var/run/secrets/kubernetes.io/serviceaccount';
    mkdirSync(path.join(folder.path, place), { recursive: true });
    file(`${place}/token`, cluster.adminToken);
    file(`${place}/ca.crt`, cluster.certificateAuthority);
    const { hostname, port } = new URL(cluster.server);
    const entry = { name: 'pod', kubeconfig: null, context: null };
    const options = { connections: 1, clock: systemClock, root: folder.path };
    expect(() => new Connection(entry, options)).toThrow(/cluster-unreachable/);
    process.env['KUBERNETES_SERVICE_HOST'] = hostname;
    process.env['KUBERNETES_SERVICE_PORT'] = port;
    try {
      const connection = new Connection(entry, options);
      const { origin, headers, dispatcher } = await connection.reach();
      const path = '/api/v1/namespaces/credentials/secrets';
      const { statusCode, body } = await dispatcher.request({ origin, path, method: 'GET', headers });
      await body.dump();
      expect([origin, statusCode]).toEqual([cluster.server, 200]);
      await connection.close();
    } finally {
      delete process.env['KUBERNETES_SERVICE_HOST'];
      delete process.env['KUBERNETES_SERVICE_PORT'];
    }
  });
});

describe('a kubeconfig', () => {
  it('is used in the context that the operator names', async () => {
    const user = { token: cluster.adminToken };
    expect(await mayRead(await open(user, {}, 'right'))).toBe('fulfilled');
    expect(await mayRead(await open(user, {}, 'wrong'))).toBe('cluster-unreachable');
    expect(await codeOf(open(user, {}, 'none'))).toBe('cluster-unreachable');
  });

  it('that is missing, or none, is said when the cluster is opened', async () => {
    const none = path.join(folder.path, 'none');
    expect(await codeOf(openAccess({ name: 'a', adminKubeconfig: none }))).toBe('cluster-unreachable');
    expect(await codeOf(openAccess({ name: 'a', adminKubeconfig: file('broken', 'a: [') }))).toBe(
      'cluster-unreachable',
    );
    expect(await codeOf(openAccess({ name: 'a', adminKubeconfig: file('empty', '{}') }))).toBe('cluster-unreachable');
  });

  it('is opened although its cluster is down', async () => {
    const access = await open({ token: cluster.adminToken }, {}, 'wrong');
    expect(await codeOf(access.own.version(patient))).toBe('cluster-unreachable');
  });

  it('names whom to trust', async () => {
    const token = cluster.adminToken;
    const other = Buffer.from(certificateAuthority('another').certificate).toString('base64');
    expect(await mayRead(await open({ token }, { 'certificate-authority-data': other }))).toBe('cluster-unreachable');
    expect(await mayRead(await open({ token }, { 'tls-server-name': 'kubernetes.default.svc' }))).toBe('fulfilled');
    expect(await mayRead(await open({ token }, { 'tls-server-name': 'example.com' }))).toBe('cluster-unreachable');
  });

  it('may name a proxy, and a path before all others', async () => {
    const asked: string[] = [];
    const proxy = createServer();
    proxy.on('connect', ({ url }: { url: string }, socket, head: Buffer) => {
      asked.push(url);
      const { hostname, port } = new URL(`http://${url}`);
      const server = connect(Number(port), hostname, () => {
        socket.write('HTTP/1.1 200 Connection Established\r\n\r\n');
        server.write(head);
        server.pipe(socket).pipe(server);
      });
    });
    const address = await listening(proxy);
    const access = await open({ token: cluster.adminToken }, { 'proxy-url': `http://${address}` });
    expect(await mayRead(access)).toBe('fulfilled');
    expect(asked).toContain(new URL(cluster.server).host);
    const paths: string[] = [];
    const gateway = createServer((request, response) => {
      paths.push(request.url ?? '');
      response.end(JSON.stringify({ gitVersion: 'v1.36.0' }));
    });
    const server = `http://${await listening(gateway)}/k8s/clusters/c-1/`;
    const behind = await open({ token: cluster.adminToken }, { server, 'insecure-skip-tls-verify': true });
    expect(await behind.own.version(patient)).toBe('v1.36.0');
    expect(paths).toEqual(['/k8s/clusters/c-1/version']);
    await Promise.all(opened.splice(0).map((one) => one.close()));
    proxy.close();
    gateway.close();
  });
});

async function listening(server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}
