import type { JobOf } from '../domain/job.ts';
import type { PullRequests } from '../ports/forge.ts';
import type { Queue } from '../ports/queue.ts';

export interface HeadPorts {
  readonly forge: Pick<PullRequests, 'openPullRequests'>;
  readonly queue: Queue;
}

/** Asks to inspect the open pull requests with this head again. The forge is asked which: of a fork's it tells none itself. */
export async function inspectHead({ repository, head }: JobOf<'inspect-head'>, ports: HeadPorts): Promise<void> {
  for (const pull of await ports.forge.openPullRequests(repository, null)) {
    if (pull.head.commit !== head) continue;
    await ports.queue.ask({ kind: 'inspect-pull-request', repository, number: pull.number });
  }
}
