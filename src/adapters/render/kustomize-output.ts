import { isJsonObject, type Json, type JsonObject, stringifyJson } from '../../domain/json.ts';
import type { KubernetesObject, Manifest, Origin } from '../../domain/manifest.ts';
import type { Problem } from '../../domain/rendering.ts';
import { readKubernetesYaml, type YamlDocument } from '../../plan/kubernetes-yaml.ts';
import { type ManifestReading, readManifests } from '../../plan/read-manifests.ts';
import type { Closure } from './kustomize-closure.ts';
import { folderOf, resolvePath } from './repository-path.ts';

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

/** The manifests that kustomize made, each with the place in Git it was made from. */
export function readKustomizeOutput(made: {
  readonly output: Buffer;
  readonly closure: Closed;
  readonly file: string;
  readonly stripOrigins: boolean;
}): ManifestReading {
  const { closure, file } = made;
  // kustomize writes `---` between objects, and YAML nowhere else at the beginning of a line.
  const documents = made.output.toString('utf8').split(/^---\n/m);
  const reading = readManifests(documents.map((text, index) => ({ path: String(index), content: Buffer.from(text) })));
  const sources: Sources = new Map();
  const originIn = (index: string | null): Origin => {
    const [document] = documentsOf(Buffer.from(documents[Number(index)] ?? ''));
    return isJsonObject(document?.value) ? originOf(document.value, closure, file, sources) : { file, line: null };
  };
  // Lines of the output are nobody's lines: what is said of an object is said where it comes from.
  const atOrigin = (problem: Problem): Problem => ({ ...problem, ...originIn(problem.file) });
  if (reading.kind === 'refused') return { ...reading, problems: reading.problems.map(atOrigin) };
  return {
    kind: 'read',
    manifests: reading.manifests.map(({ object }): Manifest => {
      const origin = originOf(object, closure, file, sources);
      return { object: made.stripOrigins ? withoutOrigin(object) : object, origin };
    }),
    passedOver: reading.passedOver.map((origin) => originIn(origin.file)),
    remarks: reading.remarks.map(atOrigin),
  };
}

type Sources = Map<string, readonly YamlDocument[]>;

/** `path: ../base/web.yaml`, or `configuredIn: kustomization.yaml` for what a generator made. */
function originOf(object: JsonObject, closure: Closed, rootFile: string, sources: Sources): Origin {
  const annotations = isJsonObject(object['metadata']) ? object['metadata']['annotations'] : undefined;
  const annotation = isJsonObject(annotations) ? annotations[originAnnotation] : undefined;
  const match = /^(path|configuredIn): (.+)$/m.exec(typeof annotation === 'string' ? annotation : '');
  const written = match?.[2];
  const file = written === undefined ? null : resolvePath(folderOf(rootFile), written);
  const content = file === null ? undefined : closure.files.get(file);
  if (file === null || content === undefined) return { file: rootFile, line: null };
  if (match?.[1] === 'configuredIn') {
    const document = closure.kustomizations.get(file);
    return { file, line: document === undefined ? null : generatorLine(document, object) };
  }
  const documents = sources.get(file) ?? documentsOf(content);
  sources.set(file, documents);
  return { file, line: documentLine(documents, object) };
}

function documentsOf(content: Uint8Array): readonly YamlDocument[] {
  const reading = readKubernetesYaml(Buffer.from(content).toString('utf8'));
  return reading.kind === 'read' ? reading.documents : [];
}

/** Names may have got a prefix or a suffix; null: several documents could be it. */
function documentLine(documents: readonly YamlDocument[], object: JsonObject): number | null {
  const name = nameIn(object['metadata']);
  const candidates = documents.filter(
    ({ value }) => isJsonObject(value) && value['kind'] === object['kind'] && name.includes(nameIn(value['metadata'])),
  );
  const [only, ...others] = candidates;
  if (only !== undefined && others.length === 0) return only.line;
  const exact = candidates.filter(({ value }) => isJsonObject(value) && nameIn(value['metadata']) === name);
  return exact.length === 1 ? (exact[0]?.line ?? null) : null;
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
