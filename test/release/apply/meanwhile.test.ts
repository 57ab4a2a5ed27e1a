import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { ReleasePorts } from '../../../src/release/release-ports.ts';
import { configMap, deployment, inNamespace } from '../../objects.ts';
import { type SharedCluster, sharedCluster } from '../../shared-cluster.ts';
import { openRealWorld, type RealWorld } from '../real-world.ts';

const first = 'a'.repeat(40);
const second = 'b'.repeat(40);

/** On a real API server: somebody writes an object after it was planned and before it is applied. */
describe('what somebody does meanwhile', () => {
  let cluster: SharedCluster;
  let world: RealWorld;
  /** In which somebody writes. */
  let there: string;

  beforeAll(async () => {
    cluster = await sharedCluster('full');
  });
  beforeEach(async () => {
    world = await openRealWorld(cluster);
    there = `/api/v1/namespaces/${world.environment.namespace}/configmaps`;
  });
  afterEach(() => world.access.close());

  async function write(method: 'POST' | 'PATCH', path: string, body: unknown): Promise<void> {
    const answer = await cluster.admin.request(method, `${path}?fieldManager=somebody`, body);
    expect(answer.status).toBeLessThan(300);
  }

  it('an object that was to be created and is there now is not taken: it is planned again, and blocks', async () => {
    const { namespace } = world.environment;
    const theirs = inNamespace(namespace, deployment('late', { image: 'theirs:9', replicas: 7 }));
    world.wrap = beforeApplying('late', 1, () =>
      write('POST', `/apis/apps/v1/namespaces/${namespace}/deployments`, theirs),
    );
    const state = await world.release(first, [configMap('web'), deployment('late', { image: 'ours:1', replicas: 1 })]);
    expect(state).toMatchObject({
      kind: 'diverged',
      reasons: [expect.stringMatching(/^Deployment\/late: somebody holds/)],
    });
    expect(await world.read('apps/v1', 'Deployment', 'late')).toMatchObject({ spec: { replicas: 7 } });
    expect(world.plans).toBe(2);
  });

  it('an object that was to be created and is there now is not joined either, before a second person agrees', async () => {
    world.wrap = beforeApplying('late', 1, () => write('POST', there, configMap('late', { theirs: '1' })));
    const objects = [configMap('web'), configMap('late', { ours: '1' })];
    const waiting = await world.release(first, objects);
    expect(waiting).toMatchObject({
      kind: 'waiting',
      reason: expect.stringContaining('takes over ConfigMap') as string,
    });
    expect((await world.read('v1', 'ConfigMap', 'late'))?.['data']).toEqual({ theirs: '1' });
    const digest = waiting?.kind === 'waiting' ? (waiting.confirmDigest ?? '') : '';
    const confirmed = await world.release(first, objects, { confirmations: [{ digest, by: 'grace' }] });
    expect(confirmed).toMatchObject({ kind: 'converged', objects: 2 });
  });

  it('a value that was to be set, and that somebody set, is not overwritten', async () => {
    await world.release(first, [configMap('web', { A: '1' })]);
    world.plans = 0;
    world.wrap = beforeApplying('web', 1, () => write('PATCH', `${there}/web`, { data: { B: 'theirs' } }));
    const state = await world.release(second, [configMap('web', { A: '1', B: '2' })]);
    expect(state).toMatchObject({
      kind: 'diverged',
      reasons: [
        'ConfigMap/web: somebody holds data.B: never released from here, so it is not taken. To take it set `conflicts: take`; to leave it as it lives, `conflicts: leave`, or give it up in Git',
      ],
    });
    expect(await world.read('v1', 'ConfigMap', 'web')).toMatchObject({ data: { B: 'theirs' } });
    expect(world.plans).toBe(2);
  });

  it('a release goes on where nobody holds what it sets, planned once more', async () => {
    await world.release(first, [configMap('web', { A: '1' })]);
    world.plans = 0;
    world.wrap = beforeApplying('web', 1, () => write('PATCH', `${there}/web`, { data: { B: 'theirs' } }));
    expect(await world.release(second, [configMap('web', { A: '2' })])).toMatchObject({ kind: 'converged' });
    expect(await world.read('v1', 'ConfigMap', 'web')).toMatchObject({ data: { A: '2', B: 'theirs' } });
    expect(world.plans).toBe(2);
  });

  it('a status that changes under every apply is nothing to plan again for', async () => {
    await world.release(first, [deployment('web')]);
    world.plans = 0;
    const status = `/apis/apps/v1/namespaces/${world.environment.namespace}/deployments/web/status`;
    let times = 0;
    world.wrap = beforeApplying('web', 3, () => write('PATCH', status, { status: { collisionCount: ++times } }));
    expect(await world.release(second, [deployment('web', { image: 'web:2' })])).toMatchObject({ kind: 'converged' });
    expect(times).toBe(3);
    expect(world.plans).toBe(1);
  });

  it('a rollout under way does not hold up the next release', async () => {
    world.environment = { ...world.environment, healthTimeoutMs: 1 };
    for (const round of ['1', '2', '3', '4']) {
      world.plans = 0;
      await world.release(round.repeat(40), [deployment('web', { image: `web:${round}`, replicas: 10 })]);
      expect(world.plans).toBeLessThanOrEqual(2);
    }
    expect(await world.read('apps/v1', 'Deployment', 'web')).toMatchObject({
      spec: { template: { spec: { containers: [{ image: 'web:4' }] } } },
    });
  });
});

/** Somebody acts right before an object is applied, so many times. */
function beforeApplying(name: string, times: number, act: () => Promise<void>): (ports: ReleasePorts) => ReleasePorts {
  let left = times;
  return (ports) => {
    const cluster = new Proxy(ports.access.own, {
      get: (target, member) => {
        const value: unknown = Reflect.get(target, member);
        if (typeof value !== 'function') return value;
        if (member !== 'apply') return value.bind(target) as unknown;
        return async (...[request, signal]: Parameters<typeof target.apply>) => {
          if (!request.dryRun && request.object.metadata.name === name && left-- > 0) await act();
          return await target.apply(request, signal);
        };
      },
    });
    return { ...ports, access: { ...ports.access, own: cluster, as: () => cluster } };
  };
}
