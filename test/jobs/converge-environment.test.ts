import { beforeEach, describe, expect, it } from 'vitest';
import { Failure } from '../../src/domain/failure.ts';
import { isoTime } from '../../src/domain/iso-time.ts';
import { codeOf } from '../failure-code.ts';
import { configMap, deployment, inNamespace, object } from '../objects.ts';
import { environment, first, ReleaseWorld, second, whatFollows } from '../release/release-world.ts';

const shop = [configMap('web', { A: '1' }), deployment('web'), object('v1', 'Service', 'web', { spec: {} })];
const claim = object('v1', 'PersistentVolumeClaim', 'data', { spec: {} });

it('answers a /sync anew that ends as what stood before', async () => {
  const world = new ReleaseWorld();
  world.cluster.refuse = () => 'denied';
  await world.desire(first, [configMap('web')]);
  const before = await world.run();
  await world.clock.sleep(60_000, new AbortController().signal);
  const asked = isoTime(world.clock.now());
  await world.desire(first, [configMap('web')], { asked: { kind: 'sync', by: 'ada', at: asked } });
  expect((await world.run())?.kind).toBe(before?.kind);
  expect(Date.parse((await world.report())?.at ?? '')).toBeGreaterThanOrEqual(Date.parse(asked));
});

describe('converging an environment', () => {
  let world: ReleaseWorld;
  beforeEach(() => {
    world = new ReleaseWorld();
  });

  it('applies what Git says, in waves, and says how it goes until it converged', async () => {
    await world.desire(first, shop);
    expect(await world.run()).toEqual({ kind: 'converged', objects: 3, tookMs: 5_000, url: null });
    expect(world.cluster.writes).toEqual(['apply ConfigMap/web', 'apply Service/web', 'apply Deployment/web']);
    expect(world.said.map(({ state }) => state.kind)).toEqual(['applying', 'observing', 'converged']);
    const ledger = await world.ledger();
    expect(ledger).toMatchObject({ attempt: null, released: { commit: first, phase: 'converged', tookMs: 5_000 } });
    expect(ledger?.inventory.map(({ kind, uid }) => [kind, uid])).toEqual(
      ['ConfigMap', 'Deployment', 'Service'].map((kind) => [kind, world.cluster.get(kind, 'web')?.metadata.uid]),
    );
  });

  it('writes down what it will own before it makes any of it', async () => {
    const ahead: unknown[] = [];
    world.cluster.become = () => {
      void world.ledger().then((ledger) => ahead.push([ledger?.inventory.length, ledger?.attempt?.commit]));
      return {};
    };
    await world.desire(first, [configMap('a', {}), configMap('b', {})]);
    await world.run();
    expect(ahead[0]).toEqual([2, first]);
  });

  it('does nothing the second time, and says an equal commit unchanged', async () => {
    await world.desire(first, shop);
    await world.run();
    const { resourceVersion } = (await world.ledger()) ?? {};
    await world.desire(first, shop, { asked: { kind: 'sweep' } });
    expect(await world.run()).toMatchObject({ kind: 'converged' });
    await world.desire(second, shop, { asked: { kind: 'sweep' } });
    expect(await world.run()).toEqual({ kind: 'unchanged', objects: 3 });
    expect((await world.ledger())?.resourceVersion).toBe(resourceVersion);
  });

  it('says the same verdict again after a wiped Redis', async () => {
    await world.desire(first, shop);
    const verdict = await world.run();
    world.records.clear();
    world.clock.pass(3_600_000);
    await world.desire(first, shop, { asked: { kind: 'sweep' } });
    expect(await world.run()).toEqual(verdict);
  });

  it('undoes drift when a person says /sync, and does so once', async () => {
    await world.desire(first, shop);
    await world.run();
    world.cluster.put({ ...must(world.cluster.get('ConfigMap', 'web')), data: { A: 'drifted' } });
    await world.desire(first, shop, { asked: { kind: 'sweep' } });
    await world.run();
    expect(world.cluster.get('ConfigMap', 'web')?.['data']).toEqual({ A: 'drifted' });
    const asked = { kind: 'sync', by: 'ada', at: '2026-11-20T15:00:00Z' } as const;
    await world.desire(first, shop, { asked });
    expect(await world.run()).toMatchObject({ kind: 'converged' });
    expect(world.cluster.get('ConfigMap', 'web')?.['data']).toEqual({ A: '1' });
    const { resourceVersion } = (await world.ledger()) ?? {};
    await world.desire(first, shop, { asked });
    await world.run();
    expect((await world.ledger())?.resourceVersion).toBe(resourceVersion);
  });

  it('has forge look at the commit again when a person says /sync and nothing is new to say', async () => {
    await world.desire(first, null);
    const blocked = await world.run();
    const before = world.said.length;
    world.queue.clear();
    await world.desire(first, null, { asked: { kind: 'sync', by: 'ada', at: '2026-11-20T15:00:00Z' } });
    expect(await world.run()).toEqual(blocked);
    expect(world.said).toHaveLength(before);
    expect(world.queue.askedFor('report-release')).toHaveLength(1);
  });

  it('lets words along the way wait for what overtakes them, and says at once what ends it', async () => {
    await world.desire(first, shop);
    await world.run();
    const delays = world.queue.asks.flatMap(({ job, options }) =>
      job.kind === 'report-release' ? [options.delayMs] : [],
    );
    // Applying, observing, converged.
    expect(delays).toEqual([1_000, 1_000, 0]);
  });

  it('installs nothing where the sweep alone asks', async () => {
    await world.desire(first, shop, { asked: { kind: 'sweep' } });
    expect(await world.run()).toMatchObject({ kind: 'waiting', confirmDigest: null });
    expect(await world.ledger()).toBeNull();
    expect(world.living()).toEqual([]);
  });

  it('waits behind a closed gate and says why', async () => {
    await world.desire(first, shop, { gate: { kind: 'waiting', reason: 'staging has not converged on it yet' } });
    expect(await world.run()).toMatchObject({ kind: 'waiting', reason: 'staging has not converged on it yet' });
    expect(world.living()).toEqual([]);
  });

  it.each([
    ['an empty rendering', []],
    ['a path that is gone', null],
  ])('refuses %s: nothing is deleted', async (_what, objects) => {
    await world.desire(first, shop);
    await world.run();
    await world.desire(second, objects);
    expect(await world.run()).toMatchObject({ kind: 'blocked' });
    expect(world.living()).toHaveLength(3);
  });

  it('sends nothing to a cluster whose operator does not allow it', async () => {
    world.environment = { ...environment, namespace: 'kube-system' };
    await world.desire(first, shop);
    expect(await world.run()).toMatchObject({ kind: 'blocked' });
    expect(world.cluster.writes).toEqual([]);
    expect(await world.ledger()).toBeNull();
  });

  it('leaves an environment alone that moved to another cluster', async () => {
    world.environment = { ...environment, cluster: 'elsewhere' };
    await world.desire(first, shop);
    expect(await world.run()).toBeUndefined();
    expect(world.cluster.writes).toEqual([]);
  });

  it('applies nothing where one object is blocked', async () => {
    world.cluster.refuse = ({ object: { kind } }) => (kind === 'Service' ? 'invalid' : null);
    await world.desire(first, shop);
    const state = await world.run();
    expect(state).toMatchObject({ kind: 'blocked', plan: { environment: 'staging' } });
    expect(state?.kind === 'blocked' ? state.reasons.join() : '').toContain('Service/web');
    expect(world.living()).toEqual([]);
    expect(await world.ledger()).toBeNull();
  });

  it('asks forge for a rendering that the records have lost', async () => {
    await world.desire(first, shop);
    await world.run();
    const desired = await world.desire(second, [...shop, configMap('new', {})]);
    world.records.clear();
    await world.records.saveDesired(desired);
    await world.run();
    expect(world.forgeJobs).toMatchObject([
      { kind: 'render-environment', commit: second, path: 'deploy/staging', rendering: desired.rendering },
    ]);
    expect(world.forgeJobs.map(whatFollows)).toEqual(['converge-environment']);
    expect(world.living()).toHaveLength(3);
  });

  it('writes nothing where nothing of it is to be released any more, also once it has begun', async () => {
    const held = { kind: 'withheld', reason: 'mode is observe' } as const;
    await world.desire(first, shop);
    await world.end(held, second);
    expect(await world.run()).toBeUndefined();
    expect(world.cluster.writes).toEqual([]);
    await world.desire(first, shop);
    const digestKey = world.ledgers.digestKey.bind(world.ledgers);
    world.ledgers.digestKey = async () => {
      await world.end(held, second);
      return digestKey();
    };
    expect(await world.run()).toBeUndefined();
    expect(world.cluster.writes).toEqual([]);
  });

  it('leaves it to the newer commit when that came before the first write', async () => {
    await world.desire(first, shop);
    const digestKey = world.ledgers.digestKey.bind(world.ledgers);
    world.ledgers.digestKey = async () => {
      world.ledgers.digestKey = digestKey;
      await world.desire(second, [configMap('newer', {})]);
      return digestKey();
    };
    expect(await world.run()).toMatchObject({ kind: 'converged', objects: 1 });
    expect(world.living()).toEqual(['ConfigMap/newer']);
  });

  it('makes a namespace first, and asks again about what could not be predicted before', async () => {
    const namespace = object('v1', 'Namespace', 'extra');
    const inside = inNamespace('extra', configMap('in', {}));
    await world.desire(first, [inside, namespace]);
    expect(await world.run()).toMatchObject({ kind: 'converged' });
    expect(world.cluster.writes).toEqual(['apply Namespace/extra', 'apply ConfigMap/in']);
  });

  it('stops before what needs a namespace when the dry run inside it is refused', async () => {
    const namespace = object('v1', 'Namespace', 'extra');
    const inside = inNamespace('extra', configMap('in', {}));
    world.cluster.refuse = ({ object: { metadata } }) => (metadata.name === 'in' ? 'denied' : null);
    await world.desire(first, [inside, namespace, configMap('web', {})]);
    expect(await world.run()).toMatchObject({ kind: 'diverged' });
    expect(world.cluster.writes).toEqual(['apply Namespace/extra']);
  });

  it('uses a kind that the same release defines', async () => {
    const definition = object('apiextensions.k8s.io/v1', 'CustomResourceDefinition', 'widgets.example.com', {
      spec: {
        group: 'example.com',
        scope: 'Namespaced',
        names: { kind: 'Widget', plural: 'widgets' },
        versions: [{ name: 'v1', served: true, storage: true }],
      },
    });
    await world.desire(first, [object('example.com/v1', 'Widget', 'one'), definition]);
    expect(await world.run()).toMatchObject({ kind: 'converged', objects: 2 });
  });

  describe('that deletes a volume claim', () => {
    beforeEach(async () => {
      await world.desire(first, [...shop, claim]);
      await world.run();
    });

    it('waits for a second person', async () => {
      await world.desire(second, shop);
      const state = await world.run();
      expect(state).toMatchObject({ kind: 'waiting', reason: expect.stringContaining('PersistentVolumeClaim') });
      const confirm = state?.kind === 'waiting' ? (state.confirmDigest ?? '') : '';
      expect(confirm).toMatch(/^[0-9a-f]{64}$/);

      await world.desire(second, shop, { confirmations: [{ digest: confirm, by: 'Ada' }] });
      expect(await world.run(), 'by the author').toMatchObject({ kind: 'waiting' });
      await world.desire(second, shop, { confirmations: [{ digest: confirm.slice(0, 11), by: 'bob' }] });
      expect(await world.run(), 'by too few digits').toMatchObject({ kind: 'waiting' });
      await world.desire(second, shop, { confirmations: [{ digest: `${confirm.slice(0, 11)}x`, by: 'bob' }] });
      expect(await world.run(), 'of another plan').toMatchObject({ kind: 'waiting' });
      expect(world.living()).toContain('PersistentVolumeClaim/data');

      await world.desire(second, shop, { confirmations: [{ digest: confirm.slice(0, 12), by: 'bob' }] });
      expect(await world.run()).toMatchObject({ kind: 'converged', objects: 3 });
      expect(world.living()).not.toContain('PersistentVolumeClaim/data');
    });
  });

  it('judges a commit that weakens the rule and deletes at once by the rule that it weakens', async () => {
    await world.desire(first, [...shop, claim]);
    await world.run();
    world.environment = { ...environment, confirm: { deletions: 1_000, kinds: [] } };
    await world.desire(second, shop);
    const asked = 'deletes PersistentVolumeClaim shop/data, which the rule before this commit asks about';
    expect(await world.run()).toMatchObject({ kind: 'waiting', plan: { confirmReasons: [asked] } });
    expect(world.cluster.get('PersistentVolumeClaim', 'data')).toBeDefined();
  });

  it('judges by the new rule what comes after the release that brought it', async () => {
    await world.desire(first, [...shop, claim]);
    await world.run();
    world.environment = { ...environment, confirm: { deletions: 1_000, kinds: [] } };
    await world.desire(second, [...shop, claim]);
    expect(await world.run()).toMatchObject({ kind: 'converged' });
    await world.desire('c'.repeat(40), shop);
    expect(await world.run()).toMatchObject({ kind: 'converged', objects: 3 });
  });

  it('says that a cluster is out of reach, and since when, until it is not', async () => {
    await world.desire(first, shop);
    const live = world.cluster.live.bind(world.cluster);
    const failure = { subject: 'staging', message: 'refused', retryable: true, cause: null };
    world.cluster.live = () => Promise.reject(new Failure('cluster-unreachable', failure));
    expect(await codeOf(world.run())).toBe('cluster-unreachable');
    const since = isoTime(world.clock.now());
    expect((await world.report())?.state).toEqual({ kind: 'error', reason: 'cluster staging is out of reach', since });
    world.clock.pass(60_000);
    await world.desire(first, shop);
    expect(await codeOf(world.run())).toBe('cluster-unreachable');
    expect((await world.report())?.state).toMatchObject({ since });
    world.cluster.live = live;
    await world.desire(first, shop);
    expect(await world.run()).toMatchObject({ kind: 'converged' });
  });

  it.each([
    ['deadline', 'cluster staging answers too slowly'],
    ['stopped', undefined],
    ['lock-lost', undefined],
  ] as const)('aborted by %s says what there is to say, whatever the work made of it', async (code, said) => {
    await world.desire(first, shop);
    const [job] = world.queue.askedFor('converge-environment');
    const aborted = new AbortController();
    world.ledgers.read = () => {
      aborted.abort(new Failure(code, { subject: 'x', message: 'x', retryable: true, cause: null }));
      return Promise.reject(new TypeError('terminated'));
    };
    await expect(world.handle(must(job), world.context(aborted.signal))).rejects.toThrow('terminated');
    const state = (await world.report())?.state;
    expect(state?.kind === 'error' ? state.reason : undefined).toBe(said);
  });

  it('plans anew when an object was made again between plan and apply', async () => {
    await world.desire(first, [configMap('web', { A: '1' })]);
    await world.run();
    await world.desire(second, [configMap('web', { A: '2' })]);
    const apply = world.cluster.apply.bind(world.cluster);
    world.cluster.apply = (request) => {
      if (!request.dryRun) {
        world.cluster.apply = apply;
        const { uid: _uid, ...metadata } = must(world.cluster.get('ConfigMap', 'web')).metadata;
        world.cluster.put({ ...must(world.cluster.get('ConfigMap', 'web')), metadata });
      }
      return apply(request);
    };
    expect(await world.run()).toMatchObject({ kind: 'converged' });
    const made = must(world.cluster.get('ConfigMap', 'web'));
    expect(made['data']).toEqual({ A: '2' });
    expect((await world.ledger())?.inventory).toMatchObject([{ name: 'web', uid: made.metadata.uid }]);
  });

  it('writes nothing more once the lock is lost', async () => {
    await world.desire(first, shop);
    const lost = new AbortController();
    const withLock = world.ledgers.withLock.bind(world.ledgers);
    world.ledgers.withLock = (key, wait, signal, work) =>
      withLock(key, wait, signal, () => work(AbortSignal.any([signal, lost.signal])));
    world.cluster.become = (made) => {
      if (made.kind === 'ConfigMap') lost.abort(new Failure('lock-lost', lostDetails));
      return {};
    };
    expect(await codeOf(world.run())).toBe('lock-lost');
    expect(world.cluster.writes).toEqual(['apply ConfigMap/web']);
  });
});

const lostDetails = { subject: 'lease', message: 'taken', retryable: true, cause: null };

function must<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('it is not there');
  return value;
}
