import { type Repository, repositoryName, type TreeId } from '../../domain/repository.ts';
import type { TreeEntry } from '../../ports/trees.ts';
import { gitFailure } from './git-process.ts';
import type { Mirror } from './mirror.ts';

/** The files below a path of a tree, by `git ls-tree`; null: nothing is there. */
export async function readEntries(
  mirror: Mirror,
  repository: Repository,
  tree: TreeId,
  path: string,
): Promise<readonly TreeEntry[] | null> {
  const below = path === '' ? [] : ['--', path];
  const answer = await mirror.run(repository, {
    args: ['ls-tree', '-r', '-z', '--full-tree', tree, ...below],
    maxOutput,
    lasting: true,
  });
  if (answer.code !== 0) {
    // A tree of a merge is in no history: a mirror made again does not have it. The whole job can be done again.
    throw gitFailure(repositoryName(repository), `git ls-tree: ${answer.stderr.trim()}`, { retryable: true });
  }
  const lines = answer.stdout.toString('utf8').split('\0').slice(0, -1);
  if (lines.length > maxEntries) {
    throw gitFailure(
      repositoryName(repository),
      `more than ${maxEntries} files in ${path === '' ? 'the tree' : path}`,
      {
        retryable: false,
      },
    );
  }
  if (lines.length === 0 && path !== '') return null;
  return lines.map((line) => parseEntry(repository, line));
}

const maxEntries = 200_000;
const maxOutput = 64 * 1024 * 1024;

/** `100644 blob 0123…<TAB>deploy/web.yaml` */
function parseEntry(repository: Repository, line: string): TreeEntry {
  const match = /^(\d{6}) (?:blob|commit) ([0-9a-f]{40})\t(.+)$/s.exec(line);
  const [, mode = '', id = '', path = ''] = match ?? [];
  if (match === null) throw gitFailure(repositoryName(repository), 'git ls-tree: cannot be read', { retryable: false });
  const kind = mode === '120000' ? 'symlink' : mode === '160000' ? 'submodule' : 'file';
  return { path, kind, id };
}
