import type { JobOf } from '../../domain/job.ts';
import { replyMarker, toldMarker } from '../../domain/marker.ts';
import type { Comments } from '../../ports/forge.ts';
import { ownComment } from './own-comment.ts';

/** What our reply to a comment decided, in an earlier run of the job; '': nothing, or there is none. */
export async function standingDecision(job: JobOf<'run-command'>, forge: Pick<Comments, 'comments'>): Promise<string> {
  const marker = replyMarker(job.comment);
  const standing = await ownComment(job, marker, forge);
  return (standing?.body ?? '').replace(marker, '').split(toldMarker)[0]?.trimEnd() ?? '';
}
