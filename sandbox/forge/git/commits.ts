import { git, gitResult } from './run.ts';
import type { Signature } from './write-commit.ts';

export interface CommitEntry {
  readonly sha: string;
  readonly tree: string;
  readonly parents: readonly string[];
  readonly author: Signature & { readonly at: string };
  readonly committer: Signature & { readonly at: string };
  readonly message: string;
  readonly files: readonly { readonly status: 'added' | 'modified' | 'removed'; readonly path: string }[];
}

/** Commits that `git log` finds for these arguments, newest first, with the paths each one touched. */
export async function readCommits(directory: string, args: readonly string[]): Promise<CommitEntry[]> {
  const command = ['log', '-z', '--no-renames', '--name-status', `--format=${format}`, ...args];
  const { stdout } = await gitResult(directory, command);
  return stdout.toString('utf8').split(recordMark).filter(Boolean).map(parseCommit);
}

export async function readCommit(directory: string, sha: string): Promise<CommitEntry> {
  const [commit] = await readCommits(directory, ['-m', '--first-parent', '-1', sha]);
  if (commit === undefined) throw new Error(`no commit ${sha}`);
  return commit;
}

/** Commits reachable from `head` and not from `base`. */
export async function countCommits(directory: string, base: string, head: string): Promise<number> {
  return Number(await git(directory, ['rev-list', '--count', `${base}..${head}`]));
}

const recordMark = '\u001e';
const fieldMark = '\u001f';
const format = ['%x1e%H', '%T', '%P', '%an', '%ae', '%aI', '%cn', '%ce', '%cI', '%B', ''].join('%x1f');

const words: Readonly<Record<string, CommitEntry['files'][number]['status']>> = {
  A: 'added',
  D: 'removed',
  M: 'modified',
  T: 'modified',
};

function parseCommit(record: string): CommitEntry {
  const [sha, tree, parents, an, ae, aI, cn, ce, cI, message, rest] = record.split(fieldMark);
  const entries = (rest ?? '')
    .split('\0')
    .map((entry) => entry.trim())
    .filter(Boolean);
  const files: CommitEntry['files'][number][] = [];
  for (let index = 0; index + 1 < entries.length; index += 2) {
    const status = words[entries[index] ?? ''];
    const path = entries[index + 1];
    if (status !== undefined && path !== undefined) files.push({ status, path });
  }
  return {
    sha: sha ?? '',
    tree: tree ?? '',
    parents: (parents ?? '').split(' ').filter(Boolean),
    author: { name: an ?? '', email: ae ?? '', at: utc(aI) },
    committer: { name: cn ?? '', email: ce ?? '', at: utc(cI) },
    message: (message ?? '').replace(/\n+$/, ''),
    files,
  };
}

// The REST API gives every time in UTC, whatever zone the commit was made in.
function utc(time: string | undefined): string {
  return new Date(time ?? 0).toISOString().replace('.000Z', 'Z');
}
