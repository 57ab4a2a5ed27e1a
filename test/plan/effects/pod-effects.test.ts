import { describe, expect, it } from 'vitest';
import type { Effect } from '../../../src/domain/effect.ts';
import { objectIn } from '../../objects.ts';
import { deleted, effectsIn, unchanged, updated, type WorkloadGiven, workload } from './changes.ts';

/** Another image, and what the workload says besides. */
function rolled(given: WorkloadGiven, after: WorkloadGiven = {}): readonly Effect[] {
  const effects = effectsIn([updated(workload(given), workload({ ...given, image: 'web:2', ...after }))]);
  return effects.filter(({ kind }) => kind !== 'moves-image');
}

const rolling = (pods: number) => [{ kind: 'restarts-pods', pods, manner: 'rolling' }];

describe('A pod template that changes', () => {
  it.each<[string, WorkloadGiven, readonly unknown[]]>([
    ['restarts the pods of a Deployment', {}, rolling(3)],
    ['restarts the one pod of what says no number', { spec: { replicas: 1 } }, rolling(1)],
    [
      'restarts all at once by Recreate',
      { spec: { strategy: { type: 'Recreate' } } },
      [{ kind: 'restarts-pods', pods: 3, manner: 'at-once' }],
    ],
    ['restarts nothing where there are no pods', { spec: { replicas: 0 } }, []],
    ['waits while a Deployment is paused', { spec: { paused: true } }, [{ kind: 'restarts-later', until: 'resumed' }]],
    ['restarts the pods of a StatefulSet', { kind: 'StatefulSet' }, rolling(3)],
    [
      'restarts those from the partition of a StatefulSet on',
      { kind: 'StatefulSet', spec: { updateStrategy: { type: 'RollingUpdate', rollingUpdate: { partition: 2 } } } },
      rolling(1),
    ],
    [
      'waits for somebody to delete the pods where the strategy says so',
      { kind: 'StatefulSet', spec: { updateStrategy: { type: 'OnDelete' } } },
      [{ kind: 'restarts-later', until: 'deleted' }],
    ],
    [
      'restarts a DaemonSet on each node that it is for',
      { kind: 'DaemonSet', status: { desiredNumberScheduled: 7 } },
      rolling(7),
    ],
    ['leaves what a ReplicaSet made', { kind: 'ReplicaSet' }, []],
  ])('%s', (_what, given, effects) => {
    expect(rolled(given)).toEqual(effects);
  });

  it('restarts no Job, and a CronJob from its next run on', () => {
    const job = (image: string) => ({ template: { spec: { containers: [{ name: 'web', image }] } } });
    const run = (kind: string, spec: (image: string) => object) => {
      const [before, after] = ['web:1', 'web:2'].map((image) =>
        objectIn('shop', 'batch/v1', kind, 'web', { spec: { ...spec(image) } }),
      );
      if (before === undefined || after === undefined) return [];
      return effectsIn([updated(before, after)]).filter(({ kind: effect }) => effect !== 'moves-image');
    };
    expect(run('Job', job)).toEqual([]);
    expect(run('CronJob', (image) => ({ jobTemplate: { spec: job(image) } }))).toEqual([
      { kind: 'restarts-later', until: 'next-run' },
    ]);
  });

  it('restarts nothing where only the number or a label of the workload changes', () => {
    const labelled = { ...workload(), metadata: { ...workload().metadata, labels: { team: 'a' } } };
    expect(effectsIn([updated(workload(), labelled)])).toEqual([]);
  });

  it('is told of a workload by its kind and group, and not of what only has its name', () => {
    const [before, after] = [workload(), workload({ image: 'web:2' })].map((one) => ({
      ...one,
      apiVersion: 'example.com/v1',
    }));
    if (before === undefined || after === undefined) return;
    expect(effectsIn([updated(before, after)])).toEqual([]);
  });
});

describe('A workload that goes', () => {
  it('stops its pods, as many as it is to have', () => {
    expect(effectsIn([deleted(workload())])).toEqual([{ kind: 'stops-pods', pods: 3, by: 'deletion' }]);
    expect(effectsIn([deleted(workload({ spec: { replicas: 0 } }))])).toEqual([]);
  });

  it('starts anew where it is replaced', () => {
    const replaced = updated(workload(), workload(), { action: 'replace' });
    expect(effectsIn([replaced])).toEqual([{ kind: 'stops-pods', pods: 3, by: 'replacement' }]);
  });
});

describe('Another number of replicas', () => {
  const scaled = (from: number, to: number) =>
    updated(workload({ spec: { replicas: from } }), workload({ spec: { replicas: to } }));

  it('scales', () => {
    expect(effectsIn([scaled(3, 6)])).toEqual([{ kind: 'scales', from: 3, to: 6, back: false, dropped: false }]);
    expect(effectsIn([scaled(0, 2)])).toEqual([{ kind: 'scales', from: 0, to: 2, back: false, dropped: false }]);
  });

  it('stops the pods where there are none any more', () => {
    expect(effectsIn([scaled(3, 0)])).toEqual([{ kind: 'stops-pods', pods: 3, by: 'scaling' }]);
  });

  it('restarts only those that stay', () => {
    const change = updated(workload({ spec: { replicas: 5 } }), workload({ spec: { replicas: 3 }, image: 'web:2' }));
    expect(effectsIn([change])).toContainEqual({ kind: 'restarts-pods', pods: 3, manner: 'rolling' });
  });

  it('goes back to what Git says where somebody else changed it', () => {
    const drifted = scaled(5, 3);
    const paths = drifted.paths.map((path) => ({ ...path, causes: ['drift'] as const }));
    expect(effectsIn([{ ...drifted, paths }])).toMatchObject([{ kind: 'scales', back: true }]);
  });

  it('is the default of the API server where Git no longer says', () => {
    const { replicas: _replicas, ...spec } = workload().spec as { readonly replicas: number };
    const change = updated(workload(), workload({ spec: { replicas: 1 } }), { merged: { ...workload(), spec } });
    expect(effectsIn([change])).toEqual([{ kind: 'scales', from: 3, to: 1, back: false, dropped: true }]);
  });

  it('is an autoscaler’s to set again, unless it is none', () => {
    const spec = { scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' } };
    const autoscaler = unchanged(objectIn('shop', 'autoscaling/v2', 'HorizontalPodAutoscaler', 'web', { spec }));
    expect(effectsIn([scaled(3, 1), autoscaler])).toMatchObject([
      { kind: 'sets-replicas', from: 3, to: 1, autoscaler: { kind: 'HorizontalPodAutoscaler', name: 'web' } },
    ]);
    expect(effectsIn([scaled(3, 0), autoscaler])).toMatchObject([{ kind: 'stops-pods' }]);
    const other = { scaleTargetRef: { ...spec.scaleTargetRef, name: 'api' } };
    const ofOther = unchanged(objectIn('shop', 'autoscaling/v2', 'HorizontalPodAutoscaler', 'api', { spec: other }));
    expect(effectsIn([scaled(3, 1), ofOther])).toMatchObject([{ kind: 'scales' }]);
  });
});

describe('An image', () => {
  const images = (from: WorkloadGiven, to: WorkloadGiven) =>
    effectsIn([updated(workload(from), workload(to))]).filter(({ kind }) => kind !== 'restarts-pods');

  it('moves, once for all containers that move alike', () => {
    const sidecar = (image: string) => ({ pods: { initContainers: [{ name: 'migrate', image }] }, image });
    expect(images(sidecar('web:1'), sidecar('web:2'))).toEqual([
      { kind: 'moves-image', containers: ['migrate', 'web'], from: 'web:1', to: 'web:2' },
    ]);
  });

  it('moves in a container of the same name only', () => {
    expect(images({ image: 'web:1' }, { image: 'api:1', container: { name: 'api' } })).toEqual([]);
  });

  it('may be another one tomorrow where its tag moves', () => {
    expect(images({ image: 'web:1' }, { container: { name: 'api', image: 'api' } })).toEqual([
      { kind: 'runs-moving-tag', images: ['api'] },
    ]);
    expect(images({ image: 'web:1' }, { container: { name: 'api', image: 'api:latest@sha256:aa' } })).toEqual([]);
  });
});
