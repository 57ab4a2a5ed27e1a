import { randomBytes } from 'node:crypto';
import { inject } from 'vitest';
import { apiClient } from '../sandbox/cluster/api-client.ts';
import type { ClusterAccess } from '../sandbox/cluster/cluster.ts';
import { provideTools } from '../sandbox/cluster/provide-tools.ts';
import type { SharedClusterFacts, SharedClusterKind } from './shared-cluster-owner.ts';

export type SharedCluster = ClusterAccess & {
  /** Makes a namespace that nobody else has; its name begins with `prefix`. */
  makeNamespace(prefix: string): Promise<string>;
};

/**
 * A cluster that other test files use at the same time: started once in a run, never restarted. A file keeps to
 * namespaces of its own, and to names of its own for what is outside of namespaces. Who has to break a cluster starts
 * one instead.
 *
 * `api` is etcd and an API server, for what is only predicted or applied; with `full` pods run (on fake nodes).
 */
export async function sharedCluster(kind: SharedClusterKind): Promise<SharedCluster> {
  const facts = await ask<SharedClusterFacts>(kind, {});
  const admin = apiClient(facts.server, facts.certificateAuthority, facts.adminToken);
  return {
    ...facts,
    admin,
    tools: await provideTools(() => {}),
    limitedKubeconfig: (identity) => ask<string>(`${kind}/identities`, identity),
    makeNamespace: async (prefix) => {
      const name = `${prefix}-${randomBytes(4).toString('hex')}`;
      await admin.apply(`/api/v1/namespaces/${name}`, { apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
      return name;
    },
  };
}

async function ask<T>(path: string, body: unknown): Promise<T> {
  const response = await fetch(`${inject('sharedClusters')}/${path}`, { method: 'POST', body: JSON.stringify(body) });
  if (!response.ok) throw new Error(await response.text());
  return (await response.json()) as T;
}
