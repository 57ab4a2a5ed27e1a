import { type Repository, repositoryName } from '../../domain/repository.ts';
import { gitFailure, TooMuchOutput } from './git-process.ts';
import type { Mirror } from './mirror.ts';

/** The content of blobs in the order asked, by one `git cat-file --batch` for all. */
export async function readBlobs(
  mirror: Mirror,
  repository: Repository,
  ids: readonly string[],
  maxBytes: number,
): Promise<readonly Uint8Array[] | 'too-large'> {
  if (ids.length === 0) return [];
  const subject = repositoryName(repository);
  const answer = await mirror
    .run(repository, {
      args: ['cat-file', '--batch', '--buffer'],
      input: ids.map((id) => `${id}\n`).join(''),
      maxOutput: maxBytes + ids.length * headerBytes,
      // A file that every job reads (the settings), not what is read to be rendered once.
      lasting: ids.length === 1,
    })
    .catch((error: unknown) => {
      if (error instanceof TooMuchOutput) return 'too-large' as const;
      throw error;
    });
  if (answer === 'too-large') return answer;
  if (answer.code !== 0) throw gitFailure(subject, `git cat-file: ${answer.stderr.trim()}`, { retryable: true });
  let position = 0;
  let bytes = 0;
  const contents = ids.map((id) => {
    const lineEnd = answer.stdout.indexOf('\n', position);
    const match = /^([0-9a-f]{40}) blob (\d+)$/.exec(answer.stdout.toString('latin1', position, lineEnd));
    // `ID missing`: the mirror was made again since the id was read.
    if (match === null || match[1] !== id) throw gitFailure(subject, `git has no blob ${id}`, { retryable: true });
    const size = Number(match[2]);
    const start = lineEnd + 1;
    bytes += size;
    position = start + size + 1;
    return answer.stdout.subarray(start, start + size);
  });
  return bytes > maxBytes ? 'too-large' : contents;
}

/** At least `ID blob SIZE` and two line ends. */
const headerBytes = 80;
