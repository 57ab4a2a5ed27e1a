import type { JobOf } from '../../domain/job.ts';
import { replyMarker, toldMarker } from '../../domain/marker.ts';
import type { Comments } from '../../ports/forge.ts';
import { fitReply, type Reply } from '../../present/reply/fit-reply.ts';

/** One reply for each comment that needs one, kept by its marker: a job that runs twice answers once. */
export async function keepReply(
  job: JobOf<'run-command'>,
  reply: Reply,
  forge: Pick<Comments, 'keepComment'>,
): Promise<void> {
  const { decided, told } = fitReply(reply);
  if (decided === '' && told === '') return;
  const marker = replyMarker(job.comment);
  const parts = [`${marker}${decided}`, ...(told === '' ? [] : [`${toldMarker}\n${told}`])];
  await forge.keepComment(job.repository, job.number, marker, parts.join('\n\n'));
}
