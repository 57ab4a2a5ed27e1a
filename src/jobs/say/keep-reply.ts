import type { JobOf } from '../../domain/job.ts';
import { replyMarker, toldMarker } from '../../domain/marker.ts';
import type { Comments } from '../../ports/forge.ts';

/** The reply to the commands of one comment. Empty parts are left out; both empty: there is none. */
export interface Reply {
  /** What was decided, with the markers by which it is found again: it stands, whatever becomes of the job. */
  readonly decided: string;
  /** What came of it, told anew by each run. */
  readonly told: string;
}

/** One reply for each comment that needs one, kept by its marker: a job that runs twice answers once. */
export async function keepReply(
  job: JobOf<'run-command'>,
  reply: Reply,
  forge: Pick<Comments, 'keepComment'>,
): Promise<void> {
  const { decided, told } = reply;
  if (decided === '' && told === '') return;
  const marker = replyMarker(job.comment);
  const parts = [`${marker}${decided}`, ...(told === '' ? [] : [`${toldMarker}\n${told}`])];
  await forge.keepComment(job.repository, job.number, marker, parts.join('\n\n'));
}
