import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { readAppManifest } from './app-manifest.ts';
import { type SandboxCluster, startCluster } from './cluster/cluster.ts';
import { type FairleadProcess, startFairleadProcess } from './fairlead-process.ts';
import { findFreePort } from './find-free-port.ts';
import { type Forge, startForge } from './forge/forge.ts';
import type { NewApp } from './forge/setup.ts';
import { forgeRecordFile } from './forge-record-file.ts';
import { type GuardedFolder, makeGuardedFolder } from './guarded-folder.ts';
import { type Allowed, makeOperatorFile } from './operator-file.ts';
import { type SandboxRedis, startRedis } from './redis.ts';
import { name, owner, people } from './sample.ts';

export type SandboxOptions = {
  /** Names of the clusters to start. */
  readonly clusters: readonly string[];
  /** The files that the default branch of `acme/shop` begins with. */
  readonly files: Readonly<Record<string, string>>;
  /** What the operator's file allows. */
  readonly allow: readonly Allowed[];
  /** `one` (default): all roles in one process. `three`: a process for each, the cluster one without GitHub and git. */
  readonly processes?: 'one' | 'three';
  /** Variables for Fairlead, besides those that say where everything is. */
  readonly env?: Readonly<Record<string, string>>;
  readonly visibility?: 'public' | 'private';
  /** Whether the clusters write down who asked what, for `audited`. Default false. */
  readonly audit?: boolean;
  /** Told what is started. Default: nobody. */
  readonly say?: (line: string) => void;
};

/** A GitHub, clusters, Redis and Fairlead on loopback, and a repository `acme/shop` of which `ada` and `grace` are writers and `eve` is a reader. */
export type Sandbox = {
  readonly forge: Forge;
  /** Fairlead's own, as GitHub knows it. */
  readonly appId: number;
  readonly redis: SandboxRedis;
  /** By name. */
  readonly clusters: Readonly<Record<string, SandboxCluster>>;
  /** The process that webhooks go to; with `one`, the only one. */
  readonly fairlead: FairleadProcess;
  /** All of them, `web` first. */
  readonly processes: readonly FairleadProcess[];
  readonly folder: string;
  /** The path of the operator's file. */
  readonly operatorFile: string;
  /** Ends and removes everything. */
  close(): Promise<void>;
};

export async function startSandbox(options: SandboxOptions): Promise<Sandbox> {
  const say = options.say ?? (() => {});
  const folder = await makeGuardedFolder('world');
  const closers: (() => Promise<unknown>)[] = [() => folder.remove()];
  const close = async (): Promise<void> => {
    for (const end of closers.splice(0).toReversed()) await end();
  };
  try {
    const port = await findFreePort();
    const [clusters, redis, forge] = await Promise.all([
      startClusters(options, closers, say),
      startRedis({ say }).then(closing(closers)),
      startForge({ record: forgeRecordFile() }).then(closing(closers)),
    ]);
    const app = await furnish(forge, options, `http://127.0.0.1:${port}/api/github/webhooks`);
    const env = await writeEnvironment({ options, folder, port, clusters, redis, forge, app });
    const processes = await startProcesses({ options, folder, port, env, closers });
    const [fairlead] = processes;
    if (fairlead === undefined) throw new Error('no process was started');
    return {
      forge,
      appId: app.appId,
      redis,
      clusters,
      fairlead,
      processes,
      folder: folder.path,
      operatorFile: operatorFileIn(folder),
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

function operatorFileIn(folder: GuardedFolder): string {
  return path.join(folder.path, 'clusters.yml');
}

type Closers = (() => Promise<unknown>)[];

function closing(closers: Closers) {
  return <T extends { stop(): Promise<unknown> }>(started: T): T => {
    closers.push(() => started.stop());
    return started;
  };
}

async function startClusters(
  { clusters, allow, audit = false }: SandboxOptions,
  closers: Closers,
  say: (line: string) => void,
): Promise<Readonly<Record<string, SandboxCluster>>> {
  const started = await Promise.all(
    clusters.map(async (cluster) => {
      const running = closing(closers)(await startCluster({ name: cluster, audit, say }));
      for (const allowed of allow.filter((one) => one.cluster === cluster)) await admit(running, allowed);
      say(`cluster ${cluster} is ready after ${(running.readyAfter / 1000).toFixed(1)} s`);
      return [cluster, running] as const;
    }),
  );
  return Object.fromEntries(started);
}

/** What an operator prepares for a team: a namespace, and a service account that may administer it. */
async function admit({ admin }: SandboxCluster, { namespace }: Allowed): Promise<void> {
  const rbac = 'rbac.authorization.k8s.io';
  await admin.apply(`/api/v1/namespaces/${namespace}`, {
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { name: namespace },
  });
  await admin.apply(`/api/v1/namespaces/${namespace}/serviceaccounts/fairlead`, {
    apiVersion: 'v1',
    kind: 'ServiceAccount',
    metadata: { name: 'fairlead' },
  });
  await admin.apply(`/apis/${rbac}/v1/namespaces/${namespace}/rolebindings/fairlead`, {
    apiVersion: `${rbac}/v1`,
    kind: 'RoleBinding',
    metadata: { name: 'fairlead' },
    roleRef: { apiGroup: rbac, kind: 'ClusterRole', name: 'admin' },
    subjects: [{ kind: 'ServiceAccount', name: 'fairlead', namespace }],
  });
}

/** People, the repository, and the App with just what `app.yml` asks for. */
async function furnish(forge: Forge, options: SandboxOptions, webhookUrl: string): Promise<NewApp> {
  const manifest = readAppManifest();
  for (const login of people) forge.createUser(login);
  forge.createOrganization(owner);
  await forge.createRepository({
    owner,
    name,
    private: (options.visibility ?? 'private') === 'private',
    files: options.files,
    collaborators: { ada: 'write', grace: 'write', eve: 'read' },
  });
  const app = await forge.registerApp({
    name: 'Fairlead',
    permissions: manifest.default_permissions,
    events: manifest.default_events,
    webhookUrl,
  });
  forge.installApp(app.appId, { account: owner });
  return app;
}

type Furniture = {
  readonly options: SandboxOptions;
  readonly folder: GuardedFolder;
  readonly clusters: Readonly<Record<string, SandboxCluster>>;
  /** Where the web role listens. */
  readonly port: number;
  readonly redis: SandboxRedis;
  readonly forge: Forge;
  readonly app: NewApp;
};

type Environment = Readonly<Record<string, string>>;

/** What each role is given, and no more; the files that it names are written. */
async function writeEnvironment({ options, folder, port, clusters, redis, forge, app }: Furniture): Promise<Roles> {
  const keyFile = path.join(folder.path, 'app.pem');
  writeFileSync(keyFile, app.privateKey, { mode: 0o600 });
  const operator = operatorFileIn(folder);
  writeFileSync(operator, await makeOperatorFile(clusters, options.allow));
  const tools = Object.values(clusters)[0]?.tools;
  const rendering = tools === undefined ? [] : [tools.kustomize, tools.helm, tools['fairlead-jail']];
  const common = {
    PATH: [...rendering.map((program) => path.dirname(program)), process.env['PATH'] ?? ''].join(':'),
    REDIS_URL: redis.url,
    LOG_LEVEL: 'debug',
    FAIRLEAD_SWEEP: '5m',
    ...options.env,
  };
  const github = new URL(forge.url);
  return {
    common,
    web: { WEBHOOK_SECRET: app.webhookSecret },
    forge: {
      APP_ID: String(app.appId),
      PRIVATE_KEY_PATH: keyFile,
      // A process that is killed removes nothing: its mirrors go with the world.
      FAIRLEAD_DATA: path.join(folder.path, 'data'),
      GHE_HOST: github.host,
      GHE_PROTOCOL: github.protocol.replace(':', ''),
      FAIRLEAD_CLUSTERS: operator,
      FAIRLEAD_URL: `http://127.0.0.1:${port}`,
    },
    cluster: { FAIRLEAD_CLUSTERS: operator },
  };
}

type Roles = {
  readonly common: Environment;
  readonly web: Environment;
  readonly forge: Environment;
  readonly cluster: Environment;
};

async function startProcesses(start: {
  readonly options: SandboxOptions;
  readonly folder: GuardedFolder;
  readonly port: number;
  readonly env: Roles;
  readonly closers: Closers;
}): Promise<readonly FairleadProcess[]> {
  const { options, folder, port, env } = start;
  const run = async (process: { readonly name: string; readonly port: number; readonly env: Environment }) => {
    const started = await startFairleadProcess({
      ...process,
      env: { ...env.common, ...process.env },
      folder: folder.path,
    });
    start.closers.push(() => started.kill());
    return started;
  };
  if (options.processes !== 'three') {
    return [await run({ name: 'fairlead', port, env: { ...env.web, ...env.forge, ...env.cluster } })];
  }
  const roles = ['web', 'forge', 'cluster'] as const;
  return Promise.all(
    roles.map(async (role) =>
      run({
        name: `fairlead-${role}`,
        port: role === 'web' ? port : await findFreePort(),
        // A cluster worker has no git: nothing at all stands in its PATH.
        env: { ...env[role], FAIRLEAD_ROLES: role, ...(role === 'cluster' ? { PATH: '/nonexistent' } : {}) },
      }),
    ),
  );
}
