import { clusterContract } from '../contracts/cluster.ts';
import { FakeCluster } from './cluster.ts';

clusterContract('the fake', () => {
  const cluster = new FakeCluster('fake');
  cluster.put({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'contract' } });
  return Promise.resolve(cluster);
});
