import type { JobOf } from '../domain/job.ts';
import type { PullRequest } from '../domain/pull-request.ts';
import type { CommitId } from '../domain/repository.ts';
import type { PullRequests, Repositories } from '../ports/forge.ts';
import type { Git } from '../ports/git.ts';
import type { JobContext } from '../ports/handler.ts';
import type { Records } from '../ports/records.ts';
import { askForPredictions } from './inspect/ask-for-predictions.ts';
import { type InspectProposalPorts, inspectProposal } from './inspect/inspect-proposal.ts';
import { planningMs } from './inspect/planning-ms.ts';
import { readSettings, type SettingsPorts, type SettingsReading } from './repository/read-settings.ts';

export type InspectPorts = InspectProposalPorts & {
  readonly forge: Pick<Repositories, 'facts'> & Pick<PullRequests, 'pullRequest'>;
  readonly git: SettingsPorts['git'] & Pick<Git, 'fetchCommit' | 'history'>;
  readonly records: Pick<Records, 'inspection' | 'saveInspection' | 'plan' | 'savePlan'>;
};

/**
 * Finds out which environments an open pull request changes: merges its head into the base branch's tip by git,
 * renders both, and asks for a prediction of each environment whose renderings differ. Writes nothing but the
 * check run that says that the head was seen.
 */
export async function inspectPullRequest(
  job: JobOf<'inspect-pull-request'>,
  ports: InspectPorts,
  context: JobContext,
): Promise<void> {
  const reading = await readSettings(job.repository, ports);
  if (reading.kind === 'gone') return;
  const pull = await ports.forge.pullRequest(job.repository, job.number);
  if (pull === null || pull.state === 'closed') return;
  const base = await baseOf(pull, reading, ports);
  const head = await ports.git.fetchCommit(job.repository, pull.head.commit);
  // A branch deleted, or a head pushed over, between two reads: the event that says so asks for the next inspection.
  if (base === null || head === null) return;

  const previous = await ports.records.inspection(job.repository, job.number);
  const proposal = { pull, queue: null, facts: reading.facts, base, head, previous };
  const inspection = await inspectProposal(reading, proposal, ports);
  if (inspection === null) return;
  await ports.records.saveInspection(inspection);
  const asked = pull.state === 'open' && (await askForPredictions(inspection, previous, ports));
  const present = { kind: 'present-pull-request', repository: job.repository, number: job.number } as const;
  await ports.queue.ask(present, { delayMs: asked ? planningMs : 0 });
  context.log.debug('pull request inspected', { head, base, outcome: inspection.outcome.kind });
}

/** Of a merged pull request it is what it was merged into: its inspection is made again only to show its release. */
async function baseOf(
  { repository, mergeCommit, base }: PullRequest,
  { facts, commit }: Exclude<SettingsReading, { readonly kind: 'gone' }>,
  ports: InspectPorts,
): Promise<CommitId | null> {
  // The settings were read at that tip a moment ago: each fetch is a round trip to GitHub.
  if (mergeCommit === null) return base.ref === facts.defaultBranch ? commit : ports.git.tip(repository, base.ref);
  if ((await ports.git.fetchCommit(repository, mergeCommit)) === null) return null;
  const [, parent] = await ports.git.history(repository, mergeCommit, 2);
  return parent ?? null;
}
