import type { CommandReply } from '../domain/command-reply.ts';
import { isoTime } from '../domain/iso-time.ts';
import type { JobOf } from '../domain/job.ts';
import { confirmationMarker, pressMarker, readConfirmations } from '../domain/marker.ts';
import { mayWrite } from '../domain/repository.ts';
import type { Clock } from '../ports/clock.ts';
import type { Comments, PullRequests, Repositories } from '../ports/forge.ts';
import type { JobContext } from '../ports/handler.ts';
import type { Queue } from '../ports/queue.ts';
import { presentReply } from '../present/reply/reply.ts';
import { afterConfirmation } from './confirm/after-confirmation.ts';
import { answerConsent } from './confirm/answer-consent.ts';
import { planAnew } from './confirm/plan-anew.ts';
import { type ConfirmationPorts, waitingForConfirmation } from './confirm/waiting-for-confirmation.ts';
import { ownComment } from './said/own-comment.ts';

export interface PressPorts extends ConfirmationPorts {
  readonly forge: ConfirmationPorts['forge'] &
    Pick<Repositories, 'permission'> &
    Pick<PullRequests, 'pullRequest'> &
    Pick<Comments, 'comments' | 'keepComment'>;
  readonly queue: Queue;
  readonly clock: Clock;
}

/**
 * The button *Confirm*: `/confirm DIGEST` of the plan that it stood beside. GitHub shows it to everybody who may push,
 * so who pressed it is asked the same as who wrote a comment.
 */
export async function pressConfirm(job: JobOf<'press-confirm'>, ports: PressPorts, context: JobContext): Promise<void> {
  const { repository, number, digest, by } = job;
  const pull = await ports.forge.pullRequest(repository, number);
  if (pull === null) return;
  const marker = pressMarker({ digest, by });
  // What an earlier run of this job agreed to stands: by now it may have begun, and would no longer wait for anybody.
  const standing = await ownComment(job, marker, ports.forge);
  if (standing !== null && readConfirmations([standing.body]).length > 0) {
    return afterConfirmation(pull, ports, context);
  }
  const answer = (reply: CommandReply, confirmed = ''): Promise<void> => {
    return ports.forge.keepComment(repository, number, marker, `${marker}${confirmed}\n${presentReply(reply, by)}`);
  };

  const permission = await ports.forge.permission(repository, by);
  if (!mayWrite(permission)) return answer({ kind: 'not-permitted', command: 'confirm', permission });
  if (pull.state === 'closed') return answer({ kind: 'not-open', command: 'confirm' });
  const awaited = await waitingForConfirmation(pull, ports);
  const at = isoTime(ports.clock.now());
  const answered = answerConsent(awaited, { by, number, digest, at });
  if (answered.kind === 'refused') {
    await answer(answered.reply);
    if (answered.reply.kind === 'still-planning') await planAnew(pull, ports);
    return;
  }
  const { plans } = answered;
  // Published before anything is asked for: the next job reads the confirmation from the forge.
  await answer({ kind: 'confirmed', by, plans, planning: null }, confirmationMarker({ digest, by }));
  await afterConfirmation(pull, ports, context);
}
