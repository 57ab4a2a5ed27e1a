import { createHash } from 'node:crypto';
import { setMaxListeners } from 'node:events';
import { type CommitId, type Repository, repositoryName, type TreeId } from '../../domain/repository.ts';
import type { Git, MergeResult } from '../../ports/git.ts';
import type { TreeEntry, Trees } from '../../ports/trees.ts';
import { type GitAnswer, gitFailure } from './git-process.ts';
import { createMirror, type Mirror, type MirrorOptions } from './mirror.ts';
import { refs, removeDiscarded } from './mirror-folder.ts';
import { readBlobs } from './read-blobs.ts';
import { readEntries } from './read-entries.ts';

export type GitOptions = MirrorOptions;

export interface OpenGit extends Git, Trees {
  /** Kills what git does, and resolves when nothing writes into a mirror any more. What is asked after that fails. */
  close(): Promise<void>;
}

/**
 * Git over the `git` binary (2.38 or newer: `merge-tree --write-tree`), with one bare mirror for each repository.
 * Fetches of one repository take turns; everything else runs beside them.
 */
export function createGit(options: GitOptions): OpenGit {
  const stopping = new AbortController();
  // Each program that runs listens.
  setMaxListeners(0, stopping.signal);
  const mirrors = new Map<number, Mirror>();
  let tidied: Promise<void> | null = null;

  const mirrorOf = async (repository: Repository): Promise<Mirror> => {
    tidied ??= removeDiscarded(options.folder);
    await tidied;
    // By id: a renamed repository keeps its mirror.
    const known = mirrors.get(repository.id);
    if (known !== undefined) return known;
    const mirror = createMirror({ ...options, stop: stopping.signal }, repository.id);
    mirrors.set(repository.id, mirror);
    return mirror;
  };

  /**
   * Runs a command about commits, whose answer lasts unless told otherwise; where the mirror misses one (it was made
   * again), fetches it and asks once more.
   */
  const ask = async (
    repository: Repository,
    commits: readonly CommitId[],
    args: readonly string[],
    lasting = true,
  ): Promise<GitAnswer> => {
    for (const commit of commits) requireId(repository, commit);
    const mirror = await mirrorOf(repository);
    const answer = await mirror.run(repository, { args, lasting });
    if (!missesCommit(answer)) return answer;
    for (const commit of commits) {
      if ((await fetchCommit(repository, commit)) === null) {
        throw gitFailure(repositoryName(repository), `there is no commit ${commit}`, { retryable: false });
      }
    }
    return mirror.run(repository, { args });
  };

  const fetchCommit = async (repository: Repository, commit: CommitId): Promise<CommitId | null> => {
    requireId(repository, commit);
    const mirror = await mirrorOf(repository);
    const isHere = async (): Promise<boolean> =>
      (await mirror.run(repository, { args: ['cat-file', '-e', `${commit}^{commit}`], lasting: true })).code === 0;
    if (await isHere()) return commit;
    const result = await mirror.fetch(repository, `+${commit}:${refs.commits}/${commit}`);
    // The remote may know the id as something else than a commit.
    return result === 'fetched' && (await isHere()) ? commit : null;
  };

  const read = async (repository: Repository, tree: TreeId, path: string): Promise<readonly TreeEntry[] | null> => {
    requireId(repository, tree);
    return readEntries(await mirrorOf(repository), repository, tree, path);
  };

  return {
    async tip(repository, branch) {
      if (!isBranchName(branch)) return null;
      const mirror = await mirrorOf(repository);
      // By hash: `a` and `a/b` may follow each other on the remote and exclude each other as files.
      const local = `${refs.branches}/${createHash('sha256').update(branch).digest('hex')}`;
      const result = await mirror.fetch(repository, `+refs/heads/${branch}:${local}`);
      if (result === 'absent') return null;
      return oneId(repository, await mirror.run(repository, { args: ['rev-parse', '--verify', `${local}^{commit}`] }));
    },

    fetchCommit,

    async tree(repository, commit) {
      return oneId(repository, await ask(repository, [commit], ['rev-parse', '--verify', `${commit}^{tree}`]));
    },

    async parents(repository, commit) {
      const answer = await ask(repository, [commit], ['rev-list', '--parents', '--max-count=1', commit]);
      if (answer.code !== 0) throw complaint(repository, answer);
      return answer.stdout.toString('utf8').trim().split(' ').slice(1);
    },

    async merge(repository, base, head): Promise<MergeResult> {
      const args = ['merge-tree', '--write-tree', '--name-only', '--no-messages', '-z', base, head];
      // Each time anew: it makes the tree, which a mirror that was tidied up may no longer have.
      const answer = await ask(repository, [base, head], args, false);
      if (isUnrelated(answer)) return { kind: 'conflict', files: [] };
      const [tree = '', ...files] = answer.stdout.toString('utf8').split('\0').filter(Boolean);
      if (answer.code === 0) return { kind: 'merged', tree };
      if (answer.code === 1 && tree !== '') return { kind: 'conflict', files };
      throw complaint(repository, answer);
    },

    async readFile(repository, tree, path) {
      const entries = await read(repository, tree, path);
      if (entries === null) return { kind: 'absent' };
      const entry = entries.find((candidate) => candidate.path === path);
      if (entry?.kind !== 'file') return { kind: 'refused', why: `is a ${entry?.kind ?? 'folder'}, not a file` };
      const content = await readBlobs(await mirrorOf(repository), repository, [entry.id], maxFileBytes);
      if (content === 'too-large') return { kind: 'refused', why: 'is larger than 1 MiB' };
      return { kind: 'file', text: Buffer.concat(content).toString('utf8') };
    },

    async history(repository, commit, limit) {
      const args = ['rev-list', '--first-parent', `--max-count=${limit}`, commit];
      const answer = await ask(repository, [commit], args);
      if (answer.code !== 0) throw complaint(repository, answer);
      return answer.stdout.toString('utf8').split('\n').filter(Boolean);
    },

    async isAncestor(repository, ancestor, descendant) {
      const args = ['merge-base', '--is-ancestor', ancestor, descendant];
      const answer = await ask(repository, [ancestor, descendant], args);
      if (answer.code > 1) throw complaint(repository, answer);
      return answer.code === 0;
    },

    entries: read,

    async blobs(repository, ids, maxBytes) {
      for (const id of ids) requireId(repository, id);
      return readBlobs(await mirrorOf(repository), repository, ids, maxBytes);
    },

    async close() {
      stopping.abort();
      await Promise.all([...mirrors.values()].map((mirror) => mirror.idle()));
    },
  };
}

const maxFileBytes = 1024 * 1024;

/** A name git itself would accept (git-check-ref-format), so that it can stand in a refspec. */
function isBranchName(name: string): boolean {
  // oxlint-disable-next-line no-control-regex -- git refuses control characters in names, so they are named here
  return name !== '' && !/[\u0000-\u0020\u007f~^:?*[\\]|\.\.|@\{|\/\/|(^|\/)\.|\.lock(\/|$)|^\/|[/.]$/.test(name);
}

/** Ids stand among git's arguments: what is no id could be an option. */
function requireId(repository: Repository, id: string): void {
  if (/^[0-9a-f]{40}$/.test(id)) return;
  throw gitFailure(repositoryName(repository), 'an id is 40 hexadecimal digits', { retryable: false });
}

function missesCommit(answer: GitAnswer): boolean {
  // `merge-tree` exits with 1 for an unknown commit, as it does for a conflict.
  const unknown = answer.code === 128 || answer.stderr.includes('not something we can merge');
  return unknown && !isUnrelated(answer);
}

function isUnrelated(answer: GitAnswer): boolean {
  return answer.code !== 0 && answer.stderr.includes('unrelated histories');
}

function oneId(repository: Repository, answer: GitAnswer): string {
  if (answer.code !== 0) throw complaint(repository, answer);
  return answer.stdout.toString('utf8').trim();
}

function complaint(repository: Repository, answer: GitAnswer): Error {
  return gitFailure(repositoryName(repository), `git: ${answer.stderr.trim().slice(-500)}`, { retryable: true });
}
