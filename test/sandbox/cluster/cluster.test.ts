import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type SandboxCluster, startCluster } from '../../../sandbox/cluster/cluster.ts';
import { makeGuardedFolder } from '../../../sandbox/guarded-folder.ts';
import { startGuardedProcess } from '../../../sandbox/guarded-process.ts';
import { eventually } from '../../eventually.ts';

const execute = promisify(execFile);

describe('a sandbox cluster', () => {
  let cluster: SandboxCluster;
  beforeAll(async () => {
    cluster = await startCluster({ name: 'full' });
  });
  afterAll(() => cluster.stop());

  it('is ready within 10 s', () => {
    console.log(`ready after ${cluster.readyAfter} ms`);
    // Beside other tests on two cores; alone it takes about 3.5 s.
    expect(cluster.readyAfter).toBeLessThan(10_000);
  });

  it('makes a Deployment available', async () => {
    await kubectl('create', 'deployment', 'web', '--image=shop:1', '--replicas=3');
    expect(await kubectl('wait', '--for=condition=Available', '--timeout=60s', 'deployment/web')).toContain(
      'condition met',
    );
  });

  it('leaves a pod waiting whose image cannot be pulled', async () => {
    await kubectl('create', 'deployment', 'bad', '--image=shop:broken');
    await eventually(async () => (await waitingReason('app=bad')) === 'ImagePullBackOff');
    expect(await kubectl('get', 'deployment', 'bad', '-o=jsonpath={.status.availableReplicas}')).toBe('');
  });

  it('leaves a pod waiting whose container crashes', async () => {
    await kubectl('create', 'deployment', 'crash', '--image=shop:crashing');
    await eventually(async () => (await waitingReason('app=crash')) === 'CrashLoopBackOff');
  });

  it('makes a pod ready only after the time that it asks for', async () => {
    const annotations = { 'sandbox.fairlead.dev/ready-after': '1h' };
    const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'slow', annotations }, spec: podSpec('shop:1') };
    await cluster.admin.apply('/api/v1/namespaces/default/pods/slow', pod);
    await kubectl('run', 'quick', '--image=shop:1');
    await kubectl('wait', '--for=condition=Ready', '--timeout=60s', 'pod/quick');
    await kubectl('wait', '--for=condition=PodScheduled', '--timeout=60s', 'pod/slow');
    expect(await kubectl('get', 'pod', 'slow', '-o=jsonpath={.status.phase}')).toBe('Pending');
  });

  it('completes a Job, and fails one whose image fails', async () => {
    await kubectl('create', 'job', 'good', '--image=shop:1');
    expect(await kubectl('wait', '--for=condition=Complete', '--timeout=60s', 'job/good')).toContain('condition met');
    const spec = { backoffLimit: 0, template: { spec: { ...podSpec('shop:failing'), restartPolicy: 'Never' } } };
    const job = { apiVersion: 'batch/v1', kind: 'Job', metadata: { name: 'bad' }, spec };
    await cluster.admin.apply('/apis/batch/v1/namespaces/default/jobs/bad', job);
    expect(await kubectl('wait', '--for=condition=Failed', '--timeout=60s', 'job/bad')).toContain('condition met');
  });

  it('binds a volume claim, and removes the volume with the claim', async () => {
    const spec = { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } };
    const claim = { apiVersion: 'v1', kind: 'PersistentVolumeClaim', metadata: { name: 'data' }, spec };
    await cluster.admin.apply('/api/v1/namespaces/default/persistentvolumeclaims/data', claim);
    await kubectl('wait', '--for=jsonpath={.status.phase}=Bound', '--timeout=60s', 'pvc/data');
    await kubectl('delete', 'pvc', 'data', '--timeout=60s');
    await eventually(async () => (await kubectl('get', 'pv', '-o=name')) === '');
  });

  it('refuses a limited identity what it is not allowed', async () => {
    const rules = [{ namespace: 'shop', apiGroups: [''], resources: ['configmaps'], verbs: ['get', 'list'] }];
    const kubeconfig = await cluster.limitedKubeconfig({ user: 'reader', rules, namespace: 'shop' });
    const as = `--kubeconfig=${kubeconfig}`;
    expect(await kubectl('get', 'configmaps', '-o=name', as)).toContain('configmap/kube-root-ca.crt');
    await expect(kubectl('get', 'secrets', as)).rejects.toThrow('Forbidden');
    await expect(kubectl('get', 'configmaps', '-n', 'default', as)).rejects.toThrow('Forbidden');
    await expect(kubectl('get', 'nodes', as)).rejects.toThrow('Forbidden');
  });

  it('lets an identity impersonate whom it may, and nobody else', async () => {
    const may = {
      apiGroups: [''],
      resources: ['serviceaccounts'],
      resourceNames: ['fairlead'],
      verbs: ['impersonate'],
    };
    const rules = [{ namespace: 'shop', ...may }];
    const deployer = await cluster.limitedKubeconfig({ user: 'deployer', rules });
    await cluster.limitedKubeconfig({
      user: 'system:serviceaccount:shop:fairlead',
      rules: [{ namespace: 'shop', apiGroups: [''], resources: ['configmaps'], verbs: ['create'] }],
    });
    const create = (name: string, ...more: string[]): Promise<string> =>
      kubectl('create', 'configmap', name, '-n=shop', `--kubeconfig=${deployer}`, ...more);
    await expect(create('a')).rejects.toThrow('cannot create');
    await expect(create('a', '--as=admin')).rejects.toThrow('cannot impersonate');
    await expect(create('a', '--as=system:serviceaccount:shop:fairlead')).resolves.toContain('created');
  });

  it('knows a limited identity by its groups too', async () => {
    const identity = { user: 'member', groups: ['system:masters'], rules: [] };
    const kubeconfig = await cluster.limitedKubeconfig(identity);
    expect(await kubectl('auth', 'can-i', 'delete', 'nodes', `--kubeconfig=${kubeconfig}`)).toContain('yes');
  });

  it('issues tokens for service accounts', async () => {
    const token = (await kubectl('create', 'token', 'default')).trim();
    const said = await kubectl('auth', 'whoami', `--token=${token}`, '--kubeconfig=/dev/null', ...server());
    expect(said).toContain('system:serviceaccount:default:default');
  });

  async function kubectl(...args: string[]): Promise<string> {
    const given = args.some((arg) => arg.startsWith('--kubeconfig')) ? [] : [`--kubeconfig=${cluster.adminKubeconfig}`];
    return (await execute(cluster.tools.kubectl, [...args, ...given])).stdout;
  }

  function server(): string[] {
    return [`--server=${cluster.server}`, `--certificate-authority=${path.join(cluster.folder, 'ca.crt')}`];
  }

  function waitingReason(selector: string): Promise<string> {
    const where = '-o=jsonpath={.items[*].status.containerStatuses[*].state.waiting.reason}';
    return kubectl('get', 'pods', '-l', selector, where);
  }
});

describe('API servers alone', () => {
  it('run two at once, each with its own objects', async () => {
    const [one, two] = await Promise.all([
      startCluster({ name: 'one', components: 'api' }),
      startCluster({ name: 'two', components: 'api' }),
    ]);
    expect(one.server).not.toBe(two.server);
    await makeNamespace(one, 'here');
    expect((await one.admin.request('GET', '/api/v1/namespaces/here')).status).toBe(200);
    expect((await two.admin.request('GET', '/api/v1/namespaces/here')).status).toBe(404);
    await Promise.all([one.stop(), two.stop()]);
  });

  it('keep their address and their objects over a restart', async () => {
    const cluster = await startCluster({ name: 'restarted', components: 'api' });
    await makeNamespace(cluster, 'kept');
    await cluster.apiServer.restart();
    expect((await cluster.admin.request('GET', '/api/v1/namespaces/kept')).status).toBe(200);
    await cluster.stop();
  });

  it('can be out of reach, refusing or silent, and come back', async () => {
    const cluster = await startCluster({ name: 'out-of-reach', components: 'api' });
    await cluster.apiServer.kill();
    await expect(cluster.admin.request('GET', '/readyz')).rejects.toThrow('ECONNREFUSED');
    await cluster.apiServer.start();

    cluster.apiServer.pause();
    // Of a server with many threads one may still answer while the others stop.
    const answer = await eventually(async () => {
      const asked = cluster.admin.request('GET', '/version');
      const silence = AbortSignal.timeout(300);
      const first = await Promise.race([asked, new Promise((resolve) => silence.addEventListener('abort', resolve))]);
      return first instanceof Event ? { asked } : null;
    });
    cluster.apiServer.resume();
    expect((await answer.asked).status).toBe(200);
    await cluster.stop();
  });

  it('leave no process and no file behind when they are stopped', async () => {
    const cluster = await startCluster({ name: 'stopped', components: 'api' });
    expect(await processesOf(cluster.folder)).toHaveLength(2);
    await cluster.stop();
    await cluster.stop();
    expect(await processesOf(cluster.folder)).toEqual([]);
    expect(existsSync(cluster.folder)).toBe(false);
  });

  it('leave no process and no file behind when their owner is killed with SIGKILL', async () => {
    const around = await makeGuardedFolder('owner');
    const log = path.join(around.path, 'log');
    const module = path.resolve(import.meta.dirname, '../../../sandbox/cluster/cluster.ts');
    const script = `
      const { startCluster } = await import('${module}');
      console.log((await startCluster({ name: 'orphan', components: 'api' })).folder + ';');
    `;
    const args = ['--input-type=module', '-e', script];
    const owner = await startGuardedProcess({ command: process.execPath, args, env: process.env, cwd: '/', log });
    const folder = await eventually(() => /(.*);/.exec(readFileSync(log, 'utf8'))?.[1]);
    expect(await processesOf(folder)).toHaveLength(2);

    owner.signal('SIGKILL');
    await owner.exited;

    await eventually(async () => (await processesOf(folder)).length === 0 && !existsSync(folder));
    await around.remove();
  });
});

async function makeNamespace(cluster: SandboxCluster, name: string): Promise<void> {
  await cluster.admin.apply(`/api/v1/namespaces/${name}`, { apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
}

function podSpec(image: string): { readonly containers: readonly unknown[] } {
  return { containers: [{ name: 'main', image }] };
}

/** Command lines of etcd and API server that run in a folder. */
async function processesOf(folder: string): Promise<readonly string[]> {
  const { stdout } = await execute('ps', ['-eo', 'args', '-ww']);
  return stdout.split('\n').filter((line) => line.includes(`=${folder}/`) && !/^(?:\/bin\/)?sh /.test(line));
}
