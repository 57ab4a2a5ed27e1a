import { readFileSync } from 'node:fs';
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
export async function startBenchWorld(rounds: readonly Round[], say: (line: string) => void): Promise<BenchWorld> {
  const world = await startSandbox({
    clusters: ['bench'],
    files: { 'README.md': 'Nothing is released yet.\n' },
    allow: rounds.map(({ environment, objects }) => {
      const [namespace = '', ...namespaces] = namespacesOf(objects.fairlead);
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
export async function prepareRound({ world, cluster }: BenchWorld, round: Round): Promise<void> {
  const waiting = Object.values(round.objects).flatMap(namespacesOf).values();
  const makeAll = async (): Promise<void> => {
    for (const namespace of waiting) {
      const object = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } };
      await cluster.admin.apply(`/api/v1/namespaces/${namespace}`, object);
    }
  };
  await Promise.all(Array.from({ length: 8 }, makeAll));
  const files = { '.github/fairlead.yml': settings(round) };
  await world.forge.as('ada').pushFiles(`${owner}/${name}`, { branch: 'main', files, message: round.environment });
  await world.forge.idle();
}

/** The most memory that Fairlead held at any time so far, in MiB. */
export function memoryPeak({ fairlead }: Sandbox): number {
  const status = readFileSync(`/proc/${fairlead.pid()}/status`, 'utf8');
  return Math.round(Number(/^VmHWM:\s+(\d+) kB/m.exec(status)?.[1]) / 1024);
}

function settings({ environment, objects }: Round): string {
  const namespace = namespacesOf(objects.fairlead)[0];
  const declared = { cluster: 'bench', path: `deploy/${environment}`, namespace, settle: '0s' };
  return JSON.stringify({ environments: { [environment]: declared } }, null, 2);
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
