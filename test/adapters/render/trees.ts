import type { TreeEntry, Trees } from '../../../src/ports/trees.ts';

/** One tree of these files, read at once; `blobs` is called with the paths before anything of them is given. */
export function treesOf(
  files: Readonly<Record<string, string>>,
  blobs: (paths: readonly string[]) => Promise<void> = () => Promise.resolve(),
): Trees {
  return {
    entries: async (_repository, _tree, path) => {
      const below = Object.keys(files).filter((name) => path === '' || name === path || name.startsWith(`${path}/`));
      const entries = below.toSorted().map((name): TreeEntry => ({ path: name, kind: 'file', id: name }));
      return entries.length === 0 ? null : entries;
    },
    blobs: async (_repository, ids, maxBytes) => {
      await blobs(ids);
      const contents = ids.map((id) => Buffer.from(files[id] ?? ''));
      return contents.reduce((sum, { length }) => sum + length, 0) > maxBytes ? 'too-large' : contents;
    },
  };
}
