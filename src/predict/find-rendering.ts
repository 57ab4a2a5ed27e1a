import type { EnvironmentJob } from '../domain/job.ts';
import type { Released } from '../domain/ledger.ts';
import type { Rendering } from '../domain/rendering.ts';
import { chartOptionsIn } from '../plan/settings/released-settings.ts';
import type { Queue } from '../ports/queue.ts';
import type { Records } from '../ports/records.ts';

/**
 * A rendering from the records. Where it is not there forge is asked to make it again, and then for `afterwards`, the job
 * that misses it: `asked`, nothing more to do now. `unrenderable`: forge tried in vain.
 */
export async function findRendering(
  source: Pick<Released, 'commit' | 'path' | 'rendering' | 'settings'>,
  afterwards: EnvironmentJob,
  ports: { readonly records: Pick<Records, 'rendering'>; readonly queue: Queue },
): Promise<Rendering | 'unrenderable' | 'asked'> {
  const found = await ports.records.rendering(source.rendering);
  if (found !== null) return found;
  const { commit, path, rendering } = source;
  const { repository, environment } = afterwards;
  const chart = chartOptionsIn(source.settings);
  await ports.queue.ask({
    kind: 'render-environment',
    repository,
    environment,
    commit,
    path,
    chart,
    rendering,
    afterwards,
  });
  return 'asked';
}
