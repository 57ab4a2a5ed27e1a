/**
 * Owns the clusters that test files share, in vitest's main process: one of each kind, started when the first file asks
 * (`shared-cluster.ts`) and stopped at the end of the run.
 */
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { TestProject } from 'vitest/node';
import { type SandboxCluster, startCluster } from '../sandbox/cluster/cluster.ts';
import type { Identity } from '../sandbox/cluster/identity.ts';

/** What a test process is told of a shared cluster. */
export type SharedClusterFacts = Pick<
  SandboxCluster,
  'server' | 'certificateAuthority' | 'adminKubeconfig' | 'adminToken'
>;

export type SharedClusterKind = 'full' | 'api';

declare module 'vitest' {
  export interface ProvidedContext {
    /** `POST /KIND` answers the facts, `POST /KIND/identities` the file of a limited kubeconfig. */
    sharedClusters: string;
  }
}

const clusters = new Map<SharedClusterKind, Promise<SandboxCluster>>();

const server = createServer((request, response) => {
  answer(request).then(
    (body) => response.end(JSON.stringify(body)),
    (error: unknown) => response.writeHead(500).end(String(error)),
  );
});

export async function setup(project: TestProject): Promise<void> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  project.provide('sharedClusters', `http://127.0.0.1:${port}`);
}

export async function teardown(): Promise<void> {
  server.close();
  for (const started of await Promise.allSettled(clusters.values())) {
    if (started.status === 'fulfilled') await started.value.stop();
  }
}

async function answer(request: IncomingMessage): Promise<SharedClusterFacts | string> {
  const [, kind, part] = (request.url ?? '').split('/');
  const cluster = await clusterOf(kind === 'api' ? 'api' : 'full');
  if (part === 'identities') return cluster.limitedKubeconfig(JSON.parse(await bodyOf(request)) as Identity);
  const { server, certificateAuthority, adminKubeconfig, adminToken } = cluster;
  return { server, certificateAuthority, adminKubeconfig, adminToken };
}

function clusterOf(kind: SharedClusterKind): Promise<SandboxCluster> {
  const known = clusters.get(kind);
  if (known !== undefined) return known;
  const started = startCluster({ name: `shared-${kind}`, components: kind });
  clusters.set(kind, started);
  return started;
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}
