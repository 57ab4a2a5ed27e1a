import { existsSync, globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { loadAll } from 'js-yaml';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { Health } from '../../src/domain/health.ts';
import { isoTime } from '../../src/domain/iso-time.ts';
import type { Json } from '../../src/domain/json.ts';
import type { KubernetesObject } from '../../src/domain/manifest.ts';
import { health } from '../../src/observe/health.ts';
import { corpus } from '../corpus.ts';

/** Real cases of others beside the project (it needs none of them): where they are absent, this says so. */
const isThere = existsSync(corpus);
if (!isThere) console.warn(`health corpus skipped: no folder ${corpus} (CORPUS)`);

const now = Date.parse('2026-11-20T14:00:00Z');

describe.skipIf(!isThere)('health of what others judged', () => {
  it('is as kstatus has it, but for a pod that ended in failure', () => {
    const cases = readFileSync(path.join(corpus, 'kstatus/kstatus.jsonl'), 'utf8').trim().split('\n');
    const differing = cases.flatMap((line) => {
      const one = JSON.parse(line) as { readonly case: string; readonly yaml: string; readonly status: string };
      const [object] = parse(one.yaml.replace('%s', `"${isoTime(now)}"`));
      const found = object === undefined ? null : health(object, { pods: [], now }).kind;
      return found === kstatus[one.status] ? [] : [one.case];
    });
    expect(cases).toHaveLength(53);
    // kstatus calls it current because it changes no more; nobody who deployed it would.
    expect(differing).toEqual(['podCompletedFailed']);
  });

  it('is seldom healthy where Argo CD says otherwise, and seldom otherwise where it says healthy', () => {
    const cases = globSync(path.join(corpus, 'argocd-health-public/resource_customizations/*/*/health_test.yaml'));
    const seen = cases.flatMap(argoCases);
    const unwell = seen.filter(({ said }) => said === 'Degraded' || said === 'Progressing');
    const well = seen.filter(({ said }) => said === 'Healthy');
    const unsafe = unwell.filter(({ found }) => found === 'healthy');
    const shy = well.filter(({ found }) => found !== 'healthy');
    console.log(
      `healthy though unwell: ${unsafe.length} of ${unwell.length}; unwell though healthy: ${shy.length} of ${well.length}`,
    );
    expect([unwell.length, well.length]).toEqual([318, 151]);
    // Each of these kinds speaks a language of its own; the built-in ones are all understood but a CronJob's last run.
    expect(unsafe.length).toBeLessThanOrEqual(62);
    expect(unsafe.filter(({ group }) => ['apps', 'batch', 'policy'].includes(group)).map(({ group }) => group)).toEqual(
      ['batch'],
    );
    expect(shy.length).toBeLessThanOrEqual(10);
  });
});

const kstatus: Readonly<Record<string, Health['kind']>> = {
  InProgressStatus: 'progressing',
  CurrentStatus: 'healthy',
  FailedStatus: 'failed',
};

const argoTests = z.object({
  tests: z.array(
    z.object({ inputPath: z.string(), healthStatus: z.object({ status: z.string().optional() }).optional() }),
  ),
});

function argoCases(file: string) {
  const [said] = loadAll(readFileSync(file, 'utf8'));
  return argoTests.parse(said).tests.flatMap(({ inputPath, healthStatus }) => {
    const input = path.join(path.dirname(file), inputPath);
    const [object] = existsSync(input) ? parse(readFileSync(input, 'utf8')) : [];
    if (object === undefined) return [];
    const group = path.basename(path.dirname(path.dirname(file)));
    return [{ group, said: healthStatus?.status, found: health(object, { pods: [], now }).kind }];
  });
}

const others = z.custom<Json>();
const named = z.object({ name: z.string().default('unnamed') }).catchall(others);
const someObject = z
  .object({ apiVersion: z.string(), kind: z.string(), metadata: named.default({ name: 'unnamed' }) })
  .catchall(others);

/** Some cases name no object, and one repeats a key: both are theirs. */
function parse(text: string): readonly KubernetesObject[] {
  const documents = loadAll(text, { json: true }).filter((one) => one !== null);
  return z.array(someObject).parse(documents);
}
