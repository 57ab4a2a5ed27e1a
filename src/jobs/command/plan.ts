import { aggregateName } from '../../domain/check-run.ts';
import { forkMarker } from '../../domain/marker.ts';
import type { PullRequest } from '../../domain/pull-request.ts';
import type { CommitId } from '../../domain/repository.ts';
import type { CheckRuns, Comment } from '../../ports/forge.ts';
import type { Queue } from '../../ports/queue.ts';
import { planAnew } from '../confirm/plan-anew.ts';
import { type Answer, type Asker, refused, untold } from './answer.ts';

interface PlanPorts {
  readonly forge: Pick<CheckRuns, 'checkRuns'>;
  readonly queue: Queue;
}

/** `/plan`. Of a fork it authorizes the head that had been shown when the comment was written. */
export async function answerPlan({ pull, comment }: Asker, ports: PlanPorts): Promise<Answer> {
  if (pull.state !== 'open') return refused({ kind: 'not-open', command: 'plan' });
  const carryOut = () => untold(planAnew(pull, ports));
  if (!pull.head.fork) return { done: true, reply: null, marker: null, stands: false, carryOut };
  const head = pull.head.commit;
  if (!(await wasPublishedBefore(pull, head, comment, ports))) return refused({ kind: 'other-head', head });
  return { done: true, reply: { kind: 'fork-planned', head }, marker: forkMarker(head), stands: false, carryOut };
}

/** A comment carries no head: it authorizes the one whose check run had been published before it was written. */
async function wasPublishedBefore(
  pull: PullRequest,
  head: CommitId,
  comment: Comment,
  ports: PlanPorts,
): Promise<boolean> {
  const runs = await ports.forge.checkRuns(pull.repository, head);
  const aggregate = runs.find((run) => run.name === aggregateName);
  const publishedAt = aggregate?.completedAt ?? null;
  return publishedAt !== null && Date.parse(publishedAt) <= Date.parse(comment.createdAt);
}
