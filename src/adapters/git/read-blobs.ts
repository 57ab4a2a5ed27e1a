import { type Repository, repositoryName } from '../../domain/repository.ts';
import { gitFailure } from './git-process.ts';
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
  const input = ids.map((id) => `${id}\n`).join('');
  // Sizes first: what is too large is never read.
  const sizes = await mirror.run(repository, { args: ['cat-file', '--batch-check=%(objectsize)'], input });
  if (sizes.code !== 0) throw gitFailure(subject, `git cat-file: ${sizes.stderr.trim()}`, { retryable: true });
  const total = sizes.stdout
    .toString('utf8')
    .trim()
    .split('\n')
    .reduce((sum, size) => sum + (Number.parseInt(size, 10) || 0), 0);
  if (total > maxBytes) return 'too-large';

  const answer = await mirror.run(repository, {
    args: ['cat-file', '--batch'],
    input,
    maxOutput: total + ids.length * headerBytes,
  });
  if (answer.code !== 0) throw gitFailure(subject, `git cat-file: ${answer.stderr.trim()}`, { retryable: true });
  let position = 0;
  return ids.map((id) => {
    const lineEnd = answer.stdout.indexOf('\n', position);
    const header = answer.stdout.toString('latin1', position, lineEnd);
    const match = /^([0-9a-f]{40}) blob (\d+)$/.exec(header);
    // `ID missing`: the mirror was made again since the id was read.
    if (match === null || match[1] !== id) throw gitFailure(subject, `git has no blob ${id}`, { retryable: true });
    const start = lineEnd + 1;
    position = start + Number(match[2]) + 1;
    return answer.stdout.subarray(start, position - 1);
  });
}

/** `ID blob SIZE` and two line ends. */
const headerBytes = 80;
