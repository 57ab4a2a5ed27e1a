import { confirmationMarker } from '../../domain/marker.ts';
import type { JobContext } from '../../ports/handler.ts';
import type { Queue } from '../../ports/queue.ts';
import { afterConfirmation } from '../confirm/after-confirmation.ts';
import { answerConsent } from '../confirm/answer-consent.ts';
import { planAnew } from '../confirm/plan-anew.ts';
import { type ConfirmationPorts, waitingForConfirmation } from '../confirm/waiting-for-confirmation.ts';
import { type Answer, type Asker, refused, untold } from './answer.ts';

/** `/confirm [DIGEST]`; null: all that waits. */
export async function answerConfirm(
  digest: string | null,
  asker: Asker,
  ports: ConfirmationPorts & { readonly queue: Queue },
  context: JobContext,
): Promise<Answer> {
  const { pull, comment } = asker;
  if (pull.state === 'closed') return refused({ kind: 'not-open', command: 'confirm' });
  const awaited = await waitingForConfirmation(pull, ports);
  const by = comment.author;
  const answered = answerConsent(awaited, { by, number: pull.number, digest, at: comment.createdAt });
  if (answered.kind === 'refused') {
    const { reply } = answered;
    return reply.kind === 'still-planning'
      ? { ...refused(reply), carryOut: () => untold(planAnew(pull, ports)) }
      : refused(reply);
  }
  const { plans } = answered;
  return {
    done: true,
    reply: { kind: 'confirmed', by, plans, planning: digest === null ? awaited.planning : null },
    marker: plans.map((plan) => confirmationMarker({ digest: plan.digest, by })).join(''),
    stands: false,
    carryOut: () => untold(afterConfirmation(pull, ports, context)),
  };
}
