import { createHash } from 'node:crypto';
import { canonicalJson } from '../../domain/json.ts';
import type { Renderer, RenderResult } from '../../domain/rendering.ts';
import type { ManifestReading } from '../../plan/manifests/read-manifests.ts';

/** The result of rendering from what was read of it, with a stop at each manifest. */
export function* finishRendering(renderer: Renderer, reading: ManifestReading): Generator<void, RenderResult> {
  if (reading.kind === 'refused') return reading;
  const { manifests, passedOver, remarks } = reading;
  // The objects alone, in an order of their own: files may be moved and split without a change to the cluster.
  const objects: string[] = [];
  for (const { object, hook } of manifests) {
    yield;
    const order = hook === undefined ? '' : ` ${hook.phase} ${hook.weight}`;
    objects.push(`${canonicalJson(object)}${order}`);
  }
  const hash = createHash('sha256');
  for (const object of objects.toSorted()) {
    yield;
    hash.update(object).update('\n');
  }
  return { kind: 'rendered', rendering: { id: hash.digest('hex'), renderer, manifests, passedOver, remarks } };
}
