import { isJsonObject, type Json, stringifyJson } from '../../../domain/json.ts';
import type { Problem, RenderingSource } from '../../../domain/rendering.ts';
import { isLfsPointer } from '../../../plan/manifests/lfs-pointer.ts';
import { yamlBudget } from '../../../plan/yaml/budget.ts';
import { readKubernetesYaml, type YamlDocument, type YamlPath } from '../../../plan/yaml/kubernetes-yaml.ts';
import type { Looks } from '../../../ports/made-renderings.ts';
import type { TreeEntry, Trees } from '../../../ports/trees.ts';
import { watched } from '../made-from.ts';
import { folderOf, isSafePath, joinPath, nameOf, resolvePath } from '../repository-path.ts';
import type { TreeIndex } from '../tree-indexes.ts';
import { kustomizationNames } from './kustomization-names.ts';
import {
  kustomizationReferences,
  pluginReferences,
  type Reference,
  type References,
} from './kustomization-references.ts';

/** All files that a kustomization is made of, and nothing else. */
export type Closure =
  | {
      readonly kind: 'closed';
      /**
       * Paths from the repository's root. Kustomizations and plugins are written anew from what was read of them here:
       * what was judged is what kustomize reads.
       */
      readonly files: ReadonlyMap<string, Uint8Array>;
      /** What was read of each kustomization file. */
      readonly kustomizations: ReadonlyMap<string, YamlDocument>;
      /** A complaint about these files could quote a Secret. */
      readonly holdsSecrets: boolean;
      /** Every path that was looked at to find them, also in vain. */
      readonly looks: Looks;
    }
  | { readonly kind: 'refused'; readonly problems: readonly Problem[] };

/**
 * Walks what a kustomization file refers to, level by level. Whatever is remote, outside the tree, a link, a submodule
 * or not there is a problem at its line.
 */
export async function walkClosure(
  trees: Pick<Trees, 'blobs'>,
  source: Pick<RenderingSource, 'repository'>,
  { index, file: rootFile }: { readonly index: TreeIndex; readonly file: string },
): Promise<Closure> {
  const tree = watched(index);
  const walk = new Walk(tree.at);
  walk.start(rootFile);
  for (let wanted = walk.takeWanted(); wanted.length > 0; wanted = walk.takeWanted()) {
    const ids = wanted.map(({ path }) => walk.entry(path)?.id ?? '');
    const tooMany = walk.files.size + wanted.length > maxFiles;
    const contents = tooMany ? 'too-large' : await trees.blobs(source.repository, ids, maxBytes - walk.bytes);
    if (contents === 'too-large') {
      const message = 'This kustomization is made of more than 2,000 files or 32 MiB: split the environment.';
      return { kind: 'refused', problems: [{ file: rootFile, line: null, path: null, message }] };
    }
    for (const [index, file] of wanted.entries()) walk.read(file, contents[index] ?? new Uint8Array());
  }
  if (walk.problems.length > 0) return { kind: 'refused', problems: walk.problems };
  const { files, kustomizations, holdsSecrets } = walk;
  return { kind: 'closed', files, kustomizations, holdsSecrets, looks: tree.looks() };
}

const maxFiles = 2_000;
const maxBytes = 32 * 1024 * 1024;

interface Wanted {
  readonly path: string;
  readonly as: 'kustomization' | 'plugin' | 'content';
  /** The folder that paths in it are relative to. */
  readonly base: string;
}

class Walk {
  readonly files = new Map<string, Uint8Array>();
  readonly kustomizations = new Map<string, YamlDocument>();
  readonly problems: Problem[] = [];
  holdsSecrets = false;
  bytes = 0;
  readonly #budget = yamlBudget();
  readonly #at: TreeIndex['at'];
  readonly #purposes = new Map<string, Wanted['as']>();
  readonly #seen = new Set<string>();
  #wanted: Wanted[] = [];

  constructor(at: TreeIndex['at']) {
    this.#at = at;
  }

  start(rootFile: string): void {
    const message = this.#refer({ to: 'folder', path: '.', at: [] }, folderOf(rootFile));
    if (message !== null) this.#complain(rootFile, null, [], message);
  }

  entry(path: string): TreeEntry | undefined {
    const found = this.#at(path);
    return found === null || found === 'folder' ? undefined : found;
  }

  takeWanted(): readonly Wanted[] {
    const wanted = this.#wanted;
    this.#wanted = [];
    return wanted;
  }

  read(wanted: Wanted, content: Uint8Array): void {
    this.bytes += content.length;
    const text = Buffer.from(content).toString('utf8');
    if (isLfsPointer(content)) {
      return this.#complain(wanted.path, null, [], 'This is a Git LFS pointer: its content is not in this repository.');
    }
    if (/secret/i.test(text)) this.holdsSecrets = true;
    switch (wanted.as) {
      case 'content':
        this.files.set(wanted.path, content);
        break;
      case 'plugin':
        this.#readPlugin(wanted, text);
        break;
      case 'kustomization':
        this.#readKustomization(wanted, text);
    }
  }

  #readKustomization({ path, base }: Wanted, text: string): void {
    const documents = this.#documents(path, text);
    const [document] = documents;
    if (document === undefined || documents.length > 1 || !isJsonObject(document.value)) {
      if (documents.length > 0 || !this.#hasProblem(path)) {
        this.#complain(path, document?.line ?? null, [], 'A kustomization file is one document, a mapping.');
      }
      return;
    }
    this.files.set(path, Buffer.from(stringifyJson(document.value)));
    this.kustomizations.set(path, document);
    this.#follow(kustomizationReferences(document.value), path, base, document);
  }

  #readPlugin({ path, base }: Wanted, text: string): void {
    const documents = this.#documents(path, text);
    this.files.set(path, jsonDocuments(documents));
    for (const document of documents) this.#follow(pluginReferences(document.value), path, base, document);
  }

  #documents(file: string, text: string): readonly YamlDocument[] {
    const reading = readKubernetesYaml(text, this.#budget);
    if (reading.kind === 'read') return reading.documents.filter((document) => document.value !== null);
    for (const { line, message } of reading.problems) this.#complain(file, line, [], message);
    return [];
  }

  #follow(found: References, file: string, base: string, document: YamlDocument): void {
    if (found.makesSecrets) this.holdsSecrets = true;
    for (const { at, message } of found.problems) this.#complain(file, document.lineOf(at), at, message);
    for (const reference of found.references) {
      const message = this.#refer(reference, base);
      if (message !== null) this.#complain(file, document.lineOf(reference.at), reference.at, message);
    }
    for (const { text, at } of found.inlinePlugins) {
      // A text of several lines stands where its first line does.
      const lineOf = (line: number): number => document.lineOf(at) + line - 1;
      const reading = readKubernetesYaml(text, this.#budget);
      if (reading.kind === 'malformed') {
        for (const { line, message } of reading.problems) this.#complain(file, lineOf(line), at, message);
        continue;
      }
      for (const inline of reading.documents) {
        const moved = { ...inline, lineOf: (path: YamlPath) => lineOf(inline.lineOf(path)) };
        this.#follow(pluginReferences(inline.value), file, base, moved);
      }
    }
  }

  /** Wants what is referred to, or says why not. */
  #refer(reference: Reference, base: string): string | null {
    const path = resolvePath(base, reference.path);
    if (path === null) return 'This path is outside the repository.';
    const link = this.#linkAbove(path);
    if (link !== null)
      return `${link.path} is a ${link.kind === 'symlink' ? 'symbolic link' : 'submodule'}: Fairlead follows none.`;
    const entry = this.entry(path);
    if (entry !== undefined && reference.to !== 'folder') {
      if (!isSafePath(path)) return 'This path has a name that Fairlead does not write to a disk.';
      if (reference.to === 'resource' && kustomizationNames.includes(nameOf(path))) {
        return 'Refer to the folder of a kustomization, not to its file.';
      }
      return this.#want({ path, as: reference.to === 'plugin' ? 'plugin' : 'content', base });
    }
    if (reference.to === 'file' || reference.to === 'plugin') return `There is no file ${path} in the repository.`;
    if (this.#at(path) !== 'folder') {
      const what = reference.to === 'folder' ? 'folder' : 'file or folder';
      return `There is no ${what} ${path} in the repository.`;
    }
    const kustomizations = kustomizationNames
      .map((name) => joinPath(path, name))
      .filter((name) => this.entry(name) !== undefined);
    const [kustomization, second] = kustomizations;
    if (kustomization === undefined) return 'There is no kustomization file in this folder.';
    if (second !== undefined) return 'There are two kustomization files in this folder.';
    if (this.entry(kustomization)?.kind !== 'file') return 'The kustomization file of this folder is a link.';
    if (!isSafePath(kustomization)) return 'This path has a name that Fairlead does not write to a disk.';
    return this.#want({ path: kustomization, as: 'kustomization', base: path });
  }

  #want(wanted: Wanted): string | null {
    const { path, as, base } = wanted;
    const before = this.#purposes.get(path) ?? as;
    // What configures kustomize is written anew: as content it would not be what stands in Git.
    if (before !== as) return 'This file is used as content and to configure kustomize: make it two files.';
    this.#purposes.set(path, as);
    // A plugin's paths are relative to who refers to it, so it is read for each of them.
    const key = as === 'plugin' ? `${path}\0${base}` : path;
    if (!this.#seen.has(key)) this.#wanted.push(wanted);
    this.#seen.add(key);
    return null;
  }

  #linkAbove(path: string): TreeEntry | null {
    for (let above = path; above !== ''; above = folderOf(above)) {
      const entry = this.entry(above);
      if (entry !== undefined && entry.kind !== 'file') return entry;
    }
    return null;
  }

  #hasProblem(file: string): boolean {
    return this.problems.some((problem) => problem.file === file);
  }

  #complain(file: string, line: number | null, at: readonly (string | number)[], message: string): void {
    this.problems.push({ file, line, path: at.length > 0 ? at.join('.') : null, message });
  }
}

/** JSON is YAML that every reader reads alike. */
function jsonDocuments(documents: readonly YamlDocument[]): Uint8Array {
  return Buffer.from(documents.map(({ value }: { readonly value: Json }) => `---\n${stringifyJson(value)}\n`).join(''));
}
