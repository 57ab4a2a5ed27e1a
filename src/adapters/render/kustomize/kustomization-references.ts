import { isJsonObject, type Json, type JsonObject } from '../../../domain/json.ts';
import type { YamlPath } from '../../../plan/yaml/kubernetes-yaml.ts';

/** What a kustomization file makes kustomize read. */
export interface Reference {
  /**
   * - `resource`: a file of manifests, or a folder with a kustomization
   * - `folder`: a folder with a kustomization
   * - `file`: a file that is only read
   * - `plugin`: a file with the configuration of generators or transformers, which may refer to more files
   */
  readonly to: 'resource' | 'folder' | 'file' | 'plugin';
  /** As written: relative to the kustomization's folder. */
  readonly path: string;
  readonly at: YamlPath;
}

export interface References {
  readonly references: readonly Reference[];
  /** Configurations of plugins that stand in the file itself. */
  readonly inlinePlugins: readonly { readonly text: string; readonly at: YamlPath }[];
  readonly problems: readonly { readonly at: YamlPath; readonly message: string }[];
  /** Whether it makes Secrets itself. */
  readonly makesSecrets: boolean;
}

/**
 * Everything that a kustomization refers to (kustomize v5: api/types/kustomization.go). kustomize matches field names
 * without regard to case, so a name that is not exactly one of those known here is refused: it could hide a reference.
 */
export function kustomizationReferences(kustomization: JsonObject): References {
  const found = new FoundReferences();
  for (const [field, value] of Object.entries(kustomization)) {
    if (value === undefined || value === null || harmless.has(field)) continue;
    const reader = Object.hasOwn(readers, field) ? readers[field] : undefined;
    if (reader !== undefined) reader(found, value, [field]);
    else found.complain([field], fieldComplaint(field));
  }
  return found;
}

/** The same for one document of a plugin's configuration. */
export function pluginReferences(plugin: Json): References {
  const found = new FoundReferences();
  if (!isJsonObject(plugin) || plugin['apiVersion'] !== 'builtin' || typeof plugin['kind'] !== 'string') {
    found.complain([], 'Fairlead runs only kustomize’s own generators and transformers (apiVersion: builtin).');
    return found;
  }
  const { kind } = plugin;
  const reader = plugins.get(kind);
  if (reader === undefined) {
    found.complain(['kind'], `Fairlead does not run ${kind}.`);
    return found;
  }
  if (kind === 'SecretGenerator') found.makesSecrets = true;
  reader(found, plugin, []);
  return found;
}

class FoundReferences implements References {
  readonly references: Reference[] = [];
  readonly inlinePlugins: { text: string; at: YamlPath }[] = [];
  readonly problems: { at: YamlPath; message: string }[] = [];
  makesSecrets = false;

  complain(at: YamlPath, message: string): void {
    this.problems.push({ at, message });
  }
}

type Reader = (found: FoundReferences, value: Json, at: YamlPath) => void;

/** Fields without paths in them. */
const harmless = new Set([
  'apiVersion',
  'kind',
  'metadata',
  'namePrefix',
  'nameSuffix',
  'namespace',
  'commonLabels',
  'labels',
  'commonAnnotations',
  'images',
  'imageTags',
  'replicas',
  'vars',
  'sortOptions',
  'generatorOptions',
  'buildMetadata',
]);

const file: Reader = (found, value, at) => addPath(found, 'file', value, at);
const fileOrText: Reader = (found, value, at) => {
  // Patches may be written in place; kustomize tells them from paths by trying.
  if (!isSeveralLines(value)) addPath(found, 'file', value, at);
};
const plugin: Reader = (found, value, at) => {
  if (isSeveralLines(value)) found.inlinePlugins.push({ text: value, at });
  else addPath(found, 'plugin', value, at);
};
const keyedFile: Reader = (found, value, at) => {
  // `key=path`, or a path whose last name is the key.
  const text = typeof value === 'string' ? value.slice(value.indexOf('=') + 1) : value;
  addPath(found, 'file', text, at);
};

const patch = members({ path: file, patch: null, target: null, options: null });
const generator = members({
  name: null,
  namespace: null,
  behavior: null,
  literals: null,
  options: null,
  type: null,
  files: each(keyedFile),
  envs: each(file),
  env: file,
});
const replacement = members({ path: file, source: null, targets: null, sourceValue: null });

const readers: Readonly<Record<string, Reader>> = {
  resources: each((found, value, at) => addPath(found, 'resource', value, at)),
  bases: each((found, value, at) => addPath(found, 'folder', value, at)),
  components: each((found, value, at) => addPath(found, 'folder', value, at)),
  crds: each(file),
  configurations: each(file),
  openapi: members({ path: file, version: null }),
  patches: each(patch),
  patchesJson6902: each(patch),
  patchesStrategicMerge: each(fileOrText),
  replacements: each(replacement),
  configMapGenerator: each(generator),
  secretGenerator: (found, value, at) => {
    found.makesSecrets = true;
    each(generator)(found, value, at);
  },
  generators: each(plugin),
  transformers: each(plugin),
  validators: each(plugin),
};

const nothing: Reader = () => undefined;

/** kustomize's own plugins (api/internal/plugins/builtinhelpers), without those that run helm or read elsewhere. */
const plugins = new Map<string, Reader>([
  ...[
    'AnnotationsTransformer',
    'HashTransformer',
    'ImageTagTransformer',
    'LabelTransformer',
    'LegacyOrderTransformer',
    'NamespaceTransformer',
    'PrefixSuffixTransformer',
    'PrefixTransformer',
    'ReplicaCountTransformer',
    'SortOrderTransformer',
    'SuffixTransformer',
  ].map((kind) => [kind, nothing] as const),
  ['ConfigMapGenerator', pluginMembers({ files: each(keyedFile), envs: each(file), env: file })],
  ['SecretGenerator', pluginMembers({ files: each(keyedFile), envs: each(file), env: file })],
  ['PatchTransformer', pluginMembers({ path: file })],
  ['PatchJson6902Transformer', pluginMembers({ path: file })],
  ['PatchStrategicMergeTransformer', pluginMembers({ paths: each(fileOrText) })],
  ['ReplacementTransformer', pluginMembers({ replacements: each(replacement) })],
]);

function pluginMembers(known: Readonly<Record<string, Reader>>): Reader {
  const others =
    'apiVersion kind metadata name namespace behavior literals options type patch patches target jsonOp'.split(' ');
  return members({ ...Object.fromEntries(others.map((name) => [name, null])), ...known });
}

function each(reader: Reader): Reader {
  return (found, value, at) => {
    if (value === null) return;
    if (!Array.isArray(value)) return found.complain(at, 'A list is expected here.');
    for (const [index, item] of value.entries()) reader(found, item as Json, [...at, index]);
  };
}

/** A mapping that has no members but these; null: one that refers to nothing. */
function members(known: Readonly<Record<string, Reader | null>>): Reader {
  return (found, value, at) => {
    if (!isJsonObject(value)) return found.complain(at, 'A mapping is expected here.');
    for (const [name, member] of Object.entries(value)) {
      const reader = Object.hasOwn(known, name) ? known[name] : undefined;
      if (reader === undefined) found.complain([...at, name], `kustomize does not know ${name} here.`);
      else if (reader !== null && member !== undefined && member !== null) reader(found, member, [...at, name]);
    }
  };
}

function addPath(found: FoundReferences, to: Reference['to'], value: Json, at: YamlPath): void {
  if (typeof value !== 'string' || value === '') return found.complain(at, 'A path is expected here.');
  if (isRemote(value)) {
    return found.complain(at, 'This is not a path inside the repository: Fairlead renders without a network.');
  }
  found.references.push({ to, path: value, at });
}

/**
 * URLs, Git's `host:path`, `?ref=` (kustomize: api/internal/git/repospec.go, api/internal/loader); and what kustomize
 * could take for something written in place.
 */
function isRemote(path: string): boolean {
  // oxlint-disable-next-line no-control-regex -- a path with control characters is a trick
  return /[:?{}\u0000-\u001f]|^(github|gitlab|bitbucket)\.\w+\/|\.git(\/|$)|_git\//i.test(path);
}

function isSeveralLines(value: Json): value is string {
  return typeof value === 'string' && value.trimEnd().includes('\n');
}

function fieldComplaint(field: string): string {
  return field.startsWith('helm')
    ? `Fairlead does not inflate Helm charts (${field}): render the chart into files.`
    : `kustomize does not know ${field}.`;
}
