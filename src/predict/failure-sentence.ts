import { Failure } from '../domain/failure.ts';
import type { JobContext } from '../ports/handler.ts';

// What nobody foresaw, and what takes its process down.
const unforeseen = 'Fairlead failed here; its operator finds the reason in the log';

/** What a job says to people when it is given up, in words that hold nothing of the error's own. */
export function finalFailureSentence(error: unknown, cluster: string): string {
  const isHeld = error instanceof Failure && (error.code === 'lock-lost' || error.code === 'ledger-changed');
  return isHeld ? 'another worker holds this environment' : (failureSentence(error, cluster) ?? unforeseen);
}

/** The same of a job that is tried again; null: nothing is said of it before it is given up. */
export function failureSentence(error: unknown, cluster: string): string | null {
  if (!(error instanceof Failure)) return unforeseen;
  switch (error.code) {
    case 'cluster-unreachable':
      return `cluster ${cluster} is out of reach`;
    case 'cluster-forbidden':
      return `cluster ${cluster} does not let Fairlead do this`;
    case 'cluster-protocol':
      return `cluster ${cluster} answered what Fairlead cannot read`;
    case 'deadline':
      return `cluster ${cluster} answers too slowly`;
    case 'lock-lost':
    case 'ledger-changed':
    case 'records-unreachable':
    case 'forge-unreachable':
    case 'forge-refused':
    case 'git-failed':
    case 'render-failed':
    case 'stopped':
      return null;
  }
}

/**
 * Why work failed: of work that was aborted the reason for that (a deadline, a process that stops), whatever it threw
 * then.
 */
export function failureOf(error: unknown, { signal }: Pick<JobContext, 'signal'>): unknown {
  return signal.aborted ? signal.reason : error;
}
