import type { JobOf } from '../../domain/job.ts';
import { isReply, replyMarker } from '../../domain/marker.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Comments } from '../../ports/forge.ts';
import type { Records } from '../../ports/records.ts';
import { ownComments, withMarker } from '../said/own-comment.ts';

const answersEach = 20;
/** Whoever asks on many pull requests leaves four fifths of what GitHub takes to plans and verdicts. */
const answersInAll = 100;
const hourMs = 3_600_000;

/**
 * Whether a pull request had so many answers lately, whoever asked for them, or those who may not write so many in an account, that
 * they get no other. GitHub lets all of Fairlead in an account write 500 comments an hour, plans and verdicts among them, and
 * on a public repository anybody may ask, on every pull request that there ever was.
 *
 * https://docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api#about-secondary-rate-limits
 */
export async function isAskedTooOften(
  job: JobOf<'run-command'>,
  { forge, records, clock }: AnswerPorts,
): Promise<boolean> {
  const ours = await ownComments(job, forge);
  // What was answered already is only looked through again.
  if (withMarker(replyMarker(job.comment), ours) !== null) return false;
  const now = clock.now();
  const lately = ours.filter(({ body, createdAt }) => isReply(body) && Date.parse(createdAt) > now - hourMs);
  if (lately.length >= answersEach) return true;
  const bound = { most: answersInAll, withinMs: hourMs, now };
  return !(await records.admitAnswer(job.repository.installation, job.comment, bound));
}

interface AnswerPorts {
  readonly forge: Pick<Comments, 'comments'>;
  readonly records: Pick<Records, 'admitAnswer'>;
  readonly clock: Pick<Clock, 'now'>;
}
