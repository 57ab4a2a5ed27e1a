import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { loadAll } from 'js-yaml';
import { generatedObjects } from './generated-objects.ts';
import { isServed } from './served-kinds.ts';

/** A namespaced manifest of a kind that the sandbox's API server serves. */
export type BenchObject = {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
  };
};

export type BenchInput = {
  /** What the objects are, for the report. */
  readonly source: string;
  readonly objects: readonly BenchObject[];
};

const slice = 'moj-2022-12-31-slice';

/**
 * Real manifests of a multi-tenant cluster (`CORPUS`, default `../shared/corpus`), or made-up ones of the same kinds
 * where the corpus is not there. Namespaces themselves, and what lives outside of them, are left out: with its namespace
 * missing nothing can be dry-run, by nobody.
 */
export function readBenchObjects(count: number): BenchInput {
  const folder = path.join(process.env['CORPUS'] ?? path.join(import.meta.dirname, '../../shared/corpus'), slice);
  if (!existsSync(folder)) {
    const source = `Made-up objects of the same kinds (for real ones set CORPUS to the folder that holds ${slice})`;
    return { source, objects: repeated(generatedObjects(), count) };
  }
  const found = readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .toSorted((left, right) => (left.name < right.name ? -1 : 1))
    .flatMap(({ name }) => readNamespace(path.join(folder, name), name));
  const unique = [...new Map(found.map((object) => [identity(object), object])).values()];
  const again = count > unique.length ? ', the first of them again in other namespaces' : '';
  const source = `${Math.min(count, unique.length)} real objects of ${slice}${again}`;
  return { source, objects: repeated(unique, count) };
}

function readNamespace(folder: string, namespace: string): readonly BenchObject[] {
  return readdirSync(folder)
    .filter((file) => /\.ya?ml$/.test(file))
    .toSorted()
    .flatMap((file) => documents(readFileSync(path.join(folder, file), 'utf8')))
    .filter(isManifest)
    .map((object) => ({ ...object, metadata: { ...object.metadata, namespace } }))
    .filter(isServed);
}

/** A file that is no YAML (some are encrypted, one is cut off) is no input. */
function documents(text: string): readonly unknown[] {
  try {
    return loadAll(text);
  } catch {
    return [];
  }
}

function isManifest(document: unknown): document is BenchObject {
  const object = document as Partial<BenchObject> | null;
  return typeof object?.kind === 'string' && typeof object.metadata?.name === 'string';
}

function identity({ apiVersion, kind, metadata }: BenchObject): string {
  return [apiVersion, kind, metadata.namespace, metadata.name].join('/');
}

/** As many as are asked for: from the beginning again, in other namespaces, where there are fewer. */
function repeated(objects: readonly BenchObject[], count: number): readonly BenchObject[] {
  return Array.from({ length: Math.ceil(count / objects.length) }, (_, turn) =>
    turn === 0 ? objects : inNamespaces(objects, (namespace) => `${namespace}-${turn + 1}`),
  )
    .flat()
    .slice(0, count);
}

/** The same objects elsewhere. */
export function inNamespaces(
  objects: readonly BenchObject[],
  rename: (namespace: string) => string,
): readonly BenchObject[] {
  return objects.map((object) => ({
    ...object,
    metadata: { ...object.metadata, namespace: rename(object.metadata.namespace) },
  }));
}

export function namespacesOf(objects: readonly BenchObject[]): readonly string[] {
  return [...new Set(objects.map(({ metadata }) => metadata.namespace))];
}

/** What a pull request makes of them: every tenth has another annotation. */
export function withChanges(objects: readonly BenchObject[]): readonly BenchObject[] {
  return objects.map((object, index) => {
    if (index % 10 !== 0) return object;
    const annotations = { ...object.metadata.annotations, 'bench.fairlead.dev/changed': 'yes' };
    return { ...object, metadata: { ...object.metadata, annotations } };
  });
}

/** Written otherwise, so that it is planned, and nothing comes of it: the first without labels has none in words. */
export function touched(objects: readonly BenchObject[]): readonly BenchObject[] {
  const first = objects.findIndex(({ metadata }) => metadata.labels === undefined);
  return objects.map((object, index) =>
    index === first ? { ...object, metadata: { ...object.metadata, labels: {} } } : object,
  );
}

/** One file for each namespace, by its name; JSON documents are YAML. */
export function filesOf(objects: readonly BenchObject[]): Readonly<Record<string, string>> {
  const byNamespace = Map.groupBy(objects, ({ metadata }) => metadata.namespace);
  return Object.fromEntries([...byNamespace].map(([namespace, all]) => [`${namespace}.yaml`, all.map(text).join('')]));
}

function text(object: BenchObject): string {
  return `---\n${JSON.stringify(object, null, 2)}\n`;
}
