/** Where and why an effect failed: a closed list. Expected outcomes are values; these are the rest. */
export type FailureCode =
  /** The API server did not answer, or answered 429 or 5xx beyond all retries. */
  | 'cluster-unreachable'
  /** The API server's answer makes no sense to us. */
  | 'cluster-protocol'
  /** The API server refuses Fairlead's own identity. */
  | 'cluster-forbidden'
  /** Somebody else holds, or took, the environment's Lease. */
  | 'lock-lost'
  /** The ledger was changed by another writer. */
  | 'ledger-changed'
  | 'forge-unreachable'
  /** GitHub refused what we sent: our mistake, or a missing permission. */
  | 'forge-refused'
  | 'git-failed'
  | 'render-failed'
  | 'records-unreachable'
  /** A job took longer than it may. */
  | 'deadline'
  /** The process stops before the job is done: nothing is wrong, and the next process does it. */
  | 'stopped';

/** An effect that failed. `message` is for logs; only what `present` words is posted for people. */
export class Failure extends Error {
  readonly code: FailureCode;
  /** The object, pull request or environment it was about. */
  readonly subject: string;
  /** Whether trying again can help. */
  readonly retryable: boolean;

  constructor(code: FailureCode, details: FailureDetails) {
    super(`${code}: ${details.subject}: ${details.message}`, { cause: details.cause });
    this.name = 'Failure';
    this.code = code;
    this.subject = details.subject;
    this.retryable = details.retryable;
  }
}

export interface FailureDetails {
  readonly subject: string;
  readonly message: string;
  readonly retryable: boolean;
  readonly cause: unknown;
}
