import type { PullRequest } from '../../domain/pull-request.ts';
import type { JobContext } from '../../ports/handler.ts';
import type { Queue } from '../../ports/queue.ts';
import { planAnew } from './plan-anew.ts';

/** Shows the confirmation, and releases what waited for it. */
export async function afterConfirmation(
  pull: PullRequest,
  ports: { readonly queue: Queue },
  { log }: JobContext,
): Promise<void> {
  const { repository, number } = pull;
  await ports.queue.ask({ kind: 'present-pull-request', repository, number });
  if (pull.state !== 'merged') return;
  log.info('release confirmed', { branch: pull.base.ref });
  await planAnew(pull, ports);
}
