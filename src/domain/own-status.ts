import { confirmCommand } from './command.ts';
import type { CommitStatus } from './commit-status.ts';

/**
 * What Fairlead's own statuses say, each by the words that it begins with. GitHub keeps nothing of a status but a state,
 * a description and an address, so these words are what is written and what is read again, and decisions hang on them:
 * who asked for a release, how far a second person looks back, what is said already. What stands on commits stays there.
 * So a row is added, or what follows the words is worded anew; no row is changed, and none leaves.
 */
const lines = {
  waiting: { state: 'pending', lead: 'waiting' },
  applying: { state: 'pending', lead: 'applying' },
  observing: { state: 'pending', lead: 'observing' },
  converged: { state: 'success', lead: 'converged' },
  /** The settings took it away from where it was, and objects of it stay there. */
  orphaned: { state: 'success', lead: 'orphaned' },
  /** The same, and nothing stays. */
  removed: { state: 'success', lead: 'removed' },
  blocked: { state: 'failure', lead: 'blocked, nothing was applied' },
  diverged: { state: 'failure', lead: 'diverged' },
  denied: { state: 'failure', lead: 'not allowed' },
  unrendered: { state: 'failure', lead: 'cannot be rendered' },
  /** The push could not even be looked at: nobody was promised a release by it. */
  'not-begun': { state: 'error', lead: 'Fairlead failed before the release began' },
} as const satisfies Readonly<Record<string, Pick<CommitStatus, 'state'> & { readonly lead: string }>>;

export type StatusCode = keyof typeof lines;

/** The context of an environment's status on a commit. */
export function statusContext(environment: string): string {
  return `fairlead/${environment}`;
}

export function stateOf(code: StatusCode): CommitStatus['state'] {
  return lines[code].state;
}

/** The words that a status of this code begins with; what follows is parted from them by `:` or `;`. */
export function leadOf(code: StatusCode): string {
  return lines[code].lead;
}

/** null: an error in words of its own, or a status that somebody else set. */
export function codeOf({ state, description }: Pick<CommitStatus, 'state' | 'description'>): StatusCode | null {
  return codes.find((code) => lines[code].state === state && beginsWith(description, lines[code].lead)) ?? null;
}

const codes: readonly StatusCode[] = Object.keys(lines).filter(isCode);

function isCode(key: string): key is StatusCode {
  return Object.hasOwn(lines, key);
}

// Where nothing is to be added, the lead stands alone.
function beginsWith(description: string, lead: string): boolean {
  return description.startsWith(lead) && ['', ':', ';', ' '].includes(description.charAt(lead.length));
}

/** That what was released before is not in its cluster any more: nothing is released by that commit. */
export function saysOrphaned(status: CommitStatus): boolean {
  const code = codeOf(status);
  return code === 'orphaned' || code === 'removed';
}

/** That nobody was promised a release by it. */
export function saysNotBegun(status: CommitStatus): boolean {
  return codeOf(status) === 'not-begun';
}

/** How a status of a release ends that waits for a second person: it is never cut. */
export function confirmEnding(digest: string): string {
  return ` (${confirmCommand(digest)})`;
}

/** Whether a status asks for a second person to confirm this very plan. */
export function asksToConfirm(status: CommitStatus, digest: string): boolean {
  return codeOf(status) === 'waiting' && status.description.endsWith(confirmEnding(digest));
}
