import type { JobOf } from '../domain/job.ts';
import type { Git } from '../ports/git.ts';
import type { JobContext } from '../ports/handler.ts';
import type { Queue } from '../ports/queue.ts';
import type { Records } from '../ports/records.ts';
import type { Renderer } from '../ports/renderer.ts';
import { renderCommit } from './repository/render-commit.ts';

export interface RenderPorts {
  readonly git: Pick<Git, 'fetchCommit' | 'tree'>;
  readonly renderer: Renderer;
  readonly records: Pick<Records, 'saveRendering' | 'markUnrenderable'>;
  readonly queue: Queue;
}

/**
 * Makes a rendering of a commit again that a cluster worker missed in the records, and then asks for the job that
 * missed it. Where Git cannot say any more what it was (history rewritten, another renderer), the record says so.
 */
export async function renderEnvironment(
  job: JobOf<'render-environment'>,
  ports: RenderPorts,
  context: JobContext,
): Promise<void> {
  const known = (await ports.git.fetchCommit(job.repository, job.commit)) !== null;
  const result = known ? await renderCommit(job, ports) : ({ kind: 'absent' } as const);
  if (result.kind === 'refused' && result.awaits !== undefined) {
    return ports.queue.ask({ kind: 'tell-cluster-facts', cluster: result.awaits, afterwards: job });
  }
  if (result.kind === 'rendered' && result.rendering.id === job.rendering) {
    await ports.records.saveRendering(result.rendering);
  } else {
    context.log.info('released rendering cannot be made again', { commit: job.commit, found: result.kind });
    await ports.records.markUnrenderable(job.rendering);
  }
  await ports.queue.ask(job.afterwards);
}
