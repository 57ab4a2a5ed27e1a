import { describe, expect, it } from 'vitest';
import type { Json } from '../../../../src/domain/json.ts';
import type { KubernetesObject } from '../../../../src/domain/manifest.ts';
import { otherManager } from '../../../../src/plan/fields/managed/managed-fields.ts';
import type { Path } from '../../../../src/plan/fields/path.ts';

const port = { containerPort: 80, protocol: 'TCP', name: 'http' };
const container = { name: 'web', image: 'web:1', ports: [port], args: ['a', 'b'] };
const tolerations = [{ key: 'a', operator: 'Exists' }];

function object(...managedFields: readonly Json[]): KubernetesObject {
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'web', annotations: { 'a.b/c': '1' }, finalizers: ['f'], managedFields },
    spec: { replicas: 3, template: { spec: { containers: [container], tolerations } } },
  };
}

function entry(manager: string, fieldsV1: Json, rest: object = {}): Json {
  return { manager, operation: 'Update', time: '2026-11-20T10:00:00Z', fieldsV1, ...rest };
}

const inContainer = (fields: Json): Json => ({
  'f:spec': { 'f:template': { 'f:spec': { 'f:containers': { 'k:{"name":"web"}': fields } } } },
});
const web = ['spec', 'template', 'spec', 'containers', { key: 'name', value: 'web' }] as const;

describe('The holder of a path is found', () => {
  const cases: readonly (readonly [string, Json, Path, boolean])[] = [
    ['at a member', { 'f:spec': { 'f:replicas': {} } }, ['spec', 'replicas'], true],
    ['not at another member', { 'f:spec': { 'f:paused': {} } }, ['spec', 'replicas'], false],
    [
      'at a member with dots',
      { 'f:metadata': { 'f:annotations': { 'f:a.b/c': {} } } },
      ['metadata', 'annotations', 'a.b/c'],
      true,
    ],
    ['in a list item by its key', inContainer({ 'f:image': {} }), [...web, 'image'], true],
    ['not in the item for its mere being', inContainer({ '.': {}, 'f:args': {} }), [...web, 'image'], false],
    [
      'by keys that are not the ones a person names it by',
      inContainer({ 'f:ports': { 'k:{"containerPort":80,"protocol":"TCP"}': { 'f:name': {} } } }),
      [...web, 'ports', { key: 'name', value: 'http' }, 'name'],
      true,
    ],
    ['above, for an atomic list', inContainer({ 'f:args': {} }), [...web, 'args'], true],
    [
      'above, for what is inside an atomic list',
      { 'f:spec': { 'f:template': { 'f:spec': { 'f:tolerations': {} } } } },
      ['spec', 'template', 'spec', 'tolerations', 0, 'operator'],
      true,
    ],
    ['in a set, by value', { 'f:metadata': { 'f:finalizers': { 'v:"f"': {} } } }, ['metadata', 'finalizers', 0], true],
    ['nowhere for what is not there', { 'f:spec': { 'f:paused': {} } }, ['spec', 'paused'], false],
  ];

  it.each(cases)('%s', (_name, fields, path, held) => {
    const holder = otherManager(object(entry('kubectl-edit', fields)), path);
    expect(holder).toEqual(held ? { name: 'kubectl-edit', at: '2026-11-20T10:00:00Z' } : null);
  });

  it('as the one who wrote last, and never as Fairlead itself', () => {
    const fields = { 'f:spec': { 'f:replicas': {} } };
    const live = object(
      entry('fairlead', fields, { operation: 'Apply', time: '2026-11-21T10:00:00Z' }),
      entry('first', fields, { time: '2026-11-19T10:00:00Z' }),
      entry('last', fields),
      entry('timeless', fields, { time: undefined }),
    );
    expect(otherManager(live, ['spec', 'replicas'])?.name).toBe('last');
  });
});
