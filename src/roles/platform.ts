import type { Dependency } from '../adapters/http/readiness.ts';
import type { Route } from '../adapters/http/server.ts';
import type { RedisConnection } from '../adapters/redis/connection.ts';
import type { RedisQueue } from '../adapters/redis/queue.ts';
import type { Clock } from '../ports/clock.ts';
import type { Logger } from '../ports/logger.ts';
import type { MadeRenderings } from '../ports/made-renderings.ts';
import type { Metrics } from '../ports/metrics.ts';
import type { PlanLinks } from '../ports/plan-links.ts';
import type { Records } from '../ports/records.ts';
import type { Closers } from './closers.ts';

/** What every role stands on, whichever run in this process. */
export interface Platform {
  /** Of Fairlead: `0.1.0`. */
  readonly version: string;
  readonly connection: RedisConnection;
  readonly queue: RedisQueue;
  readonly records: Records;
  readonly made: MadeRenderings;
  readonly planLinks: PlanLinks;
  readonly clock: Clock;
  readonly log: Logger;
  readonly metrics: Metrics;
  /** Of this process: what a role opens, it registers here. */
  readonly closers: Closers;
}

/** A role with everything open that it needs, and nothing running yet. */
export interface OpenRole {
  /** What `/readyz` looks at. */
  readonly dependencies: readonly Dependency[];
  readonly routes: readonly Route[];
  /** The programs it starts, with their versions. */
  readonly programs: Readonly<Record<string, string>>;
  /** Takes work from now on. Where it throws, a part of it may be running: it is drained all the same. */
  start(): Promise<void>;
  /** Takes no new work; what runs may finish within `graceMs`. Never hangs. May be called without a start. */
  drain(graceMs: number): Promise<void>;
}
