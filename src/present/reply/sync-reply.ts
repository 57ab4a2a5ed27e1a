import type { SyncedEnvironment, SyncedFrom, WishOutcome } from '../../domain/command-reply.ts';
import type { CommitId } from '../../domain/repository.ts';
import { code, prose } from '../text/markdown.ts';
import { clippedLine } from '../text/visible-text.ts';

/** How many environments are named; of more the statuses tell. */
const namedLimit = 20;

/** Where each environment goes now, a line for each; how it gets there is told by the commit's statuses. */
export function presentSync(environments: readonly SyncedEnvironment[], pull: SyncedFrom): string {
  const shown = environments.slice(0, namedLimit).map((one) => line(one, pull));
  const rest = environments.length - shown.length;
  const lines = rest === 0 ? shown : [...shown, `and ${rest} more, each with its status on the commit`];
  const text = lines.length === 1 ? lines.join('') : lines.map((one) => `* ${one}`).join('\n');
  const isOfBase = environments.some(({ branch }) => branch === pull.base);
  // What is asked for is what Git says: who asks beside a plan may expect what that plan shows.
  return pull.merged || !isOfBase ? text : `${text}\n\nThis pull request is not merged, so nothing of it is in that.`;
}

function line({ environment, branch, outcome }: SyncedEnvironment, { base }: SyncedFrom): string {
  return `${syncedName(environment)}${branch === base ? '' : `follows ${code(branch)}; `}${words(outcome)}`;
}

/** How a line about an environment begins: by it the line is found again, when its release has ended. */
export function syncedName(environment: string): string {
  return `**${prose(environment)}**: `;
}

// A bare commit id is a link on GitHub, to where its statuses are.
function words(outcome: WishOutcome): string {
  switch (outcome.kind) {
    case 'converging':
      return `converging to ${outcome.commit.slice(0, 7)}`;
    case 'waiting':
      return `waits at ${outcome.commit.slice(0, 7)}: ${reason(outcome.reason)}`;
    case 'refused':
      return withheldSync(outcome.commit, outcome.reason);
    case 'no-branch':
      return 'there is no such branch, so there is nothing to release';
  }
}

/** Neither what was asked for nor anything else goes further. */
export function withheldSync(commit: CommitId, why: string): string {
  return `nothing is released at ${commit.slice(0, 7)}: ${reason(why)}`;
}

function reason(text: string): string {
  return prose(clippedLine(text, 300));
}
