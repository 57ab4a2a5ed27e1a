import { beforeEach, describe, expect, it } from 'vitest';
import type { KubernetesObject } from '../../src/domain/manifest.ts';
import type { ReleaseState } from '../../src/domain/release.ts';
import { configMap, deployment, object, secret } from '../predict/manifests.ts';
import { Death } from './death.ts';
import { environment, first, ReleaseWorld, second } from './release-world.ts';

const third = 'c'.repeat(40);
const shop = [configMap('web', { A: '1' }), secret('web', { B: '2' }), deployment('web')];
const staying = { cluster: 'staging', namespace: 'shop', objects: 3 };

describe('an environment whose namespace moves', () => {
  let world: ReleaseWorld;
  beforeEach(async () => {
    world = new ReleaseWorld();
    world.cluster.put({
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: { name: 'extra' },
      status: { phase: 'Active' },
    });
    await world.desire(first, shop);
    await world.run();
  });

  const moveTo = (namespace: string): void => {
    world.environment = { ...environment, namespace };
  };
  const release = async (commit: string, objects: readonly KubernetesObject[]): Promise<ReleaseState | undefined> => {
    await world.desire(commit, objects);
    return world.run();
  };
  /** `namespace/Kind/name` of all that lives. */
  const living = (): readonly string[] =>
    [...world.cluster.objects.values()]
      .flatMap(({ kind, metadata }) => (metadata.namespace ? [`${metadata.namespace}/${kind}/${metadata.name}`] : []))
      .toSorted();
  const inBoth = ['extra', 'shop'].flatMap((namespace) =>
    ['ConfigMap', 'Deployment', 'Secret'].map((kind) => `${namespace}/${kind}/web`),
  );
  const left = async () =>
    (await world.ledger())?.orphaned.map(({ commit, objects }) => [commit, objects.map(({ kind }) => kind)]);

  it('is released anew there, and what stays behind is neither deleted nor asked about, but said', async () => {
    moveTo('extra');
    expect(await release(second, shop)).toMatchObject({ kind: 'converged', objects: 3, orphaned: staying });
    expect(living()).toEqual(inBoth);
    expect(world.cluster.writes.filter((write) => write.startsWith('delete'))).toEqual([]);
    const ledger = await world.ledger();
    expect(ledger?.inventory.map(({ namespace }) => namespace)).toEqual(['extra', 'extra', 'extra']);
    expect(await left()).toEqual([[second, ['ConfigMap', 'Secret', 'Deployment']]]);
  });

  it('says the same after a wiped Redis, and nothing of it with the next commit', async () => {
    moveTo('extra');
    const verdict = await release(second, shop);
    world.records.clear();
    await world.desire(second, shop, { asked: { kind: 'sweep' } });
    expect(await world.run()).toEqual(verdict);
    const next = await release(third, [...shop, configMap('new', {})]);
    expect(next).toMatchObject({ kind: 'converged', objects: 4 });
    expect(next).not.toHaveProperty('orphaned');
    expect(await left(), 'and keeps what is left').toEqual([[second, ['ConfigMap', 'Secret', 'Deployment']]]);
  });

  it('prunes nothing of what was left behind, whatever comes later', async () => {
    moveTo('extra');
    await release(second, shop);
    expect(await release(third, [configMap('web', { A: '3' })])).toMatchObject({ kind: 'converged', objects: 1 });
    expect(living()).toEqual(['extra/ConfigMap/web', ...inBoth.filter((name) => name.startsWith('shop'))]);
  });

  it('still says it where the release that moved diverges', async () => {
    moveTo('extra');
    world.cluster.become = () => ({});
    expect(await release(second, shop)).toMatchObject({ kind: 'diverged', orphaned: staying });
  });

  it('owns again what is in Git there when it moves back, Secrets too, and leaves the rest orphaned', async () => {
    moveTo('extra');
    await release(second, shop);
    moveTo('shop');
    const kept = [configMap('web', { A: '9' }), secret('web', { B: '2' })];
    expect(await release(third, kept)).toMatchObject({
      kind: 'converged',
      objects: 2,
      orphaned: { cluster: 'staging', namespace: 'extra', objects: 3 },
    });
    expect(living()).toEqual(inBoth);
    const ledger = await world.ledger();
    expect(ledger?.inventory.map(({ kind, namespace, uid }) => [kind, namespace, uid])).toEqual([
      ['ConfigMap', 'shop', world.cluster.get('ConfigMap', 'web')?.metadata.uid],
      ['Secret', 'shop', world.cluster.get('Secret', 'web')?.metadata.uid],
    ]);
    expect(await left()).toEqual([
      [second, ['Deployment']],
      [third, ['ConfigMap', 'Secret', 'Deployment']],
    ]);
    expect(world.cluster.get('ConfigMap', 'web')?.['data']).toEqual({ A: '9' });
  });

  it('deletes what it drops elsewhere only once a second person agreed: no plan had shown it', async () => {
    const outside = { ...configMap('outside', {}), metadata: { name: 'outside', namespace: 'extra' } };
    await release(first, [...shop, outside]);
    world.environment = { ...environment, namespace: 'extra', path: 'deploy/moved' };
    const waiting = await release(second, [configMap('web', { A: '1' })]);
    expect(waiting).toMatchObject({ kind: 'waiting' });
    const plan = waiting?.kind === 'waiting' ? waiting.plan : null;
    expect(plan?.changes.filter(({ action }) => action === 'delete').map(({ identity }) => identity.name)).toEqual([
      'outside',
    ]);
    const why = 'its path moved from deploy/staging to deploy/moved and its namespace moved from shop to extra';
    expect(plan?.confirm).toEqual([`deletes 1 object, for ${why}`]);
    expect(plan?.problems.map(({ message }) => message)).toEqual([
      `orphaned: 3 objects stay in namespace shop of cluster staging, for ${why}: nothing deletes what stays`,
    ]);
  });

  it('is not held up where the operator no longer allows the old namespace', async () => {
    const [rule] = world.allow;
    world.allow = rule === undefined ? [] : [{ ...rule, namespaces: ['extra'] }];
    moveTo('extra');
    expect(await release(second, shop)).toMatchObject({ kind: 'converged', orphaned: staying });
    expect(living()).toEqual(inBoth);
  });

  it('forgets what somebody deleted or took over before it moved', async () => {
    world.cluster.objects.delete('/ConfigMap/shop/web');
    world.cluster.put({ ...must(world.cluster.get('Secret', 'web')), metadata: { name: 'web', namespace: 'shop' } });
    moveTo('extra');
    expect(await release(second, shop)).toMatchObject({ kind: 'converged', orphaned: { ...staying, objects: 1 } });
    expect(await left()).toEqual([[second, ['Deployment']]]);
  });

  it('leaves behind what a release only began to make before it moved on', async () => {
    moveTo('extra');
    world.cluster.refuse = ({ object: { kind }, dryRun }) => (kind === 'Deployment' && !dryRun ? 'invalid' : null);
    expect(await release(second, shop)).toMatchObject({ kind: 'diverged' });
    world.cluster.refuse = () => null;
    moveTo('shop');
    expect(await release(third, shop)).toMatchObject({
      kind: 'converged',
      objects: 3,
      orphaned: { cluster: 'staging', namespace: 'extra', objects: 2 },
    });
    expect(living()).toEqual(inBoth.filter((name) => name !== 'extra/Deployment/web'));
    expect((await world.ledger())?.inventory.map(({ namespace }) => namespace)).toEqual(['shop', 'shop', 'shop']);
  });

  it.each(['before', 'after'] as const)('ends the same wherever it is killed %s a write', async (when) => {
    let writes = Number.POSITIVE_INFINITY;
    for (let step = 1; step <= writes; step += 1) {
      const death = new Death(step === 1 ? Number.POSITIVE_INFINITY : step - 1, when);
      world = new ReleaseWorld();
      world.cluster.put({
        apiVersion: 'v1',
        kind: 'Namespace',
        metadata: { name: 'extra' },
        status: { phase: 'Active' },
      });
      await release(first, [...shop, object('v1', 'Service', 'old', { spec: {} })]);
      moveTo('extra');
      world.wrap = (ports) => death.around(ports);
      await release(second, shop).catch(() => undefined);
      death.revive();
      expect(await release(second, shop), `killed ${when} write ${step - 1}`).toMatchObject({
        kind: 'converged',
        objects: 3,
        orphaned: { ...staying, objects: 4 },
      });
      expect(living()).toEqual([...inBoth, 'shop/Service/old']);
      if (step === 1) writes = death.writes + 1;
      expect(writes).toBeGreaterThan(8);
    }
  });
});

function must<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('it is not there');
  return value;
}
