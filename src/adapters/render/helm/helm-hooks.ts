import type { Manifest, ManifestHook } from '../../../domain/manifest.ts';
import { replaceAnnotation } from '../../../domain/manifest.ts';

/** What becomes of a manifest that a chart made: https://helm.sh/docs/topics/charts_hooks/ */
export type HookReading =
  | { readonly kind: 'none' }
  | { readonly kind: 'mapped'; readonly manifest: Manifest; readonly runs: boolean }
  | { readonly kind: 'left-out'; readonly message: string }
  | { readonly kind: 'refused'; readonly message: string };

/**
 * A hook is an object of the release, applied before or after the others. Whether helm would install, upgrade or roll
 * back is nobody's question here: each release is an upgrade to what Git says.
 */
export function readHook(manifest: Manifest): HookReading {
  const annotations = manifest.object.metadata.annotations ?? {};
  const written = annotations['helm.sh/hook'];
  if (written === undefined) return { kind: 'none' };
  const asked = written.split(',').map((one) => one.trim());
  if (asked.every((one) => tests.has(one))) {
    return { kind: 'left-out', message: `It is a test of the chart (helm.sh/hook: ${written}): it is left out.` };
  }
  const weight = Number(annotations['helm.sh/hook-weight'] ?? '0');
  if (!Number.isSafeInteger(weight)) return refused('helm.sh/hook-weight is a whole number, in quotes.');
  const before = asked.some((one) => one === 'pre-install' || one === 'pre-upgrade');
  const after = asked.some((one) => one === 'post-install' || one === 'post-upgrade');
  const other = asked.find((one) => !mapped.has(one));
  if (other !== undefined) return refused(whyNot(other));
  if (before && after) return refused('It is to run before and after a release: make it two hooks.');
  if (!before && !after) return refused(whyNot(asked[0] ?? ''));
  const hook: ManifestHook = { phase: before ? 'before' : 'after', weight };
  const { kind } = manifest.object;
  const runs = kind === 'Job' || kind === 'Pod';
  return { kind: 'mapped', manifest: runs ? replaced(manifest, hook) : { ...manifest, hook }, runs };
}

const tests: ReadonlySet<string> = new Set(['test', 'test-success', 'test-failure']);

/** A rollback is a release like any other, so what runs at an upgrade runs then, too. */
const mapped: ReadonlySet<string> = new Set([
  'pre-install',
  'pre-upgrade',
  'post-install',
  'post-upgrade',
  'pre-rollback',
  'post-rollback',
]);

function whyNot(hook: string): string {
  switch (hook) {
    case 'pre-delete':
    case 'post-delete':
      return `Fairlead never uninstalls a chart, so nothing would run the hook ${hook}: turn it off in the values.`;
    case 'pre-rollback':
    case 'post-rollback':
      return `A rollback is a release like any other here, so nothing would run the hook ${hook} alone: add pre-upgrade or post-upgrade, or turn it off in the values.`;
    default:
      return `Fairlead does not know the hook ${hook.slice(0, 60)}.`;
  }
}

function refused(message: string): HookReading {
  return { kind: 'refused', message };
}

/** What runs once cannot be changed: to run again it is deleted and made again, unless its author said otherwise. */
function replaced(manifest: Manifest, hook: ManifestHook): Manifest {
  const { metadata } = manifest.object;
  const annotations = { [replaceAnnotation]: 'true', ...metadata.annotations };
  const { lines: _, ...rest } = manifest;
  return { ...rest, hook, object: { ...manifest.object, metadata: { ...metadata, annotations } } };
}
