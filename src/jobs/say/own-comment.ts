import { readConfirmations } from '../../domain/marker.ts';
import type { Confirmation } from '../../domain/release.ts';
import type { Repository } from '../../domain/repository.ts';
import type { Comment, Comments } from '../../ports/forge.ts';

interface Place {
  readonly repository: Repository;
  /** A pull request. */
  readonly number: number;
}

/**
 * Fairlead's own comment that holds a marker; null: there is none. What others write is not believed, whatever it
 * holds.
 */
export async function ownComment(
  at: Place,
  marker: string,
  forge: Pick<Comments, 'comments'>,
): Promise<Comment | null> {
  const comments = await ownComments(at, forge);
  return comments.find(({ body }) => body.includes(marker)) ?? null;
}

/** All confirmations that Fairlead acknowledged on a pull request. */
export async function confirmationsOn(at: Place, forge: Pick<Comments, 'comments'>): Promise<readonly Confirmation[]> {
  return readConfirmations((await ownComments(at, forge)).map(({ body }) => body));
}

async function ownComments({ repository, number }: Place, forge: Pick<Comments, 'comments'>) {
  return (await forge.comments(repository, number)).filter(({ own }) => own);
}
