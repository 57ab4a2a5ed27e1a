/** Relative to the repository's root, `/` between names, `` for the root; null: outside of it. */
export function resolvePath(folder: string, path: string): string | null {
  if (path.startsWith('/')) return null;
  const names: string[] = folder === '' ? [] : folder.split('/');
  for (const name of path.split('/')) {
    if (name === '' || name === '.') continue;
    if (name !== '..') names.push(name);
    else if (names.pop() === undefined) return null;
  }
  return names.join('/');
}

export function folderOf(path: string): string {
  return path.includes('/') ? path.slice(0, path.lastIndexOf('/')) : '';
}

export function nameOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

export function joinPath(folder: string, name: string): string {
  return folder === '' ? name : `${folder}/${name}`;
}

/**
 * Whether a path from a tree may be written below a folder of ours. Git refuses the others on most ways in, but a tree
 * is only data: its names may be anything.
 */
export function isSafePath(path: string): boolean {
  return path
    .split('/')
    .every((name) => !/^(\.{0,2}|\.git)$/i.test(name) && !/[\0\\]/.test(name) && name.length <= 255);
}
