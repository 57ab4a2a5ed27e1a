import { git, gitResult } from './run.ts';

export interface ChangedFile {
  /** The blob after the change; before it, where the file was removed. */
  readonly sha: string;
  readonly path: string;
  readonly previousPath: string | null;
  readonly status: 'added' | 'removed' | 'modified' | 'renamed' | 'copied' | 'changed';
  readonly additions: number;
  readonly deletions: number;
  /** null for binary files. */
  readonly patch: string | null;
}

const emptyTree = '4b825dc642cb6eb9a060e54bf8d69288fbee4904';

/** The files that differ between two commits; `from` null compares with nothing. */
export async function readChanges(directory: string, from: string | null, to: string): Promise<ChangedFile[]> {
  const range = [from ?? emptyTree, to];
  const [raw, numbers, text] = await Promise.all([
    git(directory, ['diff', '--raw', '-z', '-M', '--no-abbrev', ...range]),
    git(directory, ['diff', '--numstat', '-z', '-M', ...range]),
    git(directory, ['diff', '-p', '-M', '--no-color', '--no-ext-diff', ...range]),
  ]);
  const patches = splitPatches(text);
  const counts = parseNumbers(numbers);
  return parseRaw(raw).map((file, index) => ({
    ...file,
    additions: counts[index]?.additions ?? 0,
    deletions: counts[index]?.deletions ?? 0,
    patch: patches[index] ?? null,
  }));
}

/** The text of `git diff` or `git format-patch`, as the media types `.diff` and `.patch` give it. */
export async function readDiffText(
  directory: string,
  form: 'diff' | 'patch',
  from: string,
  to: string,
): Promise<Buffer> {
  const command = form === 'diff' ? ['diff', `${from}...${to}`] : ['format-patch', '--stdout', `${from}..${to}`];
  return (await gitResult(directory, command)).stdout;
}

function parseRaw(raw: string): Pick<ChangedFile, 'sha' | 'path' | 'previousPath' | 'status'>[] {
  const fields = raw.split('\0').filter(Boolean);
  const files: Pick<ChangedFile, 'sha' | 'path' | 'previousPath' | 'status'>[] = [];
  let index = 0;
  while (index < fields.length) {
    const [, , before, after, letter] = (fields[index] ?? '').split(' ');
    const moved = /^[RC]/.test(letter ?? '');
    const first = fields[index + 1] ?? '';
    const second = moved ? (fields[index + 2] ?? '') : first;
    index += moved ? 3 : 2;
    const removed = letter === 'D';
    files.push({
      sha: (removed ? before : after) ?? '',
      path: second,
      previousPath: moved ? first : null,
      status: words[(letter ?? '').slice(0, 1)] ?? 'changed',
    });
  }
  return files;
}

const words: Readonly<Record<string, ChangedFile['status']>> = {
  A: 'added',
  C: 'copied',
  D: 'removed',
  M: 'modified',
  R: 'renamed',
  T: 'changed',
};

function parseNumbers(numbers: string): { additions: number; deletions: number }[] {
  const found: { additions: number; deletions: number }[] = [];
  const fields = numbers.split('\0').filter(Boolean);
  let index = 0;
  while (index < fields.length) {
    const [additions, deletions, path] = (fields[index] ?? '').split('\t');
    // A rename is written as "1\t2\t", followed by the two paths.
    index += path === '' ? 3 : 1;
    found.push({ additions: Number(additions) || 0, deletions: Number(deletions) || 0 });
  }
  return found;
}

// One entry for each file, in the order of --raw: what follows the first "@@".
function splitPatches(text: string): (string | null)[] {
  return text
    .split(/^diff --git /m)
    .slice(1)
    .map((section) => {
      const start = section.search(/^@@ /m);
      return start === -1 ? null : section.slice(start).replace(/\n$/, '');
    });
}
