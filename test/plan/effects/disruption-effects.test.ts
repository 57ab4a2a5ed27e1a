import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../src/domain/json.ts';
import type { Judgement } from '../../../src/plan/judgement.ts';
import { objectIn } from '../../objects.ts';
import { created, deleted, effectsIn, unchanged, updated, workload } from './changes.ts';

function budget(spec: JsonObject, name = 'web') {
  return objectIn('shop', 'policy/v1', 'PodDisruptionBudget', name, {
    spec: { selector: { matchLabels: { app: 'web' } }, ...spec },
  });
}

function replicas(count: number) {
  return workload({ spec: { replicas: count } });
}

function blocks(...judgements: readonly [Judgement, ...(readonly Judgement[])]): boolean {
  return effectsIn(judgements).some(({ kind }) => kind === 'blocks-evictions');
}

describe('A PodDisruptionBudget', () => {
  it.each<[JsonObject, boolean]>([
    [{ maxUnavailable: 0 }, true],
    [{ maxUnavailable: '0%' }, true],
    [{ maxUnavailable: 1 }, false],
    // Rounded up.
    [{ maxUnavailable: '1%' }, false],
    [{ minAvailable: 3 }, true],
    [{ minAvailable: 2 }, false],
    [{ minAvailable: '100%' }, true],
    [{ minAvailable: '67%' }, true],
    [{ minAvailable: '60%' }, false],
    // The default of what says neither.
    [{}, false],
  ])('%j: no pod of three may be evicted is %s', (spec, none) => {
    expect(blocks(created(budget(spec)), unchanged(replicas(3)))).toBe(none);
  });

  it('is told once it leaves nothing, and by the budget where that is what changes', () => {
    const stricter = updated(budget({ minAvailable: 1 }), budget({ minAvailable: 3 }));
    expect(effectsIn([stricter, unchanged(replicas(3))])).toMatchObject([
      { kind: 'blocks-evictions', budget: { name: 'web' }, workloads: [{ kind: 'Deployment', name: 'web' }] },
    ]);
    const relabelled = {
      ...budget({ minAvailable: 3 }),
      metadata: { name: 'web', namespace: 'shop', labels: { a: 'b' } },
    };
    expect(blocks(updated(budget({ minAvailable: 3 }), relabelled), unchanged(replicas(3)))).toBe(false);
  });

  it('is told by the workload that is scaled down to it', () => {
    const known = unchanged(budget({ minAvailable: 2 }));
    expect(blocks(updated(replicas(3), replicas(2)), known)).toBe(true);
    expect(blocks(updated(replicas(4), replicas(3)), known)).toBe(false);
    expect(blocks(updated(replicas(2), replicas(1)), known), 'it was so before').toBe(false);
    expect(blocks(updated(replicas(3), replicas(0)), known), 'nothing is left to evict').toBe(false);
    expect(blocks(created(replicas(2)), known)).toBe(true);
  });

  it('has nothing to say of a restart: a rolling update does not ask it', () => {
    const known = unchanged(budget({ maxUnavailable: 0 }));
    expect(blocks(updated(replicas(3), workload({ image: 'web:2' })), known)).toBe(false);
  });

  it('counts all that it selects, and nothing else', () => {
    const second = unchanged(workload({ name: 'second', labels: { app: 'web' } }));
    const other = unchanged(workload({ name: 'other' }));
    expect(blocks(created(budget({ minAvailable: 3 })), unchanged(replicas(3)), second, other)).toBe(false);
    expect(blocks(created(budget({ minAvailable: 3 })), other)).toBe(false);
  });

  it('lets all pods be evicted once it is gone', () => {
    expect(effectsIn([deleted(budget({ minAvailable: 3 })), unchanged(replicas(3))])).toEqual([
      { kind: 'frees-evictions' },
    ]);
  });
});
