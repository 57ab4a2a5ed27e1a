import { describe, expect, it } from 'vitest';
import type { KubernetesObject } from '../../../src/domain/manifest.ts';
import type { Judgement } from '../../../src/plan/judgement.ts';
import { withLostGround } from '../../../src/plan/relations/lost-ground.ts';
import { object, objectIn } from '../../objects.ts';
import { judgement } from '../judgements.ts';

const deleted = (living: KubernetesObject): Judgement =>
  judgement(living, { action: 'delete', desired: null, live: { kind: 'present', object: living } });
const crd = object('apiextensions.k8s.io/v1', 'CustomResourceDefinition', 'widgets.e.example', {
  spec: { group: 'e.example', names: { kind: 'Widget' } },
});
const namespace = object('v1', 'Namespace', 'shop');

describe('What stays in Git while its ground goes', () => {
  it.each([
    ['its namespace', namespace, objectIn('shop', 'v1', 'ConfigMap', 'c'), true],
    ['another namespace', namespace, objectIn('other', 'v1', 'ConfigMap', 'c'), false],
    ['the CRD of its kind', crd, objectIn('shop', 'e.example/v1', 'Widget', 'w'), true],
    ['the CRD of another kind', crd, objectIn('shop', 'other.example/v1', 'Widget', 'w'), false],
  ])('is blocked where that is: %s', (_what, ground, stays, blocked) => {
    const [, after] = withLostGround([deleted(ground), judgement(stays, { action: 'unchanged' })]);
    expect(after?.action).toBe(blocked ? 'blocked' : 'unchanged');
  });

  it('is not blocked where it goes, too', () => {
    const [, after] = withLostGround([deleted(namespace), deleted(objectIn('shop', 'v1', 'ConfigMap', 'c'))]);
    expect(after?.action).toBe('delete');
  });
});
