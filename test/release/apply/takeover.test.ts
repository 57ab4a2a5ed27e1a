import { execFileSync } from 'node:child_process';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { KubernetesObject } from '../../../src/domain/manifest.ts';
import type { Confirmation, ReleaseState } from '../../../src/domain/release.ts';
import { patient } from '../../adapters/kubernetes/open-access.ts';
import { configMap, inNamespace } from '../../objects.ts';
import { type SharedCluster, sharedCluster } from '../../shared-cluster.ts';
import { openRealWorld, type RealWorld } from '../real-world.ts';

const first = 'a'.repeat(40);
const second = 'b'.repeat(40);

/** On a real API server. */
describe('what lives already and was not released from here', () => {
  let cluster: SharedCluster;
  let world: RealWorld;

  beforeAll(async () => {
    cluster = await sharedCluster('full');
  });
  beforeEach(async () => {
    world = await openRealWorld(cluster);
  });
  afterEach(() => world.access.close());

  function makeByHand(object: KubernetesObject): Promise<unknown> {
    const { namespace } = world.environment;
    const there = `/api/v1/namespaces/${namespace}/configmaps?fieldManager=somebody`;
    return cluster.admin.request('POST', there, inNamespace(namespace, object));
  }

  /** As forge shows it on the pull request. */
  async function publish(state: ReleaseState | undefined): Promise<void> {
    const plan = state?.kind === 'waiting' ? state.plan : null;
    if (plan === null) throw new Error('nothing was planned');
    const record = { head: first, base: first, outcome: { kind: 'planned', plan } } as const;
    await world.records.savePlan(world.repository, 3, world.environment.name, record);
    await world.records.saveShown(world.repository, 3, world.environment.name, plan.digest);
  }

  const mine = configMap('foreign', { mine: '1' });

  it('is not taken where no plan announced it, before a second person agrees', async () => {
    await makeByHand(configMap('foreign', { precious: 'theirs' }));
    const waiting = await world.release(first, [configMap('web'), mine]);
    const { namespace } = world.environment;
    expect(waiting).toMatchObject({
      kind: 'waiting',
      reason: `needs /confirm by a second person: takes over ConfigMap ${namespace}/foreign, which no plan that is still known announced`,
    });
    expect((await world.read('v1', 'ConfigMap', 'foreign'))?.['data']).toEqual({ precious: 'theirs' });
    expect(await world.names('v1', 'ConfigMap')).not.toContain('web');
    const confirmations = confirmed(waiting);
    expect(await world.release(first, [configMap('web'), mine], { confirmations })).toMatchObject({
      kind: 'converged',
    });
    expect((await world.read('v1', 'ConfigMap', 'foreign'))?.['data']).toEqual({ precious: 'theirs', mine: '1' });
  });

  it('is not taken on an agreement to take another', async () => {
    await makeByHand(configMap('foreign'));
    const confirmations = confirmed(await world.release(first, [mine, configMap('other')]));
    await makeByHand(configMap('other'));
    const state = await world.release(first, [mine, configMap('other')], { confirmations });
    expect(state).toMatchObject({ kind: 'waiting', reason: expect.stringContaining('takes over 2 objects') as string });
  });

  it('is taken, as it is, where the plan of the pull request said so: 40 objects', async () => {
    const objects = Array.from({ length: 40 }, (_, index) => configMap(`config-${index}`, { A: '1' }));
    for (const one of objects) await makeByHand(one);
    const before = await world.read('v1', 'ConfigMap', 'config-7');
    await publish(await world.release(first, objects));
    expect(await world.release(first, objects)).toMatchObject({ kind: 'converged', objects: 40 });
    expect((await world.read('v1', 'ConfigMap', 'config-7'))?.metadata.uid).toBe(before?.metadata.uid);
  });

  it('loses nothing that the plan did not show', async () => {
    const { namespace } = world.environment;
    const kubectl = (data: Readonly<Record<string, string>>) => {
      const args = ['--kubeconfig', cluster.adminKubeconfig, '--namespace', namespace, 'apply', '-f', '-'];
      execFileSync(cluster.tools.kubectl, args, {
        input: JSON.stringify(configMap('foreign', data)),
        stdio: ['pipe', 'ignore', 'inherit'],
      });
    };
    kubectl({ mine: '1', old: '1', older: '1' });
    await publish(await world.release(first, [mine]));
    kubectl({ mine: '1', old: '1', precious: 'theirs' });
    const waiting = await world.release(first, [mine]);
    expect(waiting).toMatchObject({
      kind: 'waiting',
      reason: `needs /confirm by a second person: takes over ConfigMap ${namespace}/foreign, which loses fields by it that no plan showed`,
    });
    expect((await world.read('v1', 'ConfigMap', 'foreign'))?.['data']).toMatchObject({ precious: 'theirs' });
    kubectl({ mine: '1', old: '1' });
    expect(await world.release(first, [mine])).toMatchObject({ kind: 'converged' });
    expect((await world.read('v1', 'ConfigMap', 'foreign'))?.['data']).toEqual({ mine: '1' });
  });

  it('is taken with a later pull request, too, where the one that said so is released with it', async () => {
    await makeByHand(configMap('foreign'));
    await publish(await world.release(first, [mine]));
    const later = { pullRequest: { number: 4, author: 'ada' }, carries: [3] };
    expect(await world.release(second, [mine, configMap('web')], later)).toMatchObject({ kind: 'converged' });
  });

  it('is not taken by a push on top of a pull request that did not say so', async () => {
    await makeByHand(configMap('foreign'));
    const state = await world.release(second, [mine], { pullRequest: null, carries: [3] });
    expect(state).toMatchObject({ kind: 'waiting', reason: expect.stringContaining('takes over ConfigMap') as string });
  });

  it('is taken by a direct push, which has no plan', async () => {
    await makeByHand(configMap('foreign'));
    expect(await world.release(first, [mine], { pullRequest: null })).toMatchObject({ kind: 'converged' });
  });

  it('is released again where it was made anew by hand', async () => {
    await world.release(first, [mine]);
    const uid = (await world.read('v1', 'ConfigMap', 'foreign'))?.metadata.uid ?? '';
    const reference = {
      group: '',
      version: 'v1',
      kind: 'ConfigMap',
      namespace: world.environment.namespace,
      name: 'foreign',
    };
    await world.access.own.remove({ reference, uid, dryRun: false }, patient);
    await makeByHand(configMap('foreign', { mine: 'another' }));
    expect(await world.release(second, [mine, configMap('web')])).toMatchObject({ kind: 'converged' });
    expect(await world.read('v1', 'ConfigMap', 'foreign')).toMatchObject({ data: { mine: '1' } });
  });
});

function confirmed(state: ReleaseState | undefined): readonly Confirmation[] {
  return state?.kind === 'waiting' && state.confirmDigest !== null
    ? [{ digest: state.confirmDigest, by: 'grace' }]
    : [];
}
