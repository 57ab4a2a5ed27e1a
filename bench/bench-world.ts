import { readFileSync, writeFileSync } from 'node:fs';
import type { SandboxCluster } from '../sandbox/cluster/cluster.ts';
import { name, owner } from '../sandbox/sample.ts';
import { type Sandbox, startSandbox } from '../sandbox/sandbox.ts';
import { type BenchObject, inNamespaces, namespacesOf } from './objects.ts';

/** One environment and the namespaces that each contestant has to itself in one round. */
export type Round = {
  readonly environment: string;
  readonly objects: Readonly<Record<'raw' | 'kubectl' | 'fairlead', readonly BenchObject[]>>;
};

export function roundOf(objects: readonly BenchObject[], number: number): Round {
  const environment = `n${objects.length}-r${number}`;
  const of = (whose: string) => inNamespaces(objects, (name) => `${name}-${objects.length}-${number}${whose}`);
  return { environment, objects: { raw: of('r'), kubectl: of('k'), fairlead: of('f') } };
}

/** One environment with its objects, in namespaces of its own. */
export type Place = { readonly environment: string; readonly objects: readonly BenchObject[] };

export type BenchWorld = {
  readonly world: Sandbox;
  readonly cluster: SandboxCluster;
  /**
   * Of who may do everything, by client certificate: as Fairlead comes, because the API server looks at a certificate
   * anew for each request and that costs about a fifth of a dry run.
   */
  readonly kubeconfig: string;
};

/** A world whose operator allows the environments of all rounds; the repository declares none yet. */
export async function startBenchWorld(
  rounds: readonly Round[],
  many: readonly Place[],
  say: (line: string) => void,
): Promise<BenchWorld> {
  const places = [...rounds.map(({ environment, objects }) => ({ environment, objects: objects.fairlead })), ...many];
  const world = await startSandbox({
    clusters: ['bench'],
    files: { 'README.md': 'Nothing is released yet.\n' },
    allow: places.map(({ environment, objects }) => {
      const [namespace = '', ...namespaces] = namespacesOf(objects);
      return { environment, cluster: 'bench', namespace, namespaces };
    }),
    env: { LOG_LEVEL: 'info', FAIRLEAD_SWEEP: '1h', ...profiling() },
    say,
  });
  const cluster = world.clusters['bench'];
  if (cluster === undefined) throw new Error('there is no cluster');
  await cluster.admin.apply('/apis/rbac.authorization.k8s.io/v1/clusterrolebindings/bench', mayDoEverything);
  const everything = [{ apiGroups: ['*'], resources: ['*'], verbs: ['*'] }];
  return { world, cluster, kubeconfig: await cluster.limitedKubeconfig({ user: 'bench', rules: everything }) };
}

/** Everybody gets the namespaces of a round, and the repository its one environment. */
export async function prepareRound(bench: BenchWorld, { environment, objects }: Round): Promise<void> {
  await makeNamespaces(bench, Object.values(objects).flatMap(namespacesOf));
  const files = settingsOf([{ environment, objects: objects.fairlead }]);
  const { forge } = bench.world;
  await forge.as('ada').pushFiles(`${owner}/${name}`, { branch: 'main', files, message: environment });
  await forge.idle();
}

export async function makeNamespaces({ cluster }: BenchWorld, namespaces: readonly string[]): Promise<void> {
  const waiting = namespaces.values();
  const makeAll = async (): Promise<void> => {
    for (const namespace of waiting) {
      const object = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } };
      await cluster.admin.apply(`/api/v1/namespaces/${namespace}`, object);
    }
  };
  await Promise.all(Array.from({ length: 8 }, makeAll));
}

/** The settings file of a repository that has these environments. */
export function settingsOf(places: readonly Place[]): Readonly<Record<string, string>> {
  const environments = places.map(({ environment, objects }) => {
    const namespace = namespacesOf(objects)[0];
    return [environment, { cluster: 'bench', path: `deploy/${environment}`, namespace, settle: '0s' }] as const;
  });
  const text = JSON.stringify({ environments: Object.fromEntries(environments) }, null, 2);
  return { '.github/fairlead.yml': text };
}

/** From now on the peak is counted anew (man 5 proc, clear_refs). */
export function forgetMemoryPeak({ fairlead }: Sandbox): void {
  writeFileSync(`/proc/${fairlead.pid()}/clear_refs`, '5');
}

/** The most memory that Fairlead held at any time so far, in MiB. */
export function memoryPeak({ fairlead }: Sandbox): number {
  const status = readFileSync(`/proc/${fairlead.pid()}/status`, 'utf8');
  return Math.round(Number(/^VmHWM:\s+(\d+) kB/m.exec(status)?.[1]) / 1024);
}

/** Roles and their bindings are given only by who has what they give. */
const mayDoEverything = {
  apiVersion: 'rbac.authorization.k8s.io/v1',
  kind: 'ClusterRoleBinding',
  metadata: { name: 'bench' },
  roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'cluster-admin' },
  subjects: [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'Group', name: 'system:serviceaccounts' }],
};

/** `FAIRLEAD_NODE_OPTIONS="--cpu-prof --cpu-prof-dir=/tmp/prof" npm run bench` says where the product's time goes. */
function profiling(): Readonly<Record<string, string>> {
  const options = process.env['FAIRLEAD_NODE_OPTIONS'];
  return options === undefined ? {} : { NODE_OPTIONS: options };
}
