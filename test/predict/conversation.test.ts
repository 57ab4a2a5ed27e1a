import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Failure } from '../../src/domain/failure.ts';
import type { KubernetesObject } from '../../src/domain/manifest.ts';
import type { Cluster } from '../../src/ports/cluster.ts';
import { codeOf } from '../failure-code.ts';
import { configMap, deployment } from '../objects.ts';
import { around, changeOf, type PredictionWorld, predictionWorld, type Stage } from './world.ts';

let world: PredictionWorld;
beforeAll(async () => {
  world = await predictionWorld('conversation');
});
afterAll(async () => await world?.close());

/** The cluster, and how often it was asked what. */
function counted(): { readonly asked: Record<string, number>; readonly through: (cluster: Cluster) => Cluster } {
  const asked: Record<string, number> = { live: 0, read: 0, apply: 0, remove: 0 };
  const count = (what: string) => {
    asked[what] = (asked[what] ?? 0) + 1;
  };
  return {
    asked,
    through: (cluster) =>
      around(cluster, {
        live: (references, signal) => {
          count('live');
          return cluster.live(references, signal);
        },
        read: (reference, signal) => {
          count('read');
          return cluster.read(reference, signal);
        },
        apply: (request, signal) => {
          count(request.force ? 'apply' : 'unforced');
          if (!request.dryRun) throw new Error('a plan writes nothing');
          return cluster.apply(request, signal);
        },
        remove: (request, signal) => {
          count('remove');
          if (!request.dryRun) throw new Error('a plan deletes nothing');
          return cluster.remove(request, signal);
        },
      }),
  };
}

describe('What a plan costs:', () => {
  it('one dry run for an unchanged manifest, two for a changed one, one for a new one, three for three versions', async () => {
    const stage = await world.namespace('costs');
    const released = ['same', 'changed', 'thrice', 'dropped'].map((name) => configMap(name, { a: '1' }));
    const ledger = await stage.release(...released);
    const costs = async (base: readonly KubernetesObject[], merged: readonly KubernetesObject[]) => {
      const { asked, through } = counted();
      await stage.plan({ ledger, released, base, merged, through });
      return asked;
    };
    expect(await costs(released, released)).toEqual({ live: 1, read: 0, apply: 4, remove: 0 });
    const version = (changed: string, thrice: string) => [
      configMap('same', { a: '1' }),
      configMap('changed', { a: changed }),
      configMap('thrice', { a: thrice }),
    ];
    const base = [...version('1', '2'), configMap('dropped', { a: '1' })];
    const merged = [...version('2', '3'), configMap('new', {})];
    expect(await costs(base, merged)).toEqual({ live: 1, read: 0, apply: 1 + 2 + 3 + 1, remove: 1 });
  });

  it('no question about claims where nobody holds what changes', async () => {
    const stage = await world.namespace('unforced');
    const ledger = await stage.release(deployment('web'));
    const released = [deployment('web')];
    const merged = [deployment('web', { image: 'web:2', extra: { tty: true } })];
    const { asked, through } = counted();
    await stage.plan({ ledger, released, merged, through });
    expect(asked['unforced']).toBeUndefined();
    await stage.edit('/apis/apps/v1/namespaces/unforced/deployments/web', { spec: { paused: true } });
    const paused = [{ ...deployment('web'), spec: { ...(deployment('web')['spec'] as object), paused: false } }];
    await stage.plan({ ledger, released, merged: paused, through });
    expect(asked['unforced']).toBe(1);
  });
});

describe('An object that changes while it is asked about', () => {
  const moving = (stage: Stage, times: number) => {
    let left = times;
    return (cluster: Cluster) =>
      around(cluster, {
        apply: async (request, signal) => {
          if (left-- > 0) {
            const path = `/api/v1/namespaces/${stage.name}/configmaps/c`;
            await stage.edit(path, { metadata: { annotations: { touched: String(left) } } }, 'somebody');
          }
          return await cluster.apply(request, signal);
        },
      });
  };

  it('is read again, and predicted from one state of it', async () => {
    const stage = await world.namespace('moves');
    const released = [configMap('c', { a: '1' })];
    const ledger = await stage.release(...released);
    const plan = await stage.plan({
      ledger,
      released,
      merged: [configMap('c', { a: '2' })],
      through: moving(stage, 3),
    });
    expect(changeOf(plan, 'ConfigMap', 'c')).toMatchObject({
      action: 'update',
      paths: [{ path: 'data.a', before: '1' }],
    });
  });

  it('without end is unknown, after three readings', async () => {
    const stage = await world.namespace('restless');
    const released = [configMap('c', { a: '1' })];
    const ledger = await stage.release(...released);
    const { asked, through } = counted();
    let times = 0;
    const path = '/api/v1/namespaces/restless/configmaps/c';
    const touch = () => stage.edit(path, { metadata: { annotations: { touched: `${times++}` } } });
    // One after the other, each of another state.
    let last: Promise<unknown> = Promise.resolve();
    const restless = (cluster: Cluster) =>
      around(cluster, {
        apply: (request, signal) => {
          const answer = last.then(touch).then(() => cluster.apply(request, signal));
          last = answer;
          return answer;
        },
      });
    const merged = [configMap('c', { a: '2' })];
    const plan = await stage.plan({ ledger, released, merged, through: (cluster) => through(restless(cluster)) });
    expect(changeOf(plan, 'ConfigMap', 'c')).toMatchObject({ action: 'unknown', reason: { code: 'moving' } });
    expect(asked['read']).toBe(3);
  });

  it('costs no second dry run where the first was made of the newer state', async () => {
    const stage = await world.namespace('newer');
    const released = [configMap('c', { a: '1' })];
    const ledger = await stage.release(...released);
    const { asked, through } = counted();
    const merged = [configMap('c', { a: '2' })];
    const plan = await stage.plan({
      ledger,
      released,
      merged,
      through: (cluster) =>
        through(
          around(cluster, {
            live: async (references, signal) => {
              const live = await cluster.live(references, signal);
              await stage.edit('/api/v1/namespaces/newer/configmaps/c', { metadata: { annotations: { now: '1' } } });
              return live;
            },
          }),
        ),
    });
    expect(changeOf(plan, 'ConfigMap', 'c')).toMatchObject({ action: 'update' });
    expect(asked).toMatchObject({ apply: 2, read: 1 });
  });
});

describe('What cannot be read', () => {
  it('is unknown, never absent', async () => {
    const stage = await world.namespace('unreadable');
    const plan = await stage.plan({
      merged: [configMap('c', {}), configMap('d', {})],
      through: (cluster) =>
        around(cluster, {
          live: async (references, signal) => {
            const live = new Map(await cluster.live(references, signal));
            live.set('/ConfigMap/unreadable/c', { kind: 'unreadable', reason: 'configmaps "c" is forbidden' });
            return live;
          },
        }),
    });
    expect(changeOf(plan, 'ConfigMap', 'c')).toMatchObject({
      action: 'unknown',
      certainty: { kind: 'unknown' },
      reason: { code: 'unreadable' },
    });
    expect(changeOf(plan, 'ConfigMap', 'd')).toMatchObject({ action: 'create' });
  });

  it('because the cluster does not answer is no plan, and ends the other questions', async () => {
    const stage = await world.namespace('silent');
    const signals: AbortSignal[] = [];
    const unreachable = new Failure('cluster-unreachable', {
      subject: 'c',
      message: 'm',
      retryable: true,
      cause: null,
    });
    const merged = ['a', 'b', 'c'].map((name) => configMap(name, {}));
    const code = await codeOf(
      stage.plan({
        merged,
        through: (cluster) =>
          around(cluster, {
            apply: async (request, signal) => {
              signals.push(signal);
              if (request.object.metadata.name === 'b') throw unreachable;
              return await cluster.apply(request, signal);
            },
          }),
      }),
    );
    expect(code).toBe('cluster-unreachable');
    expect(signals.every((signal) => signal.aborted)).toBe(true);
  });
});
