import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../src/domain/json.ts';
import { yamlDiff } from '../../../src/plan/change/yaml-diff.ts';

function diff(before: JsonObject | null, after: JsonObject | null): readonly string[] {
  return yamlDiff(before, after).split('\n');
}

describe('A diff shows', () => {
  it('what changes, and above it where that is', () => {
    const version = (image: string) => ({
      spec: {
        replicas: 3,
        template: {
          spec: {
            containers: [
              { image, name: 'web', tty: true },
              { name: 'side', image: 'x' },
            ],
          },
        },
      },
    });
    expect(diff(version('web:1'), version('web:2'))).toEqual([
      ' spec:',
      '   template:',
      '     spec:',
      '       containers:',
      '       - name: web',
      '-        image: web:1',
      '+        image: web:2',
    ]);
  });

  it('nothing where nothing differs, whatever the order of the members', () => {
    expect(yamlDiff({ a: 1, b: { c: 2, d: 3 } }, { b: { d: 3, c: 2 }, a: 1 })).toBe('');
  });

  it('a whole object that comes or goes, what it is first', () => {
    const object = {
      data: { a: '1' },
      metadata: { labels: { x: 'z' }, name: 'c' },
      kind: 'ConfigMap',
      apiVersion: 'v1',
    };
    const lines = [
      'apiVersion: v1',
      'kind: ConfigMap',
      'metadata:',
      '  name: c',
      '  labels:',
      '    x: z',
      'data:',
      "  a: '1'",
    ];
    expect(diff(null, object)).toEqual(lines.map((line) => `+${line}`));
    expect(diff(object, null)).toEqual(lines.map((line) => `-${line}`));
  });

  it('the item that came, not one that looks like it', () => {
    const env = (...pairs: readonly (readonly [string, string])[]) => ({
      env: pairs.map(([name, value]) => ({ name, value })),
    });
    expect(diff(env(['A', '1']), env(['A', '9'], ['C', '1']))).toEqual([
      ' env:',
      ' - name: A',
      "-  value: '1'",
      "+  value: '9'",
      '+- name: C',
      "+  value: '1'",
    ]);
  });

  it('an item at both of its places where the order changes', () => {
    expect(diff({ l: [{ name: 'A' }, { name: 'B' }] }, { l: [{ name: 'B' }, { name: 'A' }] })).toEqual([
      ' l:',
      '-- name: A',
      '+- name: A',
    ]);
  });

  it('the arguments that change, of those that do not', () => {
    expect(diff({ args: ['--a', '--b=1', '--c'] }, { args: ['--a', '--b=2', '--c'] })).toEqual(
      [' args:', '---b=1', '+--b=2'].map((line) => line.replace(/^([-+])--b/, '$1- --b')),
    );
  });

  it('an item that nothing names in the place of a similar one as that one, changed', () => {
    const rule = (...verbs: readonly string[]) => ({ apiGroups: [''], resources: ['secrets'], verbs });
    const other = { apiGroups: ['apps'], resources: ['deployments'], verbs: ['get'] };
    expect(diff({ rules: [rule('create'), other] }, { rules: [rule('create', 'get')] })).toEqual([
      ' rules:',
      ' - apiGroups:',
      "   - ''",
      '   resources:',
      '   - secrets',
      '   verbs:',
      '   - create',
      '+  - get',
      '-- apiGroups:',
      '-  - apps',
      '-  resources:',
      '-  - deployments',
      '-  verbs:',
      '-  - get',
    ]);
  });

  it('the changed line of a text, and what that stands in', () => {
    const text = (root: string) => `server {\n  listen 80;\n\n  location / {\n    root ${root};\n  }\n}\n`;
    expect(diff({ data: { 'nginx.conf': text('x') } }, { data: { 'nginx.conf': text('y') } })).toEqual([
      ' data:',
      '   nginx.conf: |',
      '     server {',
      '       location / {',
      '-        root x;',
      '+        root y;',
    ]);
  });

  it('that a text lost its last newline', () => {
    expect(diff({ a: 'x\ny\n' }, { a: 'x\ny' })).toEqual(['-a: |', '+a: |-']);
  });

  it('values as YAML would have to write them', () => {
    expect(diff({ a: 'x' }, { a: 'yes', b: '1', c: 12345678901234567890n, 'd e': '', on: null })).toEqual([
      '-a: x',
      "+a: 'yes'",
      "+b: '1'",
      '+c: 12345678901234567890',
      "+d e: ''",
      "+'on': null",
    ]);
  });

  it('no control character, which could hide what follows', () => {
    expect(yamlDiff({ a: 'x\n\u001b[2Jy' }, { a: 'x\n\u001b[2Jz\r' })).not.toMatch(/[^\P{Cc}\n]/u);
  });

  it('that it is too large where it would take too long', () => {
    const noise = (seed: number) => Array.from({ length: 9_000 }, (_, line) => `${(line * seed) % 7919}`).join('\n');
    const started = performance.now();
    expect(yamlDiff({ a: noise(7) }, { a: noise(11) })).toContain('too large to show: 9000 lines become 9000');
    expect(performance.now() - started).toBeLessThan(5_000);
  });
});
