import type { JobOf } from '../domain/job.ts';
import type { RenderResult } from '../domain/rendering.ts';
import type { Git, JobContext, Queue, Records, Renderer } from '../ports.ts';

export interface RenderPorts {
  readonly git: Git;
  readonly renderer: Renderer;
  readonly records: Records;
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
  const result = await renderCommit(job, ports);
  if (result.kind === 'rendered' && result.rendering.id === job.rendering) {
    await ports.records.saveRendering(result.rendering);
  } else {
    context.log.info('released rendering cannot be made again', { commit: job.commit, found: result.kind });
    await ports.records.markUnrenderable(job.rendering);
  }
  await ports.queue.ask(job.then);
}

async function renderCommit(job: JobOf<'render-environment'>, ports: RenderPorts): Promise<RenderResult> {
  const { repository, path } = job;
  const commit = await ports.git.fetchCommit(repository, job.commit);
  if (commit === null) return { kind: 'absent' };
  return ports.renderer.render({ repository, tree: await ports.git.tree(repository, commit), path });
}
