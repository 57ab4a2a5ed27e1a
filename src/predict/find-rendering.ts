import type { ClusterJob } from '../domain/job.ts';
import type { ReleasedSource, Rendering } from '../domain/rendering.ts';
import type { Queue } from '../ports/queue.ts';
import type { Records } from '../ports/records.ts';

/**
 * A rendering from the records. Where it is not there forge is asked to make it again, and then for `afterwards`, the job
 * that misses it: `asked`, nothing more to do now. `unrenderable`: forge tried in vain.
 */
export async function findRendering(
  source: Pick<ReleasedSource, 'commit' | 'path' | 'rendering'>,
  afterwards: ClusterJob,
  ports: { readonly records: Pick<Records, 'rendering'>; readonly queue: Queue },
): Promise<Rendering | 'unrenderable' | 'asked'> {
  const found = await ports.records.rendering(source.rendering);
  if (found !== null) return found;
  const { commit, path, rendering } = source;
  const { repository, environment } = afterwards;
  await ports.queue.ask({ kind: 'render-environment', repository, environment, commit, path, rendering, afterwards });
  return 'asked';
}
