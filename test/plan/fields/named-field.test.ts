import { describe, expect, it } from 'vitest';
import { namedPosition, overlaps } from '../../../src/plan/fields/named-field.ts';

const manifest = {
  metadata: { labels: { app: '1', 'app.kubernetes.io/name': '2', 'a[0].b': '3' }, finalizers: ['x', 'y]z'] },
  spec: {
    ports: [
      { port: 80, name: 'http' },
      { port: 53, protocol: 'UDP' },
      { port: 53, protocol: 'TCP' },
    ],
    containers: [
      { name: 'a"b', image: '1' },
      { name: 'web', image: '2' },
    ],
    args: ['a', 'b'],
  },
};

describe('A field in the API server’s notation stands', () => {
  it.each([
    ['.spec.args', ['spec', 'args']],
    ['.spec.args[1]', ['spec', 'args', 1]],
    ['.metadata.labels.app', ['metadata', 'labels', 'app']],
    ['.metadata.labels.app.kubernetes.io/name', ['metadata', 'labels', 'app.kubernetes.io/name']],
    ['.metadata.labels.a[0].b', ['metadata', 'labels', 'a[0].b']],
    ['.metadata.labels[app]', ['metadata', 'labels', 'app']],
    ['.metadata.labels[other]', null],
    ['.metadata.finalizers[="x"]', ['metadata', 'finalizers', 0]],
    ['.metadata.finalizers[="y]z"]', ['metadata', 'finalizers', 1]],
    ['.spec.containers[name="web"].image', ['spec', 'containers', 1, 'image']],
    ['.spec.containers[name="a\\"b"].image', ['spec', 'containers', 0, 'image']],
    ['.spec.ports[port=80,protocol="TCP"].name', ['spec', 'ports', 0, 'name']],
    ['.spec.ports[port=53,protocol="TCP"]', ['spec', 'ports', 2]],
    ['.spec.nothing', null],
    ['.spec.containers[name="other"].image', null],
    ['.spec.ports[port=8080,protocol="TCP"]', null],
    ['.spec.ports[port=', null],
    ['.spec.args[name="a"]', null],
    [`.spec.ports[${'a='.repeat(5_000)}`, null],
  ])('%s', (field, position) => {
    expect(namedPosition(manifest, field)).toEqual(position);
  });

  it('at the same place as what is above and below it', () => {
    expect(overlaps(['spec', 'args'], ['spec', 'args', 0])).toBe(true);
    expect(overlaps(['spec', 'args', 0], ['spec'])).toBe(true);
    expect(overlaps(['spec', 'args', 0], ['spec', 'args', 1])).toBe(false);
  });
});
