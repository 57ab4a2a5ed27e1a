import { isJsonObject, type Json, type JsonObject } from '../../domain/json.ts';
import type { KubernetesObject, Manifest, ObjectMetadata } from '../../domain/manifest.ts';
import { flattenLines } from '../../domain/manifest-line.ts';
import type { Problem } from '../../domain/rendering.ts';
import { clusterOwns } from './manifest-refusal.ts';
import type { Source } from './read-manifests.ts';
import { sopsPlaces, sopsRefusal } from './sops.ts';

export type OneReading =
  | { readonly kind: 'read'; readonly manifest: Manifest; readonly remarks: readonly Problem[] }
  | { readonly kind: 'refused'; readonly problems: readonly Problem[] };

/**
 * One manifest from what is written at a path of a document. apiVersion and kind are texts already. What only a cluster
 * may say is refused where it would do harm, and left out with a remark where it would do nothing.
 */
export function readManifest(source: Source, written: JsonObject, path: readonly (string | number)[]): OneReading {
  const problems: Problem[] = [];
  const remarks: Problem[] = [];
  const at = (list: Problem[], inside: readonly string[], message: string): void => {
    const full = [...path, ...inside];
    list.push({ file: source.file, line: source.document.lineOf(full), path: full.join('.') || null, message });
  };

  for (const place of sopsPlaces(written)) at(problems, place, `This ${sopsRefusal}.`);
  const { metadata } = written;
  if (!isJsonObject(metadata)) {
    at(problems, ['metadata'], 'A manifest needs metadata with a name.');
    return { kind: 'refused', problems };
  }
  for (const [field, why] of Object.entries(clusterOwns)) {
    if (!isNothing(metadata[field])) at(problems, ['metadata', field], `The cluster sets ${field}: ${why}. Remove it.`);
  }
  const { name } = metadata;
  if (typeof name !== 'string' || name === '') {
    const generates = isNothing(name) && typeof metadata['generateName'] === 'string';
    if (generates) at(problems, ['metadata', 'generateName'], generatedComplaint);
    else at(problems, ['metadata', 'name'], nameComplaint(name));
  }
  if (!isNothing(metadata['namespace']) && typeof metadata['namespace'] !== 'string') {
    at(problems, ['metadata', 'namespace'], 'A namespace is a text: write it in quotes.');
  }
  for (const field of ['labels', 'annotations']) {
    for (const [inside, message] of textMapComplaints(field, metadata[field])) at(problems, inside, message);
  }
  if (problems.length > 0) return { kind: 'refused', problems };

  for (const field of clusterIgnores) {
    if (!isNothing(metadata[field])) at(remarks, ['metadata', field], `The cluster sets ${field}: it is left out.`);
  }
  if (!isEmpty(written['status'])) {
    at(remarks, ['status'], 'Status is the cluster’s to say: it is left out.');
  }
  const object = { ...without(written, ['status']), metadata: cleanMetadata(metadata) } as KubernetesObject;
  const { document } = source;
  const lines = flattenLines(object, written, document.lineIn);
  return {
    kind: 'read',
    manifest: { object, origin: { file: source.file, line: document.lineOf(path) }, lines },
    remarks,
  };
}

/** What the API server passes over. */
const clusterIgnores = [
  'creationTimestamp',
  'deletionTimestamp',
  'deletionGracePeriodSeconds',
  'generation',
  'selfLink',
] as const;

const generatedComplaint =
  'generateName makes another object at every release, and nobody could say which is the one in Git: give it a name.';

function nameComplaint(name: Json | undefined): string {
  const isOther = typeof name === 'number' || typeof name === 'boolean';
  return isOther ? 'A name is a text: write it in quotes.' : 'A manifest needs metadata.name, a text.';
}

function textMapComplaints(field: string, map: Json | undefined): readonly (readonly [readonly string[], string])[] {
  if (isNothing(map)) return [];
  if (!isJsonObject(map)) return [[['metadata', field], `metadata.${field} is a mapping of texts.`]];
  return Object.entries(map)
    .filter(([, value]) => typeof value !== 'string')
    .map(([key]) => [['metadata', field, key], `The values of ${field} are texts: write it in quotes.`] as const);
}

function cleanMetadata(metadata: JsonObject): ObjectMetadata {
  const nothing = ['namespace', 'labels', 'annotations', ...Object.keys(clusterOwns)].filter(
    (field) => isNothing(metadata[field]) || metadata[field] === '',
  );
  return without(metadata, [...clusterIgnores, ...nothing]) as ObjectMetadata;
}

function without(object: JsonObject, members: readonly string[]): JsonObject {
  return Object.fromEntries(Object.entries(object).filter(([name]) => !members.includes(name)));
}

function isNothing(value: Json | undefined): value is null | undefined {
  return value === undefined || value === null;
}

function isEmpty(value: Json | undefined): boolean {
  return isNothing(value) || (isJsonObject(value) && Object.keys(value).length === 0);
}
