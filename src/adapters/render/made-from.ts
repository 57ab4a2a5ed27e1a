import { createHash } from 'node:crypto';
import type { Json } from '../../domain/json.ts';
import type { Looks } from '../../ports/made-renderings.ts';
import type { TreeEntry } from '../../ports/trees.ts';
import type { TreeIndex } from './tree-indexes.ts';

/** A key of all that plain YAML, or a chart, is made of: another tree that holds the same folder renders the same. */
export function keyOfFolder(entries: readonly TreeEntry[], besides: Json): string {
  const hash = createHash('sha256').update(JSON.stringify(besides));
  for (const { kind, id, path } of entries) hash.update(`\0${kind} ${id} ${path}`);
  return hash.digest('hex');
}

/**
 * A key of what is at all paths that a renderer looked at. What it looks at next follows from what it found: where the same
 * is at all of them it looks at no others, and makes the same.
 */
export function keyOfLooks(looks: Looks, index: TreeIndex, besides: Json): string {
  const hash = createHash('sha256').update(JSON.stringify(besides));
  for (const path of looks) hash.update(`\0${answer(index.at(path))} ${path}`);
  return hash.digest('hex');
}

/** A tree that writes down where it was looked at. */
export function watched(index: TreeIndex): { readonly at: TreeIndex['at']; readonly looks: () => Looks } {
  const seen = new Set<string>();
  return {
    at: (path) => {
      seen.add(path);
      return index.at(path);
    },
    looks: () => [...seen].toSorted(),
  };
}

function answer(found: TreeEntry | 'folder' | null): string {
  if (found === null || found === 'folder') return String(found);
  return `${found.kind} ${found.id}`;
}
