import { createHash } from 'node:crypto';
import { canonicalJson } from '../src/domain/json.ts';
import type { KubernetesObject, Manifest } from '../src/domain/manifest.ts';
import { flattenLines } from '../src/domain/manifest-line.ts';
import type { Rendering } from '../src/domain/rendering.ts';

/** Manifests as a renderer would hand them over: one file, ten lines for each. */
export function rendering(...objects: readonly KubernetesObject[]): Rendering {
  const manifests: readonly Manifest[] = objects.map((object, index) => ({
    object,
    origin: { file: 'deploy/all.yaml', line: 10 * index + 1 },
    lines: flattenLines(object, object, () => 10 * index + 1),
  }));
  return {
    id: createHash('sha256').update(canonicalJson(objects)).digest('hex'),
    renderer: { kind: 'plain', version: '1' },
    manifests,
    passedOver: [],
    remarks: [],
  };
}
