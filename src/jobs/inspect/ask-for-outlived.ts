import { inspectedEnvironments } from '../../domain/inspection.ts';
import { isOutlived } from '../../domain/outlived-plan.ts';
import type { PullRequest } from '../../domain/pull-request.ts';
import type { Queue } from '../../ports/queue.ts';
import type { Records } from '../../ports/records.ts';

export interface OutlivedPorts {
  readonly records: Pick<Records, 'inspection' | 'plan' | 'savePlan'>;
  readonly queue: Queue;
}

/**
 * Asks for the plans of open pull requests again that were made before a release of their environment ended: each once,
 * after everything else. Until then nothing is concluded from them. `ends`: of the environments that are looked at, when
 * the last one ended (ISO 8601; null: none is known of).
 */
export async function askForOutlived(
  open: readonly PullRequest[],
  ends: ReadonlyMap<string, string | null>,
  ports: OutlivedPorts,
): Promise<void> {
  for (const { repository, number, head } of open) {
    const inspection = await ports.records.inspection(repository, number);
    // It is inspected anew, and planned from what is released by then.
    if (inspection === null || inspection.head !== head.commit) continue;
    for (const { environment, state } of inspectedEnvironments(inspection)) {
      const { name, cluster } = environment;
      const ended = ends.get(name);
      if (state.kind !== 'affected' || ended === undefined) continue;
      const plan = await ports.records.plan(repository, number, name);
      // One that is missed is being made, perhaps from what was released before.
      const isThere = plan?.head === inspection.head && plan.base === inspection.base;
      if (isThere && !isOutlived(plan, ended)) continue;
      if (isThere && plan.again === undefined)
        await ports.records.savePlan(repository, number, name, { ...plan, again: true });
      const job = { kind: 'predict-environment', repository, number, environment: name, cluster } as const;
      await ports.queue.ask(job, { priority: 'low' });
    }
  }
}
