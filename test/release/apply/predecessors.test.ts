import { execFileSync } from 'node:child_process';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { KubernetesObject } from '../../../src/domain/manifest.ts';
import { contentOf } from '../../../src/plan/fields/content.ts';
import { configMap, deployment, secret } from '../../objects.ts';
import { type SharedCluster, sharedCluster } from '../../shared-cluster.ts';
import { Death } from '../death.ts';
import { openRealWorld, type RealWorld } from '../real-world.ts';

const first = 'a'.repeat(40);
const second = 'b'.repeat(40);
const direct = { pullRequest: null };

/** On a real API server, of objects that kubectl made. */
describe('what kubectl made before', () => {
  let cluster: SharedCluster;
  let world: RealWorld;

  beforeAll(async () => {
    cluster = await sharedCluster('full');
  });
  beforeEach(async () => {
    world = await openRealWorld(cluster);
  });
  afterEach(() => world.access.close());

  function kubectl(verb: 'apply' | 'create', manifest: KubernetesObject): void {
    const args = ['--kubeconfig', cluster.adminKubeconfig, '--namespace', world.environment.namespace, verb, '-f', '-'];
    execFileSync(cluster.tools.kubectl, args, {
      input: JSON.stringify(manifest),
      stdio: ['pipe', 'ignore', 'inherit'],
    });
  }

  async function managers(kind: 'ConfigMap' | 'Secret', name: string): Promise<readonly unknown[]> {
    const entries = (await world.read('v1', kind, name))?.metadata.managedFields ?? [];
    return entries.map((entry) => (entry as { readonly manager: string }).manager);
  }

  const mine = configMap('settings', { a: '1' });
  const wide = configMap('settings', { a: '1', b: '2' });

  it('is as Git says once it is released, and is Git’s from then on', async () => {
    kubectl('apply', wide);
    expect(await world.release(first, [mine], direct)).toMatchObject({ kind: 'converged' });
    const live = await world.read('v1', 'ConfigMap', 'settings');
    expect(live?.['data']).toEqual({ a: '1' });
    expect(live?.metadata.annotations).toBeUndefined();
    expect(live?.metadata.labels).toHaveProperty(['applyset.kubernetes.io/part-of']);
    expect(await managers('ConfigMap', 'settings')).toEqual(['fairlead']);
    expect(await world.release(second, [configMap('settings', {})], direct)).toMatchObject({ kind: 'converged' });
    expect((await world.read('v1', 'ConfigMap', 'settings'))?.['data']).toBeUndefined();
  });

  it('is labelled although nothing of it changes, so that it can be pruned', async () => {
    kubectl('create', mine);
    await world.release(first, [mine, configMap('other')], direct);
    const live = await world.read('v1', 'ConfigMap', 'settings');
    expect(live?.metadata.labels).toHaveProperty(['applyset.kubernetes.io/part-of']);
    expect(await world.release(second, [configMap('other')], direct)).toMatchObject({ kind: 'converged' });
    expect(await world.names('v1', 'ConfigMap')).not.toContain('settings');
  });

  it('becomes what was planned while its pods come up', async () => {
    kubectl('apply', deployment('web', { env: { A: '1', B: '2' }, replicas: 2 }));
    const wanted = deployment('web', { replicas: 2 });
    expect(await world.release(first, [wanted], direct)).toMatchObject({ kind: 'converged' });
    const live = await world.read('apps/v1', 'Deployment', 'web');
    expect(live && contentOf(live)).toMatchObject({
      spec: { template: { spec: { containers: [{ env: [{ name: 'A', value: '1' }] }] } } },
    });
  });

  it('of a Secret keeps the keys that nobody has seen, and shows them by the next plan', async () => {
    kubectl('create', secret('db', { a: '1', b: '2' }));
    world.environment = { ...world.environment, conflicts: 'take' };
    expect(await world.release(first, [secret('db', { a: '1' })], direct)).toMatchObject({ kind: 'converged' });
    expect((await world.read('v1', 'Secret', 'db'))?.['data']).toEqual({ a: btoa('1'), b: btoa('2') });
    const again = [secret('db', { a: '1' }), configMap('other')];
    expect(await world.release(second, again, direct)).toMatchObject({ kind: 'converged' });
    expect((await world.read('v1', 'Secret', 'db'))?.['data']).toEqual({ a: btoa('1') });
  });

  // The fourth write makes the fields ours, the fifth applies.
  it.each([
    [4, 'before', 'kubectl-client-side-apply', '2'],
    [4, 'after', 'fairlead', '2'],
    [5, 'after', 'fairlead', undefined],
  ] as const)('ends the same where the release dies at write %i, %s it', async (step, when, manager, b) => {
    kubectl('apply', wide);
    const death = new Death(step, when);
    world.wrap = (ports) => death.around(ports);
    await world.release(first, [mine], direct).catch((error: unknown) => {
      if (!death.died) throw error;
    });
    expect(await managers('ConfigMap', 'settings')).toEqual([manager]);
    expect((await world.read('v1', 'ConfigMap', 'settings'))?.['data']).toEqual({ a: '1', b });
    death.revive();
    expect(await world.release(first, [mine], direct)).toMatchObject({ kind: 'converged' });
    expect((await world.read('v1', 'ConfigMap', 'settings'))?.['data']).toEqual({ a: '1' });
    expect(await managers('ConfigMap', 'settings')).toEqual(['fairlead']);
  });

  it('and was never taken over in the end is left alone when Git gives it up', async () => {
    kubectl('apply', wide);
    const death = new Death(2, 'before');
    world.wrap = (ports) => death.around(ports);
    await world.release(first, [mine, configMap('other')], direct).catch(() => {});
    expect(death.died).toBe(true);
    world.wrap = (ports) => ports;
    expect(await world.release(second, [configMap('other')], direct)).toMatchObject({ kind: 'converged' });
    expect((await world.read('v1', 'ConfigMap', 'settings'))?.['data']).toEqual({ a: '1', b: '2' });
    const ledger = await world.ledger();
    expect(ledger?.inventory.map(({ name }) => name)).toEqual(['other']);
  });
});
