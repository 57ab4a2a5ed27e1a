import { setTimeout } from 'node:timers/promises';
import { makeGuardedFolder } from '../guarded-folder.ts';
import type { GuardedProcess } from '../guarded-process.ts';
import { type ApiClient, apiClient } from './api-client.ts';
import { type AuditedRequest, readAudit } from './audit.ts';
import { type ControlPlane, layOutControlPlane, logTail, startComponent } from './control-plane.ts';
import { type Identity, limitedKubeconfig } from './identity.ts';
import { provideTools, type Tools } from './provide-tools.ts';
import type { ControlPlaneTool } from './tool-modules.ts';

export type ClusterOptions = {
  /** Part of the folder's name, for those who look at `ps`. */
  readonly name: string;
  /**
   * `full` (default): controllers, scheduler and fake nodes, so that Deployments become available.
   * `api`: etcd and the API server alone, for what is only predicted: quicker, and nothing changes by itself. (Without
   * controllers a new namespace has no default service account, so pods are refused there.)
   */
  readonly components?: 'full' | 'api';
  /** Fake nodes of 64 CPUs and 2,000 pods. Default 2; none where components are `api`. */
  readonly nodes?: number;
  /** Whether the API server writes down who asked what, for `audited`. Default false: it costs a little for each request. */
  readonly audit?: boolean;
  /** Told what is built or waited for. Default: nobody. */
  readonly say?: (line: string) => void;
};

/** What it takes to use a cluster. */
export type ClusterAccess = {
  /** `https://127.0.0.1:PORT`, the same over restarts. */
  readonly server: string;
  /** PEM. */
  readonly certificateAuthority: string;
  /** File; its user may do everything, by token. */
  readonly adminKubeconfig: string;
  readonly adminToken: string;
  readonly admin: ApiClient;
  readonly tools: Tools;
  /** Makes a user with just these permissions, and gives the file of a kubeconfig with their client certificate. */
  limitedKubeconfig(identity: Identity): Promise<string>;
};

/** A real Kubernetes cluster on loopback, with fake nodes (see `stages.yaml` for what pods do on them). */
export type SandboxCluster = ClusterAccess & {
  readonly name: string;
  /** Everything it writes is in here, logs in `logs/`. */
  readonly folder: string;
  /** Milliseconds from asking to ready. */
  readonly readyAfter: number;
  readonly apiServer: ApiServerControl;
  /** Every request so far of users with limited rights, oldest first; throws where `audit` was not asked for. */
  audited(): readonly AuditedRequest[];
  /** Ends and removes everything. May be called again. */
  stop(): Promise<void>;
};

/** What can happen to an API server. Its data stay. */
export type ApiServerControl = {
  /** Killed and started again; resolves when it is ready. */
  restart(): Promise<void>;
  /** Connections are refused from now on. */
  kill(): Promise<void>;
  /** After `kill`; resolves when it is ready. */
  start(): Promise<void>;
  /** Connections are accepted and never answered. */
  pause(): void;
  resume(): void;
};

const readyWithinMs = 60_000;

/** Starts a cluster; resolves when it is ready to be used, rejects with the ends of the logs when it is not. */
export async function startCluster(options: ClusterOptions): Promise<SandboxCluster> {
  const tools = await provideTools(options.say ?? (() => {}));
  const started = performance.now();
  const folder = await makeGuardedFolder(`cluster-${options.name}`);
  const plane = await layOutControlPlane(folder.path, tools, options.audit ?? false);
  const admin = apiClient(plane.server, plane.authority.certificate, plane.adminToken);
  const running = new Map<ControlPlaneTool, GuardedProcess>();
  const stop = async (): Promise<void> => {
    await Promise.all([...running.values()].map((component) => component.kill()));
    await Promise.all([admin.close(), folder.remove()]);
  };
  const run = async (component: ControlPlaneTool): Promise<void> => {
    running.set(component, await startComponent(plane, component));
  };
  const ready = (): Promise<void> => untilReady({ plane, running, admin });
  try {
    await Promise.all([run('etcd'), run('kube-apiserver')]);
    await ready();
    if (options.components !== 'api') {
      await Promise.all([run('kube-controller-manager'), run('kube-scheduler'), run('kwok')]);
      await untilPopulated({ plane, running, admin }, options.nodes ?? 2);
    }
  } catch (error) {
    const logs = [...running.keys()].map((component) => logTail(plane, component)).join('\n');
    await stop();
    throw new Error(`the cluster ${options.name} did not start: ${String(error)}\n${logs}`, { cause: error });
  }
  return {
    name: options.name,
    server: plane.server,
    certificateAuthority: plane.authority.certificate,
    adminKubeconfig: plane.adminKubeconfig,
    adminToken: plane.adminToken,
    admin,
    tools,
    folder: folder.path,
    readyAfter: Math.round(performance.now() - started),
    limitedKubeconfig: (identity) => limitedKubeconfig(plane, admin, identity),
    apiServer: apiServerControl(running, () => run('kube-apiserver').then(ready)),
    audited: () => readAudit(folder.path),
    stop,
  };
}

function apiServerControl(
  running: ReadonlyMap<ControlPlaneTool, GuardedProcess>,
  start: () => Promise<void>,
): ApiServerControl {
  const kill = async (): Promise<void> => running.get('kube-apiserver')?.kill();
  return {
    kill,
    start,
    restart: async () => {
      await kill();
      await start();
    },
    pause: () => running.get('kube-apiserver')?.signal('SIGSTOP'),
    resume: () => running.get('kube-apiserver')?.signal('SIGCONT'),
  };
}

type Starting = {
  readonly plane: ControlPlane;
  readonly running: ReadonlyMap<ControlPlaneTool, GuardedProcess>;
  readonly admin: ApiClient;
};

/** `/readyz` includes that the default roles are there. */
async function untilReady(starting: Starting): Promise<void> {
  await until(starting, 'the API server answers /readyz', async ({ admin }) => {
    const { status } = await admin.request('GET', '/readyz');
    return status === 200;
  });
}

/** Makes nodes and a storage class, and waits until pods can be scheduled. */
async function untilPopulated(starting: Starting, nodes: number): Promise<void> {
  const names = Array.from({ length: nodes }, (_, index) => `node-${index + 1}`);
  await Promise.all([...names.map((name) => makeNode(starting.admin, name)), makeStorageClass(starting.admin)]);
  await until(starting, 'nodes are ready', async ({ admin }) => {
    const answers = await Promise.all(names.map((name) => admin.request('GET', `/api/v1/nodes/${name}`)));
    return answers.every(({ body }) => {
      const text = JSON.stringify(body);
      return /"type":"Ready"/.test(text) && !/"taints"/.test(text);
    });
  });
  await until(starting, 'the default service account exists', async ({ admin }) => {
    const { status } = await admin.request('GET', '/api/v1/namespaces/default/serviceaccounts/default');
    return status === 200;
  });
}

async function until(starting: Starting, what: string, holds: (starting: Starting) => Promise<boolean>): Promise<void> {
  const deadline = performance.now() + readyWithinMs;
  let ended: string | undefined;
  for (const [component, { exited }] of starting.running) {
    void exited.then((code) => {
      ended = `${component} ended with ${code}`;
    });
  }
  while (!(await holds(starting).catch(() => false))) {
    if (ended !== undefined) throw new Error(`${ended} before ${what}`);
    if (performance.now() > deadline) throw new Error(`not within ${readyWithinMs / 1000} s: ${what}`);
    await setTimeout(50);
  }
}

async function makeNode(admin: ApiClient, name: string): Promise<void> {
  await admin.apply(`/api/v1/nodes/${name}`, {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: {
      name,
      labels: { 'kubernetes.io/hostname': name, 'kubernetes.io/os': 'linux', 'kubernetes.io/arch': 'amd64' },
    },
  });
}

async function makeStorageClass(admin: ApiClient): Promise<void> {
  await admin.apply('/apis/storage.k8s.io/v1/storageclasses/standard', {
    apiVersion: 'storage.k8s.io/v1',
    kind: 'StorageClass',
    metadata: { name: 'standard', annotations: { 'storageclass.kubernetes.io/is-default-class': 'true' } },
    provisioner: 'sandbox.fairlead.dev/volumes',
  });
}
