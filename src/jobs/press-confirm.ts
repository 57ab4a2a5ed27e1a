import type { JobOf } from '../domain/job.ts';
import { confirmationMarker, pressMarker, readConfirmations } from '../domain/marker.ts';
import { mayWrite } from '../domain/repository.ts';
import type { JobContext } from '../ports.ts';
import { type CommandReply, presentReply } from '../present/reply.ts';
import type { FanOutPorts } from './fan-out-push.ts';
import { judgeConfirmation } from './judge-confirmation.ts';
import { afterConfirmation, planAnew } from './run-command.ts';
import { waitingForConfirmation } from './waiting-for-confirmation.ts';

/**
 * The button *Confirm*: `/confirm DIGEST` of the plan that it stood beside. GitHub shows it to everybody who may push,
 * so who pressed it is judged like who wrote a comment.
 */
export async function pressConfirm(
  job: JobOf<'press-confirm'>,
  ports: FanOutPorts,
  context: JobContext,
): Promise<void> {
  const { repository, number, digest, by } = job;
  const pull = await ports.forge.pullRequest(repository, number);
  if (pull === null) return;
  const marker = pressMarker({ digest, by });
  // What an earlier run of this job agreed to stands: by now it may have begun, and would no longer wait for anybody.
  const comments = await ports.forge.comments(repository, number);
  const standing = comments.find(({ own, body }) => own && body.includes(marker));
  if (standing !== undefined && readConfirmations([standing.body]).length > 0) {
    return afterConfirmation(pull, ports, context);
  }
  const answer = (reply: CommandReply, confirmed = ''): Promise<void> => {
    return ports.forge.keepComment(repository, number, marker, `${marker}${confirmed}\n${presentReply(reply, by)}`);
  };

  const permission = await ports.forge.permission(repository, by);
  if (!mayWrite(permission)) return answer({ kind: 'not-permitted', command: 'confirm', permission });
  if (pull.state === 'closed') return answer({ kind: 'not-open', command: 'confirm' });
  const awaited = await waitingForConfirmation(pull, ports);
  const at = new Date(ports.clock.now()).toISOString();
  const judgement = judgeConfirmation(awaited, { by, number, digest, at });
  if (judgement.kind === 'refused') {
    await answer(judgement.reply);
    if (judgement.reply.kind === 'still-planning') await planAnew(pull, ports);
    return;
  }
  const { plans } = judgement;
  // Published before anything is asked for: the next job reads the confirmation from the forge.
  await answer({ kind: 'confirmed', by, plans, planning: null }, confirmationMarker({ digest, by }));
  await afterConfirmation(pull, ports, context);
}
