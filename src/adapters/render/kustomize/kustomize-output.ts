import { isJsonObject, type Json, type JsonObject, stringifyJson } from '../../../domain/json.ts';
import type { KubernetesObject, Manifest, Origin } from '../../../domain/manifest.ts';
import { nearestLines } from '../../../domain/manifest-line.ts';
import type { Problem } from '../../../domain/rendering.ts';
import { type ManifestReading, readManifestsInSteps } from '../../../plan/manifests/read-manifests.ts';
import { type YamlBudget, yamlBudget } from '../../../plan/yaml/budget.ts';
import { readYamlInSteps, type YamlDocument } from '../../../plan/yaml/kubernetes-yaml.ts';
import { folderOf, resolvePath } from '../repository-path.ts';
import type { Closure } from './kustomize-closure.ts';

type Closed = Extract<Closure, { readonly kind: 'closed' }>;

/**
 * The closure's files with the environment's kustomization asking for origins: kustomize then writes on each object
 * which file it came from. `stripOrigins`: the author did not ask for that, so it is taken off again.
 */
export function askForOrigins(
  closure: Closed,
  file: string,
): { readonly files: ReadonlyMap<string, Uint8Array>; readonly stripOrigins: boolean } {
  const value = closure.kustomizations.get(file)?.value;
  const asked: readonly Json[] =
    isJsonObject(value) && Array.isArray(value['buildMetadata']) ? value['buildMetadata'] : [];
  if (!isJsonObject(value) || asked.includes(originAnnotations)) return { files: closure.files, stripOrigins: false };
  const asking = stringifyJson({ ...value, buildMetadata: [...asked, originAnnotations] });
  return { files: new Map(closure.files).set(file, Buffer.from(asking)), stripOrigins: true };
}

const originAnnotations = 'originAnnotations';
const originAnnotation = 'config.kubernetes.io/origin';

export interface KustomizeOutput {
  readonly output: Buffer;
  readonly closure: Closed;
  readonly file: string;
  readonly stripOrigins: boolean;
}

/** The manifests that kustomize made, each with the place in Git it was made from. Stops before each document. */
export function* readKustomizeOutput(made: KustomizeOutput): Generator<void, ManifestReading> {
  // kustomize writes `---` between objects, and YAML nowhere else at the beginning of a line.
  const documents = made.output.toString('utf8').split(/^---\n/m);
  const reading = yield* readManifestsInSteps(
    documents.map((text, index) => ({ path: String(index), content: Buffer.from(text) })),
  );
  const origins = new Origins(made);
  // Lines of the output are nobody's lines: what is said of an object is said where it comes from.
  const originIn = function* (index: string | null): Generator<void, Origin> {
    const [document] = yield* documentsOf(Buffer.from(documents[Number(index)] ?? ''), yamlBudget());
    return isJsonObject(document?.value)
      ? (yield* origins.find(document.value)).origin
      : { file: made.file, line: null };
  };
  const atOrigins = function* (problems: readonly Problem[]): Generator<void, readonly Problem[]> {
    const moved: Problem[] = [];
    for (const problem of problems) moved.push({ ...problem, ...(yield* originIn(problem.file)) });
    return moved;
  };
  if (reading.kind === 'refused') return { ...reading, problems: yield* atOrigins(reading.problems) };
  const manifests: Manifest[] = [];
  for (const { object } of reading.manifests) {
    const { origin, document } = yield* origins.find(object);
    const kept = made.stripOrigins ? withoutOrigin(object) : object;
    manifests.push({ object: kept, origin, ...linesIn(document, kept) });
  }
  const passedOver: Origin[] = [];
  for (const origin of reading.passedOver) passedOver.push(yield* originIn(origin.file));
  return { kind: 'read', manifests, passedOver, remarks: yield* atOrigins(reading.remarks) };
}

interface Found {
  readonly origin: Origin;
  /** As it was written; null: nothing of it stands in Git like that, or which it is cannot be told. */
  readonly document: YamlDocument | null;
}

/** Where objects that kustomize made come from. */
class Origins {
  readonly #closure: Closed;
  readonly #rootFile: string;
  readonly #read = new Map<string, readonly YamlDocument[]>();
  readonly #budget = yamlBudget();

  constructor({ closure, file }: Pick<KustomizeOutput, 'closure' | 'file'>) {
    this.#closure = closure;
    this.#rootFile = file;
  }

  /** `path: ../base/web.yaml`, or `configuredIn: kustomization.yaml` for what a generator made. */
  *find(object: JsonObject): Generator<void, Found> {
    const annotations = isJsonObject(object['metadata']) ? object['metadata']['annotations'] : undefined;
    const annotation = isJsonObject(annotations) ? annotations[originAnnotation] : undefined;
    const match = /^(path|configuredIn): (.+)$/m.exec(typeof annotation === 'string' ? annotation : '');
    const written = match?.[2];
    const file = written === undefined ? null : resolvePath(folderOf(this.#rootFile), written);
    const content = file === null ? undefined : this.#closure.files.get(file);
    if (file === null || content === undefined) return { origin: { file: this.#rootFile, line: null }, document: null };
    if (match?.[1] === 'configuredIn') {
      const document = this.#closure.kustomizations.get(file);
      return {
        origin: { file, line: document === undefined ? null : generatorLine(document, object) },
        document: null,
      };
    }
    const documents = this.#read.get(file) ?? (yield* documentsOf(content, this.#budget));
    this.#read.set(file, documents);
    const document = documentFor(documents, object);
    return { origin: { file, line: document?.line ?? null }, document };
  }
}

function* documentsOf(content: Uint8Array, budget: YamlBudget): Generator<void, readonly YamlDocument[]> {
  const reading = yield* readYamlInSteps(Buffer.from(content).toString('utf8'), budget);
  return reading.kind === 'read' ? reading.documents : [];
}

/** Names may have got a prefix or a suffix; null: several documents could be it. */
function documentFor(documents: readonly YamlDocument[], object: JsonObject): YamlDocument | null {
  const name = nameIn(object['metadata']);
  const candidates = documents.filter(
    ({ value }) => isJsonObject(value) && value['kind'] === object['kind'] && name.includes(nameIn(value['metadata'])),
  );
  const [only, ...others] = candidates;
  if (only !== undefined && others.length === 0) return only;
  const exact = candidates.filter(({ value }) => isJsonObject(value) && nameIn(value['metadata']) === name);
  return exact.length === 1 ? (exact[0] ?? null) : null;
}

function linesIn(document: YamlDocument | null, object: JsonObject): Pick<Manifest, 'lines'> {
  if (document === null) return {};
  const { value, line, lineIn } = document;
  return { lines: nearestLines(object, { written: value, line, lineIn }) };
}

function generatorLine(document: YamlDocument, object: JsonObject): number | null {
  const field = object['kind'] === 'Secret' ? 'secretGenerator' : 'configMapGenerator';
  const generators = isJsonObject(document.value) ? document.value[field] : undefined;
  if (!Array.isArray(generators)) return null;
  const index = generators.findIndex((generator: Json) => nameIn(object['metadata']).includes(nameIn(generator)));
  return index < 0 ? document.lineOf([field]) : document.lineOf([field, index]);
}

/** A name that no other contains where there is none. */
function nameIn(metadata: Json | undefined): string {
  const name = isJsonObject(metadata) ? metadata['name'] : undefined;
  return typeof name === 'string' ? name : '\0';
}

function withoutOrigin(object: KubernetesObject): KubernetesObject {
  const { [originAnnotation]: _origin, ...annotations } = object.metadata.annotations ?? {};
  const { annotations: _annotations, ...metadata } = object.metadata;
  const rest: JsonObject = Object.keys(annotations).length > 0 ? { ...metadata, annotations } : metadata;
  return { ...object, metadata: rest as KubernetesObject['metadata'] };
}
