import { describe, expect, it } from 'vitest';
import type { KubernetesObject } from '../../../src/domain/manifest.ts';
import { withUncheckedPods } from '../../../src/plan/relations/unchecked-pods.ts';
import { objectIn } from '../../objects.ts';
import { judgement } from '../judgements.ts';

function namespace(level: string | null): KubernetesObject {
  const labels = level === null ? {} : { 'pod-security.kubernetes.io/enforce': level };
  return { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'team', labels } };
}
const web = (place: string, name: string) =>
  judgement(objectIn(place, 'apps/v1', 'Deployment', name, { spec: { template: { spec: { containers: [] } } } }));
const config = judgement(objectIn('team', 'v1', 'ConfigMap', 'a'));

describe('A namespace that is made with a Pod Security level', () => {
  const remark = (level: string | null, action: 'create' | 'update', others = [web('team', 'a'), web('team', 'b')]) =>
    withUncheckedPods([judgement(namespace(level), { action }), ...others])[0]?.remark;

  it('says how many objects make pods in it that nobody held against it', () => {
    expect(remark('restricted', 'create', [web('team', 'a'), web('team', 'b'), web('other', 'c'), config])).toBe(
      'it enforces Pod Security "restricted": whether the pods of 2 objects in it comply can be asked only once it is there',
    );
  });

  it.each([
    ['enforces none', null, 'create', undefined],
    ['lets every pod in', 'privileged', 'create', undefined],
    ['is there already, so that admission warns', 'restricted', 'update', undefined],
    ['gets no pods', 'restricted', 'create', [config, web('other', 'c')]],
  ] as const)('says nothing where it %s', (_where, level, action, others) => {
    expect(remark(level, action, others && [...others])).toBeNull();
  });
});
