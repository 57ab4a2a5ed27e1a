import { gitResult } from './run.ts';

export interface TreeEntry {
  readonly mode: string;
  readonly type: 'blob' | 'tree' | 'commit';
  readonly sha: string;
  /** Bytes; null for trees and submodules. */
  readonly size: number | null;
  /** From the tree that was asked for. */
  readonly path: string;
}

/** The entries of a tree; undefined where there is no such tree. `recursive` lists trees as well as what they hold. */
export async function readTree(
  directory: string,
  treeish: string,
  options: { readonly recursive: boolean; readonly path?: string },
): Promise<TreeEntry[] | undefined> {
  const flags = options.recursive ? ['-r', '-t'] : [];
  const paths = options.path === undefined ? [] : ['--', options.path];
  const command = ['ls-tree', '-l', '-z', '--full-tree', ...flags, treeish, ...paths];
  const { code, stdout } = await gitResult(directory, command, { expected: [128] });
  if (code !== 0) return undefined;
  return stdout.toString('utf8').split('\0').filter(Boolean).map(parseEntry);
}

export async function readBlob(directory: string, sha: string): Promise<Buffer | undefined> {
  const { code, stdout } = await gitResult(directory, ['cat-file', 'blob', sha], { expected: [128] });
  return code === 0 ? stdout : undefined;
}

function parseEntry(line: string): TreeEntry {
  const tab = line.indexOf('\t');
  const [mode = '', type = '', sha = '', size = '-'] = line.slice(0, tab).split(/ +/);
  return {
    mode,
    type: type === 'tree' || type === 'commit' ? type : 'blob',
    sha,
    size: size === '-' ? null : Number(size),
    path: line.slice(tab + 1),
  };
}
