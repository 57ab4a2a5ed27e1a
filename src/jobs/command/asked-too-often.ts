import type { JobOf } from '../../domain/job.ts';
import { isReply, replyMarker } from '../../domain/marker.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Comments } from '../../ports/forge.ts';
import { ownComments, withMarker } from '../said/own-comment.ts';

const answersEach = 20;
const hourMs = 3_600_000;

/**
 * Whether a pull request had so many answers lately, whoever asked for them, that those who may not write get no other. GitHub
 * lets all of Fairlead in an account write 500 comments an hour, plans and verdicts among them, and on a public repository
 * anybody may ask.
 *
 * https://docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api#about-secondary-rate-limits
 */
export async function isAskedTooOften(
  job: JobOf<'run-command'>,
  { forge, clock }: { readonly forge: Pick<Comments, 'comments'>; readonly clock: Pick<Clock, 'now'> },
): Promise<boolean> {
  const ours = await ownComments(job, forge);
  // What was answered already is only looked through again.
  if (withMarker(replyMarker(job.comment), ours) !== null) return false;
  const since = clock.now() - hourMs;
  const lately = ours.filter(({ body, createdAt }) => isReply(body) && Date.parse(createdAt) > since);
  return lately.length >= answersEach;
}
