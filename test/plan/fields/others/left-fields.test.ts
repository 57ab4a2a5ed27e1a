import { describe, expect, it } from 'vitest';
import type { Json, JsonObject } from '../../../../src/domain/json.ts';
import type { KubernetesObject } from '../../../../src/domain/manifest.ts';
import { leftClaims, stillLeft, withoutLeft } from '../../../../src/plan/fields/others/left-fields.ts';

const web = (spec: JsonObject, managedFields: readonly Json[] = []): KubernetesObject => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'web', annotations: { 'a.b/c': '1' }, managedFields },
  spec,
});

describe('A manifest without what is left to others', () => {
  const container = { name: 'web', image: 'web:1', resources: { limits: { cpu: '1' } } };
  it.each<[string, string, JsonObject]>([
    ['lacks the member', '.spec.replicas', { paused: true, containers: [container] }],
    [
      'lacks a map that this empties as well',
      '.spec.containers[name="web"].resources.limits.cpu',
      { replicas: 3, paused: true, containers: [{ name: 'web', image: 'web:1' }] },
    ],
    ['lacks a list that this empties as well', '.spec.containers[name="web"]', { replicas: 3, paused: true }],
    [
      'is the same where there is no such field',
      '.spec.volumes',
      { replicas: 3, paused: true, containers: [container] },
    ],
    ['keeps what makes the object', '.metadata.name', { replicas: 3, paused: true, containers: [container] }],
  ])('%s (%s)', (_name, field, spec) => {
    const manifest = web({ replicas: 3, paused: true, containers: [container] });
    expect(withoutLeft(manifest, [field])).toEqual(web(spec));
  });

  it('is the very same object where nothing is left', () => {
    const manifest = web({});
    expect(withoutLeft(manifest, [])).toBe(manifest);
  });
});

describe('Claims are left', () => {
  const at = '2026-11-20T10:00:00Z';
  const entry = { manager: 'keda', operation: 'Update', time: at, fieldsV1: { 'f:spec': { 'f:replicas': {} } } };
  const live = web({ replicas: 6 }, [entry]);
  const claim = (field: string) => ({ manager: 'keda', field });

  it('to who holds them, since when', () => {
    expect(leftClaims([claim('.spec.replicas')], web({ replicas: 3 }), live)).toEqual([
      { field: '.spec.replicas', manager: { name: 'keda', at } },
    ]);
  });

  it('all or none: not where the object cannot do without one of them', () => {
    expect(leftClaims([claim('.spec.replicas'), claim('.kind')], web({ replicas: 3 }), live)).toBeNull();
    expect(leftClaims([], web({}), live)).toBeNull();
  });

  it('as long as somebody holds them', () => {
    expect(stillLeft(live, ['.spec.replicas', '.spec.paused'])).toMatchObject([{ field: '.spec.replicas' }]);
    expect(stillLeft(web({ replicas: 6 }), ['.spec.replicas'])).toEqual([]);
  });
});
