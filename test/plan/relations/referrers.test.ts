import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../src/domain/json.ts';
import type { Judgement, PossibleJudgement } from '../../../src/plan/judgement.ts';
import { referrersOf } from '../../../src/plan/relations/referrers.ts';
import { objectIn } from '../../objects.ts';
import { judgement } from '../judgements.ts';

const reads = (name: string) => ({ containers: [{ name: 'web', envFrom: [{ configMapRef: { name } }] }] });

function workload(spec: JsonObject, changes: Partial<PossibleJudgement> = {}, kind = 'Deployment'): PossibleJudgement {
  return judgement(objectIn('shop', 'apps/v1', kind, 'web', { spec: { template: { spec } } }), {
    action: 'unchanged',
    ...changes,
  });
}

function configMap(name: string, changes: Partial<PossibleJudgement> = {}): PossibleJudgement {
  return judgement(objectIn('shop', 'v1', 'ConfigMap', name), {
    action: 'update',
    paths: [{ path: ['data', 'a'], live: '1', merged: '2', causes: ['pull-request'] }],
    ...changes,
  });
}

function deleted(kind: string, name: string): Judgement {
  const one = judgement(objectIn('shop', 'v1', kind, name), { action: 'delete' });
  return { ...one, desired: null, subject: { ...one.subject, merged: null } };
}

function unknown(one: Judgement): Judgement {
  return { ...one, action: 'unknown', reason: { code: 'moving', message: 'm' }, refused: null };
}

function found(...judgements: readonly Judgement[]): unknown {
  return [...referrersOf(judgements)].map(([key, { kind, workloads }]) => [key, kind, workloads.length]);
}

const { action, paths } = configMap('web');
const otherNamespace = judgement(objectIn('other', 'v1', 'ConfigMap', 'web'), { action, paths });
const image = { path: ['spec', 'template', 'spec', 'image'], live: '1', merged: '2', causes: [] } as const;
const notRestarted = [['/ConfigMap/shop/web', 'not-restarted', 1]];

describe('Pods that read what changes', () => {
  it('are named where nothing restarts them', () => {
    expect(found(configMap('web'), workload(reads('web')))).toEqual(notRestarted);
    const scaled = { ...image, path: ['spec', 'replicas'] };
    expect(found(configMap('web'), workload(reads('web'), { action: 'update', paths: [scaled] }))).toEqual(
      notRestarted,
    );
  });

  it.each<readonly [string, readonly Judgement[]]>([
    ['they are restarted anyway', [configMap('web'), workload(reads('web'), { action: 'update', paths: [image] })]],
    ['they are new', [configMap('web'), workload(reads('web'), { action: 'create' })]],
    ['what becomes of them is not known', [configMap('web'), unknown(workload(reads('web')))]],
    ['they end by themselves', [configMap('web'), workload(reads('web'), {}, 'Job')]],
    ['they read another', [configMap('web'), workload(reads('other'))]],
    [
      'only its labels change',
      [configMap('web', { paths: [{ ...image, path: ['metadata', 'labels'] }] }), workload(reads('web'))],
    ],
    [
      'the cluster holds the values already',
      [
        configMap('web', { paths: [{ path: ['data'], live: '1', merged: '1', causes: ['already'] }] }),
        workload(reads('web')),
      ],
    ],
    ['its name carries the hash of its values', [configMap('web-4m7c9h2kbt'), workload(reads('web-4m7c9h2kbt'))]],
    ['it lives in another namespace', [otherNamespace, workload(reads('web'))]],
  ])('are not named where %s', (_why, judgements) => {
    expect(found(...judgements)).toEqual([]);
  });
});

describe('Workloads that name what is deleted', () => {
  const spec = {
    serviceAccountName: 'account',
    imagePullSecrets: [{ name: 'registry' }],
    volumes: [
      { persistentVolumeClaim: { claimName: 'data' } },
      { configMap: { name: 'files' } },
      { secret: { secretName: 'maybe', optional: true } },
    ],
  };

  it.each([
    ['ServiceAccount', 'account'],
    ['Secret', 'registry'],
    ['PersistentVolumeClaim', 'data'],
    ['ConfigMap', 'files'],
  ])('are told beside the %s, whatever else becomes of them', (kind, name) => {
    for (const action of ['unchanged', 'update', 'create'] as const) {
      expect(found(deleted(kind, name), workload(spec, { action }))).toEqual([
        [`/${kind}/shop/${name}`, 'left-without', 1],
      ]);
    }
  });

  it('are not told where they start without it, or go themselves', () => {
    expect(found(deleted('Secret', 'maybe'), workload(spec))).toEqual([]);
    const gone = workload(spec, { action: 'delete', desired: null });
    expect(found(deleted('ConfigMap', 'files'), { ...gone, subject: { ...gone.subject, merged: null } })).toEqual([]);
  });
});
