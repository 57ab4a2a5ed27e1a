import { sweepOf } from '../../domain/job.ts';
import type { PullRequest } from '../../domain/pull-request.ts';
import type { Queue } from '../../ports/queue.ts';

/**
 * Asks for what makes the plan of a pull request, or of its release, again; where that is under way nothing more comes
 * of it.
 */
export async function planAnew(pull: PullRequest, ports: { readonly queue: Queue }): Promise<void> {
  const { repository, number, base } = pull;
  await ports.queue.ask(
    pull.state === 'merged' ? sweepOf(repository, base.ref) : { kind: 'inspect-pull-request', repository, number },
  );
}
