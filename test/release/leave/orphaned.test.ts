import { beforeEach, describe, expect, it } from 'vitest';
import { canonicalSettings } from '../../../src/domain/environment.ts';
import { Failure } from '../../../src/domain/failure.ts';
import type { KubernetesObject } from '../../../src/domain/manifest.ts';
import type { ReleaseState } from '../../../src/domain/release.ts';
import { acmeShop as repository } from '../../acme-shop.ts';
import { configMap, deployment, inNamespace, object, secret } from '../../objects.ts';
import { Death } from '../death.ts';
import { environment, first, healthy, ReleaseWorld, second } from '../release-world.ts';

const third = 'c'.repeat(40);
const shop = [configMap('web', { A: '1' }), secret('web', { B: '2' }), deployment('web')];
const staying = { cluster: 'staging', namespace: 'shop', objects: 3 };

describe('an environment whose namespace moves', () => {
  let world: ReleaseWorld;
  beforeEach(async () => {
    world = new ReleaseWorld();
    world.makeNamespace('extra');
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
    const outside = inNamespace('extra', configMap('outside', {}));
    await release(first, [...shop, outside]);
    world.environment = { ...environment, namespace: 'extra', path: 'deploy/moved' };
    const waiting = await release(second, [configMap('web', { A: '1' })]);
    expect(waiting).toMatchObject({ kind: 'waiting' });
    const plan = waiting?.kind === 'waiting' ? waiting.plan : null;
    expect(plan?.changes.filter(({ action }) => action === 'delete').map(({ identity }) => identity.name)).toEqual([
      'outside',
    ]);
    const why = 'its path changed from deploy/staging to deploy/moved and its namespace changed from shop to extra';
    expect(plan?.confirmReasons).toEqual([`deletes 1 object, for ${why}`]);
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
      world.makeNamespace('extra');
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

describe('an environment that the settings take away from its cluster', () => {
  let world: ReleaseWorld;
  beforeEach(async () => {
    world = new ReleaseWorld();
    await world.desire(first, shop);
    await world.run();
  });

  const departure = { cluster: 'staging', commit: second };
  const remove = () => world.end({ kind: 'removed', departure }, second);
  const moveOn = () => {
    const elsewhere = { ...environment, cluster: 'elsewhere' };
    return world.desire(second, shop, {
      environment: elsewhere,
      settings: canonicalSettings(elsewhere),
      departure,
    });
  };

  it('says what stays where it was removed, and touches none of it', async () => {
    const before = [...world.cluster.objects.values()];
    await remove();
    expect(await world.run()).toEqual({ kind: 'orphaned', orphaned: staying });
    expect([...world.cluster.objects.values()]).toEqual(before);
    expect(await world.ledger()).toMatchObject({ inventory: [], released: null, attempt: null });
    expect((await world.ledger())?.orphaned).toMatchObject([{ commit: second, objects: [{}, {}, {}] }]);
  });

  it('says the same when asked twice, and after a wiped Redis', async () => {
    await remove();
    const said = await world.run();
    const { resourceVersion } = (await world.ledger()) ?? {};
    world.records.clear();
    await remove();
    expect(await world.run()).toEqual(said);
    expect((await world.ledger())?.resourceVersion, 'nothing is written a second time').toBe(resourceVersion);
  });

  it('does nothing where the records cannot tell whether it is gone', async () => {
    await remove();
    world.records.clear();
    await world.run();
    expect((await world.ledger())?.inventory).toHaveLength(3);
  });

  it('says that nothing stays where nothing was released', async () => {
    world = new ReleaseWorld();
    await remove();
    expect(await world.run()).toEqual({ kind: 'orphaned', orphaned: null });
    expect(await world.ledger()).toBeNull();
  });

  it('counts only what lives, and what it may not look at', async () => {
    world.cluster.objects.delete('/ConfigMap/shop/web');
    await remove();
    expect(await world.run()).toEqual({ kind: 'orphaned', orphaned: { ...staying, objects: 2 } });
    world.allow = [];
    world.cluster.objects.delete('/Secret/shop/web');
    await remove();
    expect(await world.run()).toEqual({ kind: 'orphaned', orphaned: { ...staying, objects: 2 } });
  });

  it('stops a release that is being observed before it prunes', async () => {
    world.cluster.become = () => ({});
    await world.desire(second, [configMap('web', { A: '1' }), deployment('web', { image: 'web:2' })]);
    await world.queue.run(async (job, context) => {
      if (job.kind === 'converge-environment') await world.handle(job, context);
    });
    world.cluster.become = healthy;
    await remove();
    const observe = { kind: 'observe-environment', repository, environment: 'staging', cluster: 'staging' } as const;
    await world.queue.ask(observe);
    expect(await world.run()).toMatchObject({ kind: 'orphaned' });
    expect(world.living()).toContain('Secret/web');
  });

  it('leaves the half that a release had made when it was removed', async () => {
    world.cluster.refuse = ({ object: { kind }, dryRun }) => (kind === 'Service' && !dryRun ? 'invalid' : null);
    await world.desire(second, [...shop, configMap('new', {}), object('v1', 'Service', 'new', { spec: {} })]);
    await world.run();
    await remove();
    expect(await world.run()).toEqual({ kind: 'orphaned', orphaned: { ...staying, objects: 4 } });
    expect(await world.ledger()).toMatchObject({ inventory: [], attempt: null });
  });

  it('says that the cluster is out of reach, until it is not', async () => {
    await remove();
    world.wrap = (ports) => ({
      ...ports,
      access: {
        ...ports.access,
        ledgers: Object.assign(Object.create(ports.access.ledgers) as typeof ports.access.ledgers, {
          read: () =>
            Promise.reject(
              new Failure('cluster-unreachable', { subject: 'x', message: 'down', retryable: true, cause: null }),
            ),
        }),
      },
    });
    await expect(world.run()).rejects.toThrow('cluster-unreachable');
    expect((await world.report())?.state).toMatchObject({ kind: 'error', reason: 'cluster staging is out of reach' });
    world.wrap = (ports) => ports;
    await remove();
    expect(await world.run()).toEqual({ kind: 'orphaned', orphaned: staying });
  });

  it('owns again what Git still holds when it comes back, and deletes nothing of the rest', async () => {
    await remove();
    await world.run();
    const writes = world.cluster.writes.length;
    await world.desire(third, shop.slice(0, 2));
    expect(await world.run()).toMatchObject({ kind: 'converged', objects: 2 });
    expect(world.cluster.writes.slice(writes), 'all is as Git says').toEqual([]);
    expect(world.living()).toEqual(['ConfigMap/web', 'Deployment/web', 'Secret/web']);
    expect((await world.ledger())?.orphaned).toMatchObject([{ commit: second, objects: [{ kind: 'Deployment' }] }]);
  });

  it('is left alone by a job that comes late, when it is back already', async () => {
    await remove();
    await world.desire(third, shop);
    expect(await world.run()).toMatchObject({ kind: 'unchanged', objects: 3 });
    expect((await world.ledger())?.inventory).toHaveLength(3);
  });

  it('says what stays when it moved to another cluster, beside what is said of that one', async () => {
    await moveOn();
    await world.run();
    expect((await world.report())?.commit, 'the report is of the cluster that it is in').toBe(first);
    expect(await world.records.orphanCount(repository, 'staging', 'staging')).toMatchObject({
      commit: second,
      orphaned: staying,
    });
    expect(world.queue.askedFor('report-release').length).toBeGreaterThan(0);
    expect(await world.ledger()).toMatchObject({ inventory: [], orphaned: [{ commit: second }] });
    expect(world.living()).toHaveLength(3);
  });

  it.each(['before', 'after'] as const)('ends the same wherever it is killed %s a write', async (when) => {
    // The ledger, the report, the word to forge.
    for (let step = 1; step <= 3; step += 1) {
      world = new ReleaseWorld();
      await world.desire(first, shop);
      await world.run();
      const death = new Death(step, when);
      world.wrap = (ports) => death.around(ports);
      await remove();
      await world.run().catch(() => undefined);
      expect(death.died, `step ${step}`).toBe(true);
      death.revive();
      await remove();
      expect(await world.run()).toEqual({ kind: 'orphaned', orphaned: staying });
      expect((await world.ledger())?.orphaned).toMatchObject([{ commit: second, objects: [{}, {}, {}] }]);
      expect(world.living()).toHaveLength(3);
    }
  });
});

function must<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('it is not there');
  return value;
}
