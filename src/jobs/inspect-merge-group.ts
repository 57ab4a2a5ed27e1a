import type { JobOf } from '../domain/job.ts';
import { readQueueBranch } from '../domain/merge-group.ts';
import type { PullRequests, Repositories } from '../ports/forge.ts';
import type { Git } from '../ports/git.ts';
import type { JobContext } from '../ports/handler.ts';
import type { Records } from '../ports/records.ts';
import { askForPredictions } from './inspect/ask-for-predictions.ts';
import { headsPullRequest } from './inspect/heads-pull-request.ts';
import { type InspectProposalPorts, inspectProposal } from './inspect/inspect-proposal.ts';
import { planningMs } from './inspect/planning-ms.ts';
import { readSettings, type SettingsPorts } from './repository/read-settings.ts';

export type InspectGroupPorts = InspectProposalPorts & {
  readonly forge: Pick<Repositories, 'facts'> & Pick<PullRequests, 'openPullRequests'>;
  readonly git: SettingsPorts['git'] & Pick<Git, 'isAncestor'>;
  readonly records: Pick<Records, 'inspection' | 'saveInspection' | 'plan' | 'savePlan'>;
};

/**
 * Finds out which environments a merge group changes: the tip of its branch against the tip of the branch that it is merged
 * into. A group behind another one is looked at with that: both are merged before it is.
 */
export async function inspectMergeGroup(
  { repository, branch }: JobOf<'inspect-merge-group'>,
  ports: InspectGroupPorts,
  context: JobContext,
): Promise<void> {
  const group = readQueueBranch(branch);
  if (group === null) return;
  const reading = await readSettings(repository, ports);
  if (reading.kind === 'gone') return;
  const head = await ports.git.tip(repository, branch);
  const base = await ports.git.tip(repository, group.base);
  // Merged, or taken out of the queue; or the base moved, and GitHub makes the group anew.
  if (head === null || base === null || head === base) return;
  if (!(await ports.git.isAncestor(repository, base, head))) return;
  if (await headsPullRequest(repository, head, ports.forge)) {
    // Also asked for by "Re-run all checks" there, which names any one branch of a commit.
    await ports.queue.ask({ kind: 'inspect-head', repository, head });
    return;
  }
  const pull = {
    repository,
    number: group.number,
    state: 'open',
    head: { commit: head, fork: false },
    base: { ref: group.base },
  } as const;
  const previous = await ports.records.inspection(repository, branch);
  const inspection = await inspectProposal(
    reading,
    { pull, queue: branch, facts: reading.facts, base, head, previous },
    ports,
  );
  if (inspection === null) return;
  await ports.records.saveInspection(inspection);
  const asked = await askForPredictions(inspection, previous, ports);
  await ports.queue.ask({ kind: 'present-merge-group', repository, branch }, { delayMs: asked ? planningMs : 0 });
  context.log.debug('merge group inspected', { head, base, outcome: inspection.outcome.kind });
}
