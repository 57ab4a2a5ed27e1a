import { Failure } from '../../domain/failure.ts';
import type { Repository, TreeId } from '../../domain/repository.ts';
import type { TreeEntry, Trees } from '../../ports/trees.ts';
import { folderOf } from './repository-path.ts';

/** What stands where in one tree. */
export interface TreeIndex {
  at(path: string): TreeEntry | 'folder' | null;
  /** As `Trees.entries`. */
  below(path: string): readonly TreeEntry[] | null;
}

/** Of all trees together, where there are several: some tens of megabytes. */
const maxEntries = 200_000;

/** Every tree is listed once, whole, for all environments and all renderers: each listing is a process. */
export class TreeIndexes {
  readonly #trees: Trees;
  /** The one that was asked for last comes last. */
  readonly #indexes = new Map<string, { readonly index: Promise<TreeIndex>; entries: number }>();

  constructor(trees: Trees) {
    this.#trees = trees;
  }

  async of(repository: Repository, tree: TreeId): Promise<TreeIndex> {
    const key = `${repository.id} ${tree}`;
    const known = this.#indexes.get(key);
    if (known !== undefined) {
      this.#indexes.delete(key);
      this.#indexes.set(key, known);
      return known.index;
    }
    const listed = this.#trees.entries(repository, tree, '').then((entries) => entries ?? []);
    const kept = { index: listed.then((entries) => treeIndex(entries)), entries: 0 };
    this.#indexes.set(key, kept);
    try {
      kept.entries = (await listed).length;
    } catch (error) {
      this.#indexes.delete(key);
      kept.index.catch(() => undefined);
      throw error;
    }
    this.#forget();
    return kept.index;
  }

  /** As `Trees.entries`; of a tree that is too large to be listed whole, the path alone is. */
  async entries(repository: Repository, tree: TreeId, path: string): Promise<readonly TreeEntry[] | null> {
    try {
      return (await this.of(repository, tree)).below(path);
    } catch (error) {
      if (path === '' || !(error instanceof Failure) || error.retryable) throw error;
      return await this.#trees.entries(repository, tree, path);
    }
  }

  #forget(): void {
    let all = [...this.#indexes.values()].reduce((sum, { entries }) => sum + entries, 0);
    for (const [key, { entries }] of this.#indexes) {
      // Base and merge result take turns: with one of them forgotten each environment would list both again.
      if (all <= maxEntries || this.#indexes.size <= 2) return;
      this.#indexes.delete(key);
      all -= entries;
    }
  }
}

export function treeIndex(entries: readonly TreeEntry[]): TreeIndex {
  const files = new Map<string, TreeEntry>();
  // Of sorted entries those below a folder stand together: from the first to before `end`.
  const folders = new Map<string, { readonly first: number; end: number }>();
  for (const [index, entry] of entries.entries()) {
    files.set(entry.path, entry);
    for (let folder = folderOf(entry.path); folder !== ''; folder = folderOf(folder)) {
      const range = folders.get(folder);
      if (range === undefined) folders.set(folder, { first: index, end: index + 1 });
      else range.end = index + 1;
    }
  }
  return {
    at: (path) => files.get(path) ?? (path === '' || folders.has(path) ? 'folder' : null),
    below: (path) => {
      if (path === '') return entries;
      const file = files.get(path);
      if (file !== undefined) return [file];
      const range = folders.get(path);
      return range === undefined ? null : entries.slice(range.first, range.end);
    },
  };
}
