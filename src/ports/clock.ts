export interface Clock {
  /** Milliseconds since the epoch, for what people read and what is stored (`isoTime`). */
  now(): number;
  /** Milliseconds of a clock that never goes back, for durations and leases. */
  monotonic(): number;
  /** Resolves after `ms`, or rejects with the signal's reason. */
  sleep(ms: number, signal: AbortSignal): Promise<void>;
}
