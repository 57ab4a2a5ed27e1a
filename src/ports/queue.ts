import type { Job } from '../domain/job.ts';

/**
 * Asks for work. One job at a time for each key (`keyOf`); asking while it runs gives one more run, asking while it
 * waits gives none. Repositories take turns (`laneOf`): who asks for a thousand jobs waits for a thousand, and whoever comes
 * then for a few. Returns once Redis holds it; throws `records-unreachable` after 5 s.
 */
export interface Queue {
  ask(job: Job, options?: AskOptions): Promise<void>;
}

export interface AskOptions {
  /** Start not before this many milliseconds. Default 0. */
  readonly delayMs?: number;
  /** `low` lets everything else go first (plans made again because a base moved, the sweep). Default `normal`. */
  readonly priority?: 'normal' | 'low';
}
