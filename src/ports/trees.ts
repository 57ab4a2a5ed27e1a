import type { Repository, TreeId } from '../domain/repository.ts';

/** Content as Git holds it, read without a working tree: no attributes, no filters, no symlinks followed. */
export interface Trees {
  /**
   * Everything below `path` (`` is the root) of a tree, sorted by path as Git does (a path that is a file: that one entry);
   * null: the tree has nothing there. More than 200,000 entries are refused.
   */
  entries(repository: Repository, tree: TreeId, path: string): Promise<readonly TreeEntry[] | null>;
  /** The content of blobs, in the order asked; `too-large`: all together hold more than `maxBytes`. */
  blobs(repository: Repository, ids: readonly string[], maxBytes: number): Promise<readonly Uint8Array[] | 'too-large'>;
}

/**
 * One entry of a tree that is no folder. Names are as they stand in Git and may be hostile (`..`, `.git`): whoever
 * writes them to a disk looks first.
 */
export interface TreeEntry {
  /** Relative to the repository's root. */
  readonly path: string;
  readonly kind: 'file' | 'symlink' | 'submodule';
  readonly id: string;
}
