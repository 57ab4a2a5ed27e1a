import { type Json, type JsonObject, sameJson } from '../../domain/json.ts';
import type { KubernetesObject } from '../../domain/manifest.ts';
import { partOf } from '../manifests/settle-manifest.ts';

/**
 * What an object says, without what the API server keeps about it. `generation` is noise on purpose: a NetworkPolicy
 * with an empty `ingress` raises it at every apply that changes nothing.
 */
export function contentOf(object: KubernetesObject): JsonObject {
  const { status: _status, metadata, ...content } = object;
  return { ...content, metadata: metadataOf(metadata) };
}

/** Whether two versions of an object say the same: `contentOf` of both is equal, without making either. */
export function sameContent(left: KubernetesObject, right: KubernetesObject): boolean {
  if (left === right) return true;
  return sameMembers(left, right, objectNoise, (key) =>
    key === 'metadata'
      ? sameMembers(left.metadata, right.metadata, metadataNoise, (member) => sameMetadata(left, right, member))
      : sameJson(left[key], right[key]),
  );
}

const objectNoise: ReadonlySet<string> = new Set(['status']);

const metadataNoise: ReadonlySet<string> = new Set([
  'managedFields',
  'resourceVersion',
  'generation',
  'uid',
  'creationTimestamp',
  'deletionTimestamp',
  'deletionGracePeriodSeconds',
  'selfLink',
]);

// The ApplySet's label is said as `adopted`; kubectl's copy of the whole manifest would show a Secret a second time.
const labelNoise: ReadonlySet<string> = new Set([partOf]);
const annotationNoise: ReadonlySet<string> = new Set(['kubectl.kubernetes.io/last-applied-configuration']);

function metadataOf(metadata: JsonObject): JsonObject {
  const kept: Record<string, Json | undefined> = {};
  for (const key of Object.keys(metadata)) if (!metadataNoise.has(key)) kept[key] = metadata[key];
  for (const [key, noise] of [
    ['labels', labelNoise],
    ['annotations', annotationNoise],
  ] as const) {
    const members = Object.entries(metadata[key] ?? {}).filter(([name]) => !noise.has(name));
    if (members.length > 0) kept[key] = Object.fromEntries(members);
    else delete kept[key];
  }
  return kept;
}

function sameMetadata(left: KubernetesObject, right: KubernetesObject, member: string): boolean {
  if (member !== 'labels' && member !== 'annotations') return sameJson(left.metadata[member], right.metadata[member]);
  const noise = member === 'labels' ? labelNoise : annotationNoise;
  const [ours, theirs]: readonly JsonObject[] = [left.metadata[member] ?? {}, right.metadata[member] ?? {}];
  return sameMembers(ours ?? {}, theirs ?? {}, noise, (name) => ours?.[name] === theirs?.[name]);
}

function sameMembers(
  left: JsonObject,
  right: JsonObject,
  noise: ReadonlySet<string>,
  same: (key: string) => boolean,
): boolean {
  for (const key of Object.keys(left)) if (!noise.has(key) && !same(key)) return false;
  for (const key of Object.keys(right)) if (!noise.has(key) && !Object.hasOwn(left, key) && !same(key)) return false;
  return true;
}
