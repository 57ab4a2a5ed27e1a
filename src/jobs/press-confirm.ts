import type { JobOf } from '../domain/job.ts';
import { confirmationMarker, pressMarker } from '../domain/marker.ts';
import { mayWrite } from '../domain/repository.ts';
import type { JobContext } from '../ports.ts';
import { type CommandReply, presentReply } from '../present/reply.ts';
import type { FanOutPorts } from './fan-out-push.ts';
import { afterConfirmation, waitingForConfirmation } from './run-command.ts';

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
  const answer = (reply: CommandReply, confirmed = ''): Promise<void> => {
    const marker = pressMarker({ digest, by });
    return ports.forge.keepComment(repository, number, marker, `${marker}${confirmed}\n${presentReply(reply, by)}`);
  };

  const permission = await ports.forge.permission(repository, by);
  if (!mayWrite(permission)) return answer({ kind: 'not-permitted', command: 'confirm', permission });
  if (by === pull.author) return answer({ kind: 'not-second-person', author: pull.author });
  const waiting = await waitingForConfirmation(pull, ports);
  if (waiting.length === 0) return answer({ kind: 'nothing-to-confirm' });
  const plans = waiting.filter((plan) => plan.digest === digest);
  if (plans.length === 0) return answer({ kind: 'plan-changed', waiting });
  // Published before anything is asked for: the next job reads the confirmation from the forge.
  await answer({ kind: 'confirmed', by, plans }, confirmationMarker({ digest, by }));
  await afterConfirmation(pull, plans, ports, context);
}
