import { isJsonObject, type Json, type JsonObject } from '../../../domain/json.ts';
import type { Manifest, Origin } from '../../../domain/manifest.ts';
import { flattenLines } from '../../../domain/manifest-line.ts';
import { chartFile } from '../../../domain/rendering.ts';
import { readKubernetesYaml, type YamlDocument } from '../../../plan/yaml/kubernetes-yaml.ts';
import { joinPath } from '../repository-path.ts';
import type { ChartClosure } from './helm-closure.ts';

type Closed = Pick<ChartClosure, 'folder' | 'files' | 'archives'>;

/**
 * The file of the repository that helm means by `shop/charts/cache/templates/a.yaml`: it names charts as they name
 * themselves, or by the alias of a dependency, whatever their folders are called. What is in an archive is the archive.
 */
export function fileOf(named: string, { folder, files, archives }: Closed): string {
  let chart = folder;
  let rest = named.split('/').slice(1);
  while (rest[0] === 'charts' && rest.length > 2) {
    const [, name = '', ...inside] = rest;
    const names = [name, ...aliased(name, chartIn(chart, files))];
    const at = joinPath(chart, 'charts');
    const packed = [...archives.keys()].find((file) => names.some((one) => isArchiveOf(file, at, one)));
    if (packed !== undefined) return packed;
    chart = folderOfChart(names, at, files) ?? joinPath(at, name);
    rest = inside;
  }
  const file = joinPath(chart, rest.join('/'));
  return files.has(file) ? file : joinPath(folder, chartFile);
}

/** Where an object that a file made stands in it, as far as that can be told: a template is no manifest yet. */
export function placeIn(
  file: string,
  object: JsonObject,
  files: ReadonlyMap<string, Uint8Array>,
): { readonly origin: Origin; readonly lines?: NonNullable<Manifest['lines']> } {
  // Only what `crds/` holds is not rendered.
  if (/(^|\/)crds\//.test(file)) {
    const document = documentOf(files.get(file), object);
    if (document === null) return { origin: { file, line: null } };
    return {
      origin: { file, line: document.line },
      lines: flattenLines(object, document.value, document.lineIn),
    };
  }
  const lines = kindLines(files.get(file)).get(object['kind']) ?? [];
  return { origin: { file, line: lines.length === 1 ? (lines[0] ?? null) : null } };
}

/** A file that makes a hundred thousand objects is read once for all of them. */
function once<T>(read: (text: string) => T): (content: Uint8Array | undefined) => T {
  // What cannot be read is known, too.
  const known = new WeakMap<Uint8Array, { readonly is: T }>();
  return (content = nothing) => {
    const found = known.get(content) ?? { is: read(Buffer.from(content).toString('utf8')) };
    known.set(content, found);
    return found.is;
  };
}

const nothing = new Uint8Array();

const readChart = once((text) => onlyDocument(text)?.value);

const kindLines = once((text) => {
  const lines = new Map<unknown, number[]>();
  for (const [index, line] of text.split('\n').entries()) {
    const kind = /^kind:\s*["']?([A-Za-z]+)["']?\s*(#.*)?$/.exec(line.trimEnd())?.[1];
    if (kind !== undefined) listed(lines, kind).push(index + 1);
  }
  return lines;
});

/** The one document of a file, mapped by its members to the lines of the file. */
export function onlyDocument(text: string): YamlDocument | null {
  const reading = readKubernetesYaml(text);
  return reading.kind === 'read' && reading.documents.length === 1 ? (reading.documents[0] ?? null) : null;
}

/** What the chart in a folder says of itself; undefined: there is none that can be read. */
export function chartIn(folder: string, files: Closed['files']): Json | undefined {
  return readChart(files.get(joinPath(folder, chartFile)));
}

export function textOf(files: ReadonlyMap<string, Uint8Array>, file: string): string {
  return Buffer.from(files.get(file) ?? nothing).toString('utf8');
}

function documentOf(content: Uint8Array | undefined, object: JsonObject): YamlDocument | null {
  const found = documentsByName(content).get(kindAndName(object)) ?? [];
  return found.length === 1 ? (found[0] ?? null) : null;
}

const documentsByName = once((text) => {
  const reading = readKubernetesYaml(text);
  const documents = new Map<string, YamlDocument[]>();
  for (const document of reading.kind === 'read' ? reading.documents : []) {
    if (isJsonObject(document.value)) listed(documents, kindAndName(document.value)).push(document);
  }
  return documents;
});

function kindAndName(object: JsonObject): string {
  return JSON.stringify([object['kind'], nameIn(object)]);
}

function listed<K, V>(lists: Map<K, V[]>, key: K): V[] {
  const list = lists.get(key) ?? [];
  lists.set(key, list);
  return list;
}

function nameIn({ metadata }: JsonObject): unknown {
  return isJsonObject(metadata) ? metadata['name'] : undefined;
}

/** The names of the dependencies with this alias. */
function aliased(alias: string, value: Json | undefined): readonly string[] {
  const dependencies = isJsonObject(value) && Array.isArray(value['dependencies']) ? value['dependencies'] : [];
  return dependencies.flatMap((dependency: unknown) =>
    isJsonObjectLike(dependency) && dependency['alias'] === alias && typeof dependency['name'] === 'string'
      ? [dependency['name']]
      : [],
  );
}

function isJsonObjectLike(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isArchiveOf(file: string, folder: string, name: string): boolean {
  const inside = file.startsWith(`${folder}/`) ? file.slice(folder.length + 1) : '';
  return inside.startsWith(`${name}-`) && /^-v?\d/.test(inside.slice(name.length));
}

/** The folder that is called so, else the one whose chart is. */
function folderOfChart(
  names: readonly string[],
  charts: string,
  files: ReadonlyMap<string, Uint8Array>,
): string | null {
  for (const name of names) {
    if (files.has(joinPath(joinPath(charts, name), chartFile))) return joinPath(charts, name);
  }
  for (const file of files.keys()) {
    const folder = file.endsWith(`/${chartFile}`) ? file.slice(0, -chartFile.length - 1) : '';
    if (!folder.startsWith(`${charts}/`) || folder.slice(charts.length + 1).includes('/')) continue;
    const value = chartIn(folder, files);
    if (isJsonObject(value) && names.some((name) => name === value['name'])) return folder;
  }
  return null;
}
