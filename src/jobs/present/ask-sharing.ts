import { planCommentMarker, readShares } from '../../domain/marker.ts';
import type { PullRequest } from '../../domain/pull-request.ts';
import type { Comments } from '../../ports/forge.ts';
import type { Queue } from '../../ports/queue.ts';
import { ownComment } from '../said/own-comment.ts';

/** Other open pull requests that change the same objects say so, too, and no longer where that is over. No more than are looked at. */
export async function askToPresentSharing(
  numbers: ReadonlySet<number>,
  { repository }: PullRequest,
  { queue }: { readonly queue: Queue },
): Promise<void> {
  for (const number of numbers) {
    await queue.ask({ kind: 'present-pull-request', repository, number }, { priority: 'low' });
  }
}

/** A closed one is named by nobody any more. Its comment forgets them, so that it tells them again when it is reopened. */
export async function forgetSharing(
  pull: PullRequest,
  ports: { readonly forge: Pick<Comments, 'comments' | 'keepComment'>; readonly queue: Queue },
): Promise<void> {
  const { repository, number } = pull;
  const comment = await ownComment(pull, planCommentMarker, ports.forge);
  const { numbers, without } = readShares(comment?.body ?? '');
  if (numbers.size === 0) return;
  await askToPresentSharing(numbers, pull, ports);
  await ports.forge.keepComment(repository, number, planCommentMarker, without);
}
