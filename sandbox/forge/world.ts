import type { Faults } from './faults.ts';
import type { RateLimits } from './http/rate-limits.ts';
import type { LoggedRequest } from './http/request-log.ts';
import type { ForgeRecord } from './record.ts';
import type { Account, App } from './state/accounts.ts';
import type { State } from './state/state.ts';
import type { Violation } from './violations.ts';
import type { Webhooks } from './webhooks/webhooks.ts';

/** All that routes and actions work on. */
export interface World {
  /** `http://127.0.0.1:PORT`, without a slash at the end. */
  readonly url: string;
  /** The folder of the bare repositories. */
  readonly directory: string;
  readonly state: State;
  readonly now: () => Date;
  readonly tokenLifetimeMs: number;
  readonly webhooks: Webhooks;
  readonly rateLimits: RateLimits;
  readonly faults: Faults;
  readonly violations: Violation[];
  readonly requests: LoggedRequest[];
  readonly record: ForgeRecord;
  /** Runs one at a time for each repository: a ref is read, judged and moved as one step. */
  readonly exclusively: <T>(repositoryId: number, work: () => Promise<T>) => Promise<T>;
  /** What Git computed for commits never changes. */
  readonly remember: <T>(key: string, compute: () => Promise<T>) => Promise<T>;
  /** Work that goes on behind a request: `stop` and `idle` wait for it. */
  readonly background: (work: Promise<unknown>) => void;
}

/** Who does something: a person, or an app through its bot. */
export interface Actor {
  readonly account: Account;
  readonly app: App | null;
}

/** GitHub's times have no fraction of a second. */
export function timestamp(at: Date): string {
  return at.toISOString().replace(/\.\d+Z$/, 'Z');
}
