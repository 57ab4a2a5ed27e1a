import { describe, expect, it } from 'vitest';
import { apiClient } from '../../../sandbox/cluster/api-client.ts';
import { sharedCluster } from '../../shared-cluster.ts';

describe('the shared cluster', () => {
  it('is the same for all who ask', async () => {
    const [first, second] = await Promise.all([sharedCluster('api'), sharedCluster('api')]);
    expect(first.server).toBe(second.server);
  });

  it('gives everyone a namespace of their own', async () => {
    const cluster = await sharedCluster('api');
    const [mine, yours] = await Promise.all([cluster.makeNamespace('shop'), cluster.makeNamespace('shop')]);
    expect(mine).not.toBe(yours);
    expect((await cluster.admin.request('GET', `/api/v1/namespaces/${mine}`)).status).toBe(200);
  });

  it('makes limited identities', async () => {
    const cluster = await sharedCluster('api');
    expect(await cluster.limitedKubeconfig({ user: 'nobody', rules: [] })).toContain('nobody.kubeconfig');
    const stranger = apiClient(cluster.server, cluster.certificateAuthority, 'wrong');
    expect((await stranger.request('GET', '/api/v1/namespaces')).status).toBe(401);
  });
});
