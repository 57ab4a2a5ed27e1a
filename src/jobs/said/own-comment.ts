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
  return withMarker(marker, await ownComments(at, forge));
}

/** All confirmations that Fairlead acknowledged on a pull request. */
export async function confirmationsOn(at: Place, forge: Pick<Comments, 'comments'>): Promise<readonly Confirmation[]> {
  return confirmationsIn(await ownComments(at, forge));
}

/** All that Fairlead wrote there: for who looks for several things in them, and reads them once. */
export async function ownComments(
  { repository, number }: Place,
  forge: Pick<Comments, 'comments'>,
): Promise<readonly Comment[]> {
  return (await forge.comments(repository, number)).filter(({ own }) => own);
}

export function withMarker(marker: string, comments: readonly Comment[]): Comment | null {
  return comments.find(({ body }) => body.includes(marker)) ?? null;
}

export function confirmationsIn(comments: readonly Comment[]): readonly Confirmation[] {
  return readConfirmations(comments.map(({ body }) => body));
}
