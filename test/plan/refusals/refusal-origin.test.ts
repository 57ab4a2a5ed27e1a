import { expect, it } from 'vitest';
import type { Manifest } from '../../../src/domain/manifest.ts';
import { flattenLines } from '../../../src/domain/manifest-line.ts';
import { refusalFaults, refusalOrigin } from '../../../src/plan/refusals/refusal-origin.ts';

const lines = new Map<string, number>([
  ['metadata', 3],
  ['name', 4],
  ['spec', 5],
  ['replicas', 6],
  ['ports', 7],
  ['0', 8],
  ['port', 9],
]);
const object = { apiVersion: 'v1', kind: 'X', metadata: { name: 'x' }, spec: { replicas: 1, ports: [{ port: 0 }] } };
const manifest: Manifest = {
  object,
  origin: { file: 'x.yaml', line: 1 },
  lines: flattenLines(object, object, (_container, member) => lines.get(String(member)) ?? 1),
};

it.each([
  ['spec.replicas', 6],
  ['spec.ports[0].port', 9],
  ['spec.ports[0].missing', 8],
  ['spec.selector.matchLabels', 5],
  ['nowhere', 1],
  [null, 1],
])('A refusal of %s points at line %s', (field, line) => {
  const refusal = { reason: 'invalid', message: 'm', causes: [{ field, message: 'm' }] } as const;
  expect(refusalOrigin(manifest, refusal)).toEqual({ file: 'x.yaml', line });
});

it('Several fields that are refused are told each at its own line, once', () => {
  const cause = (field: string, message: string) => ({ field, message });
  const refusal = {
    reason: 'unknown-field',
    message: 'all of it',
    causes: [
      cause('spec.ports[0].prot', 'field not declared in schema'),
      cause('spec.replicas', 'Invalid value: "x": must be a number'),
      cause('spec.replicas', 'Invalid value: "x": must be a number'),
    ],
  } as const;
  expect(refusalFaults(manifest, refusal, false)).toEqual([
    { origin: { file: 'x.yaml', line: 8 }, message: 'spec.ports[0].prot: field not declared in schema' },
    { origin: { file: 'x.yaml', line: 6 }, message: 'spec.replicas: must be a number' },
  ]);
  expect(JSON.stringify(refusalFaults(manifest, refusal, true))).not.toContain('number');
  const [first] = refusal.causes;
  expect(refusalFaults(manifest, { ...refusal, causes: [first] }, false), 'the message says it').toEqual([]);
});

it('A refusal of a manifest whose place is lost points nowhere', () => {
  expect(refusalOrigin({ ...manifest, origin: null }, { reason: 'invalid', message: 'm', causes: [] })).toBeNull();
});

it.each(['[', '[a'])('A refusal of a field of 200,000 times %s is placed in time', (part) => {
  const field = `spec.replicas${part.repeat(200_000)}`;
  const began = performance.now();
  const refusal = { reason: 'invalid', message: 'm', causes: [{ field, message: 'm' }] } as const;
  expect(refusalOrigin(manifest, refusal)).toMatchObject({ file: 'x.yaml' });
  expect(performance.now() - began).toBeLessThan(2_000);
});
