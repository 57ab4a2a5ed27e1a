import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../src/domain/json.ts';
import { object, objectIn } from '../../objects.ts';
import { deleted, effectsIn, unchanged, updated, workload } from './changes.ts';

const claim = objectIn('shop', 'v1', 'PersistentVolumeClaim', 'data');

function volume(policy: string) {
  return object('v1', 'PersistentVolume', 'disk', { spec: { persistentVolumeReclaimPolicy: policy } });
}

function set(templates: readonly (readonly [string, string])[], whenDeleted = 'Retain') {
  const volumeClaimTemplates = templates.map(([name, storage]) => ({
    metadata: { name },
    spec: { resources: { requests: { storage } } },
  }));
  const persistentVolumeClaimRetentionPolicy = { whenDeleted, whenScaled: 'Retain' };
  return workload({
    kind: 'StatefulSet',
    name: 'db',
    spec: { replicas: 2, volumeClaimTemplates, persistentVolumeClaimRetentionPolicy },
  });
}

describe('Data', () => {
  it.each([
    ['of a volume claim goes with it', claim, ['deletes-data']],
    ['of a volume goes with it', volume('Delete'), ['deletes-data']],
    ['of a volume that is retained stays on the storage', volume('Retain'), ['leaves-volume']],
    ['of everything in a namespace', object('v1', 'Namespace', 'shop'), ['deletes-namespace']],
    ['of a kind', object('apiextensions.k8s.io/v1', 'CustomResourceDefinition', 'a.example.com'), ['deletes-kind']],
    ['is not in what is only called so', object('example.com/v1', 'Namespace', 'shop'), []],
    ['goes with a StatefulSet that says so', set([['data', '1Gi']], 'Delete'), ['deletes-data', 'stops-pods']],
    ['stays of one that does not', set([['data', '1Gi']]), ['stops-pods', 'keeps-claims']],
  ])('%s', (_what, gone, kinds) => {
    expect(effectsIn([deleted(gone)]).map(({ kind }) => kind)).toEqual(kinds);
  });

  it('of a claim stays on a volume that is retained', () => {
    const goesWith = {
      kind: 'volume',
      size: '1Gi',
      storageClass: null,
      bound: 'disk',
      reclaimPolicy: 'Retain',
    } as const;
    expect(effectsIn([{ ...deleted(claim), goesWith }])).toEqual([{ kind: 'leaves-volume' }]);
  });

  it('stays behind where a StatefulSet is made again with claims of another name', () => {
    const change = updated(set([['data', '1Gi']]), set([['disk', '1Gi']]), { action: 'replace' });
    expect(effectsIn([change])).toContainEqual({ kind: 'renames-claims', gone: ['data'], come: ['disk'] });
  });

  it('keeps the size that it had where the template of its claims grows', () => {
    const change = updated(set([['data', '1Gi']]), set([['data', '2Gi']]), { action: 'replace' });
    expect(effectsIn([change])).toContainEqual({ kind: 'leaves-claims', templates: ['data'] });
  });
});

describe('A key that goes', () => {
  const config = (data: Readonly<Record<string, string>>) => objectIn('shop', 'v1', 'ConfigMap', 'web', { data });
  const variable = (reference: JsonObject) => ({ env: [{ name: 'A', valueFrom: { configMapKeyRef: reference } }] });
  const removed = updated(config({ a: '1', b: '2' }), config({ b: '2' }));
  const named = { kind: 'removes-key', keys: ['a'], workloads: [{ kind: 'Deployment', name: 'web' }] };

  it('is missed by pods that name it', () => {
    const pods = workload({ container: variable({ name: 'web', key: 'a' }) });
    expect(effectsIn([removed, unchanged(pods)])).toMatchObject([named, { kind: 'restarts-nothing' }]);
    const files = { volumes: [{ name: 'files', configMap: { name: 'web', items: [{ key: 'a', path: 'a' }] } }] };
    expect(effectsIn([removed, unchanged(workload({ pods: files }))])).toMatchObject([named, {}]);
    const projected = { volumes: [{ name: 'f', projected: { sources: [files.volumes[0] ?? {}] } }] };
    expect(effectsIn([removed, unchanged(workload({ pods: projected }))])).toMatchObject([named, {}]);
  });

  it.each([
    ['may do without it', { name: 'web', key: 'a', optional: true }],
    ['name another one', { name: 'web', key: 'b' }],
    ['name one of another object', { name: 'other', key: 'a' }],
  ])('is not missed by pods that %s', (_what, reference) => {
    const effects = effectsIn([removed, unchanged(workload({ container: variable(reference) }))]);
    expect(effects.map(({ kind }) => kind)).not.toContain('removes-key');
  });
});
