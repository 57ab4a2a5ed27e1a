import type { ClusterJob } from '../domain/job.ts';
import type { ReleasedSource, Rendering } from '../domain/rendering.ts';
import type { Queue, Records } from '../ports.ts';

/**
 * A rendering from the records. Where it is not there forge is asked to make it again, and then for `then`, the job
 * that misses it: `asked`, nothing more to do now. `unrenderable`: forge tried in vain.
 */
export async function findRendering(
  source: Pick<ReleasedSource, 'commit' | 'path' | 'rendering'>,
  then: ClusterJob,
  ports: { readonly records: Pick<Records, 'rendering'>; readonly queue: Queue },
): Promise<Rendering | 'unrenderable' | 'asked'> {
  const found = await ports.records.rendering(source.rendering);
  if (found !== null) return found;
  const { commit, path, rendering } = source;
  const { repository, environment } = then;
  // oxlint-disable-next-line unicorn/no-thenable -- a job, no function: nobody can await it by accident
  await ports.queue.ask({ kind: 'render-environment', repository, environment, commit, path, rendering, then });
  return 'asked';
}
