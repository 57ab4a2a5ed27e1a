import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { load } from 'js-yaml';
import { describe, expect, it } from 'vitest';
import type { KubernetesObject } from '../../src/domain/manifest.ts';
import { health } from '../../src/observe/health.ts';

const folder = path.join(import.meta.dirname, '../fixtures/health');
const now = Date.parse('2026-11-20T14:00:00Z');

/** A live object, and in a word how it is doing; `because`: the reason that people read. */
interface Case {
  readonly it: string;
  readonly is: 'healthy' | 'progressing' | 'failed';
  readonly because?: string;
  readonly object: KubernetesObject;
  readonly pods?: readonly KubernetesObject[];
}

describe.each(readdirSync(folder))('health of %s', (file) => {
  const cases = load(readFileSync(path.join(folder, file), 'utf8')) as readonly Case[];

  it.each(cases.map((one) => [one.it, one.is, one] as const))('%s: %s', (_it, _is, one) => {
    const found = health(one.object, { pods: one.pods ?? [], now });
    const expected = one.is === 'healthy' ? { kind: one.is } : { kind: one.is, reason: one.because };
    expect(found).toEqual(expected);
  });
});
