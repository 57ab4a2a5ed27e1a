import { numberField } from '../domain/field.ts';
import { type KubernetesObject, parseApiVersion } from '../domain/manifest.ts';

/** Shorter than this, nobody may have seen how it ended. */
const shortestSeconds = 60;

/**
 * Whether an object goes away by itself once it is done: a Job with a time to live (KEP-592). That it is gone is no drift, and
 * nothing is missing; made again, it would do its work at every release.
 */
export function isFleeting(manifest: KubernetesObject): boolean {
  const { group } = parseApiVersion(manifest.apiVersion);
  if (group !== 'batch' || manifest.kind !== 'Job') return false;
  return (numberField(manifest, 'spec', 'ttlSecondsAfterFinished') ?? 0) >= shortestSeconds;
}
