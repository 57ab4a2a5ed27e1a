import { beforeEach, describe, expect, it } from 'vitest';
import { isoTime } from '../../../src/domain/iso-time.ts';
import type { JsonObject } from '../../../src/domain/json.ts';
import type { KubernetesObject, ManifestHook } from '../../../src/domain/manifest.ts';
import { configMap, deployment, object } from '../../objects.ts';
import { rendering } from '../../rendering.ts';
import { environment, first, healthy, ReleaseWorld, second } from '../release-world.ts';

/** A Job that runs before all others. */
const migrate = (image: string): KubernetesObject =>
  object('batch/v1', 'Job', 'migrate', { spec: { template: { spec: { containers: [{ name: 'a', image }] } } } });
const before: ManifestHook = { phase: 'before', weight: 0 };
const after: ManifestHook = { phase: 'after', weight: 0 };

const complete: JsonObject = { status: { conditions: [{ type: 'Complete', status: 'True' }] } };
const failed: JsonObject = { status: { conditions: [{ type: 'Failed', status: 'True', reason: 'BackoffLimit' }] } };
const running: JsonObject = { status: { startTime: '2026-11-20T14:00:00Z' } };

describe('hooks of a release', () => {
  let world: ReleaseWorld;
  /** What was first there when another was made. */
  let made: string[];
  let job: JsonObject;

  beforeEach(() => {
    world = new ReleaseWorld();
    world.environment = { ...environment, healthTimeoutMs: 120_000 };
    made = [];
    job = complete;
    world.cluster.become = (living) => {
      const name = `${living.kind}/${living.metadata.name}`;
      if (!made.includes(name)) made.push(name);
      return living.kind === 'Job' ? job : healthy(living);
    };
  });

  function vanish(): void {
    for (const [key, { kind }] of world.cluster.objects) if (kind === 'Job') world.cluster.objects.delete(key);
  }

  /** Releases these, the ones with a hook as such. */
  async function release(commit: string, all: readonly (readonly [KubernetesObject, ManifestHook?])[]) {
    const objects = all.map(([one]) => one);
    await world.desire(commit, objects);
    const made_ = rendering(...objects);
    const manifests = made_.manifests.map((manifest, index) => {
      const hook = all[index]?.[1];
      return { ...manifest, ...(hook && { hook }) };
    });
    await world.records.saveRendering({ ...made_, manifests });
    return await world.run();
  }

  it('are applied before and after all others', async () => {
    const state = await release(first, [
      [configMap('notice'), after],
      [deployment('web')],
      [configMap('web')],
      [migrate('m:1'), before],
      [configMap('input'), { phase: 'before', weight: -1 }],
    ]);
    expect(state).toMatchObject({ kind: 'converged', objects: 5 });
    expect(made.filter((name) => !name.startsWith('Namespace'))).toEqual([
      'ConfigMap/input',
      'Job/migrate',
      'ConfigMap/web',
      'Deployment/web',
      'ConfigMap/notice',
    ]);
  });

  it('that run keep the others waiting until they are over, beyond one look at them', async () => {
    job = running;
    const over = world.clock.now() + 40_000;
    world.clock.tick = () => {
      const there = world.cluster.get('Job', 'migrate');
      if (there === undefined || world.clock.now() < over) return;
      if (made.includes('Deployment/web')) return;
      job = complete;
      world.cluster.put({ ...there, ...complete });
      made.push('over');
    };
    const state = await release(first, [[deployment('web')], [migrate('m:1'), before]]);
    expect(state).toMatchObject({ kind: 'converged', objects: 2 });
    expect(made.indexOf('over')).toBeGreaterThan(made.indexOf('Job/migrate'));
    expect(made.indexOf('Deployment/web')).toBeGreaterThan(made.indexOf('over'));
    expect(world.said.map(({ state: said }) => said)).toContainEqual({
      kind: 'observing',
      ready: 1,
      of: 2,
      reasons: ['Job/migrate: is running'],
    });
  });

  it('that fail let nothing begin that comes after them, and say so', async () => {
    job = failed;
    const state = await release(first, [[deployment('web')], [migrate('m:1'), before]]);
    expect(state).toMatchObject({ kind: 'diverged' });
    expect(JSON.stringify(state)).toMatch(/Job\/migrate: BackoffLimit.*1 of 2 objects were applied/);
    expect(world.living()).toEqual(['Job/migrate']);
  });

  it('that somebody deletes before they end let nothing begin that comes after them', async () => {
    job = running;
    world.clock.tick = vanish;
    const state = await release(first, [[deployment('web')], [migrate('m:1'), before]]);
    expect(state).toMatchObject({
      kind: 'diverged',
      reasons: [expect.stringContaining('Job/migrate'), expect.any(String)],
    });
    expect(world.living()).toEqual([]);
  });

  it('that a time to live takes away are over', async () => {
    job = running;
    world.clock.tick = vanish;
    const brief = migrate('m:1');
    const spec = { ...(brief['spec'] as JsonObject), ttlSecondsAfterFinished: 60 };
    const state = await release(first, [[deployment('web')], [{ ...brief, spec }, before]]);
    expect(state).toMatchObject({ kind: 'converged' });
  });

  it('that ran once do not run again for what leaves them as they are', async () => {
    await release(first, [[deployment('web')], [migrate('m:1'), before]]);
    const uid = world.cluster.get('Job', 'migrate')?.metadata.uid;
    const state = await release(second, [[deployment('web', { image: 'web:2' })], [migrate('m:1'), before]]);
    expect(state).toMatchObject({ kind: 'converged' });
    expect(world.cluster.get('Job', 'migrate')?.metadata.uid).toBe(uid);
  });

  it('that never end are said to have diverged, and what waits for them still waits', async () => {
    job = running;
    let looks = 0;
    world.clock.tick = () => {
      looks += 1;
      const there = world.cluster.get('Job', 'migrate');
      if (there !== undefined && there.metadata.creationTimestamp === undefined) {
        world.cluster.put({ ...there, metadata: { ...there.metadata, creationTimestamp: isoTime(world.clock.now()) } });
      }
      if (looks <= 400 || there === undefined) return;
      job = failed;
      world.cluster.put({ ...there, ...failed });
    };
    await release(first, [[deployment('web')], [migrate('m:1'), before]]);
    const reasons = ['Job/migrate: is running', '0 of 1 objects were applied'];
    expect(world.said.map(({ state }) => state)).toContainEqual({ kind: 'diverged', reasons });
    expect(world.living()).toEqual(['Job/migrate']);
  });
});
