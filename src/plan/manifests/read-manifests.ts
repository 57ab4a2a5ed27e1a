import { isJsonObject, type Json, type JsonObject } from '../../domain/json.ts';
import { identityKey, type Manifest, type Origin, originText, referenceOf } from '../../domain/manifest.ts';
import type { Problem } from '../../domain/rendering.ts';
import { atOnce } from '../yaml/at-once.ts';
import { boundedProblems } from '../yaml/bounded-problems.ts';
import { isSpent, takeExtent, yamlBudget } from '../yaml/budget.ts';
import { yamlExtent } from '../yaml/extent.ts';
import { readCountedYamlInSteps, type YamlDocument } from '../yaml/kubernetes-yaml.ts';
import { isLfsPointer } from './lfs-pointer.ts';
import { readManifest } from './read-manifest.ts';

export interface SourceFile {
  /** Relative to the repository's root. */
  readonly path: string;
  readonly content: Uint8Array;
}

export type ManifestReading =
  | {
      readonly kind: 'read';
      /** In the order of the files and of the documents in them. */
      readonly manifests: readonly Manifest[];
      /** Documents without apiVersion and kind. */
      readonly passedOver: readonly Origin[];
      /** What was left out of a manifest and why. */
      readonly remarks: readonly Problem[];
    }
  | { readonly kind: 'refused'; readonly problems: readonly Problem[] };

/**
 * The manifests of plain YAML or JSON files, or all that is wrong with them. Lists are taken apart, documents without
 * content passed over without a word, documents that are no manifests named.
 */
export function readManifests(files: readonly SourceFile[]): ManifestReading {
  return atOnce(readManifestsInSteps(files));
}

/** The same, with a stop before each document: whoever reads much lets others go on there. */
export function* readManifestsInSteps(files: readonly SourceFile[]): Generator<void, ManifestReading> {
  const budget = yamlBudget();
  const found: Found = { manifests: [], passedOver: [], remarks: [], problems: [] };
  for (const file of files) {
    const text = textOf(file);
    if (text.kind === 'unreadable') {
      found.problems.push({ file: file.path, line: null, path: null, message: text.message });
      continue;
    }
    takeExtent(budget, yamlExtent(text.text));
    if (isSpent(budget)) {
      const message = 'With this file there is more YAML than one environment may hold: split the environment.';
      return { kind: 'refused', problems: [{ file: file.path, line: null, path: null, message }] };
    }
    const reading = yield* readCountedYamlInSteps(text.text, budget);
    if (reading.kind === 'malformed') {
      for (const { line, message } of reading.problems) {
        found.problems.push({ file: file.path, line, path: null, message });
      }
      if (isSpent(budget)) break;
      continue;
    }
    for (const document of reading.documents) {
      if (document.value !== null) take(found, { file: file.path, document }, document.value, []);
    }
  }
  found.problems.push(...doubles(found.manifests));
  return found.problems.length > 0
    ? { kind: 'refused', problems: boundedProblems(found.problems) }
    : { kind: 'read', manifests: found.manifests, passedOver: found.passedOver, remarks: found.remarks };
}

interface Found {
  readonly manifests: Manifest[];
  readonly passedOver: Origin[];
  readonly remarks: Problem[];
  readonly problems: Problem[];
}

/** A document, and where it stands. */
export interface Source {
  readonly file: string;
  readonly document: YamlDocument;
}

function textOf({
  content,
}: SourceFile):
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'unreadable'; readonly message: string } {
  if (isLfsPointer(content)) {
    return { kind: 'unreadable', message: 'This is a Git LFS pointer: manifests have to be in Git themselves.' };
  }
  try {
    return { kind: 'text', text: new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(content) };
  } catch {
    return {
      kind: 'unreadable',
      message: 'This is not UTF-8 text: a manifest that is encrypted or binary cannot be read.',
    };
  }
}

/** One object, or a list of them, at a path inside a document. */
function take(found: Found, source: Source, value: Json, path: readonly (string | number)[]): void {
  const line = source.document.lineOf(path);
  const complain = (message: string): void => {
    found.problems.push({ file: source.file, line, path: path.length > 0 ? path.join('.') : null, message });
  };
  if (!isJsonObject(value) || (value['apiVersion'] === undefined && value['kind'] === undefined)) {
    if (path.length > 0) complain('An item of a list needs apiVersion and kind.');
    else found.passedOver.push({ file: source.file, line });
    return;
  }
  if (typeof value['apiVersion'] !== 'string' || value['apiVersion'] === '') {
    return complain('A manifest needs apiVersion, a text.');
  }
  if (typeof value['kind'] !== 'string' || value['kind'] === '') return complain('A manifest needs kind, a text.');

  const { kind, apiVersion, items } = value;
  if (kind.endsWith('List') && (Array.isArray(items) || (items === null && kind === 'List'))) {
    for (const [index, item] of (items ?? []).entries()) {
      take(found, source, typed(item as Json, apiVersion, kind), [...path, 'items', index]);
    }
    return;
  }
  const reading = readManifest(source, value, path);
  if (reading.kind === 'refused') {
    found.problems.push(...reading.problems);
    return;
  }
  found.manifests.push(reading.manifest);
  found.remarks.push(...reading.remarks);
}

/** The items of a `ConfigMapList` may leave out what the list says. */
function typed(item: Json, apiVersion: string, kind: string): Json {
  if (kind === 'List' || !isJsonObject(item) || item['kind'] !== undefined || item['apiVersion'] !== undefined) {
    return item;
  }
  const object: JsonObject = { apiVersion, kind: kind.slice(0, -'List'.length), ...item };
  return object;
}

/** The same object twice: only one of them could be released, and nobody could say which. */
function doubles(manifests: readonly Manifest[]): readonly Problem[] {
  const first = new Map<string, Manifest>();
  const problems: Problem[] = [];
  for (const manifest of manifests) {
    const key = identityKey(referenceOf(manifest.object));
    const other = first.get(key);
    if (other === undefined) {
      first.set(key, manifest);
      continue;
    }
    const where = other.origin === null ? '' : ` (${originText(other.origin)})`;
    problems.push({
      file: manifest.origin?.file ?? null,
      line: manifest.origin?.line ?? null,
      path: null,
      message: `${manifest.object.kind} ${manifest.object.metadata.name} is there twice${where}: keep one.`,
    });
  }
  return problems;
}
