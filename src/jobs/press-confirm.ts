import type { JobOf } from '../domain/job.ts';
import { confirmationMarker, pressMarker, readConfirmations } from '../domain/marker.ts';
import { mayWrite } from '../domain/repository.ts';
import type { JobContext } from '../ports.ts';
import { type CommandReply, presentReply } from '../present/reply.ts';
import type { FanOutPorts } from './fan-out-push.ts';
import { afterConfirmation } from './run-command.ts';
import { authorAmong, waitingForConfirmation } from './waiting-for-confirmation.ts';

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
  const awaited = await waitingForConfirmation(pull, ports);
  if (awaited.kind === 'elsewhere') return answer({ kind: 'confirm-elsewhere', number: awaited.number });
  if (awaited.kind === 'nothing') return answer({ kind: 'nothing-to-confirm' });
  const plans = awaited.plans.filter((plan) => plan.digest === digest);
  if (plans.length === 0) return answer({ kind: 'plan-changed', waiting: awaited.plans });
  const author = authorAmong(plans, by);
  if (author !== null) return answer({ kind: 'not-second-person', author });
  // Published before anything is asked for: the next job reads the confirmation from the forge.
  await answer({ kind: 'confirmed', by, plans }, confirmationMarker({ digest, by }));
  await afterConfirmation(pull, ports, context);
}
