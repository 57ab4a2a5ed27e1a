/** How much waits in a queue, as it is asked for when somebody reads the metrics. */
export interface QueueDepth {
  readonly queue: string;
  readonly waiting: number;
  readonly active: number;
  /** Waits for its time: asked for later, or in the pause after a failed try. */
  readonly delayed: number;
  readonly failed: number;
  /** Since when the job that waits longest could have started; 0 where none waits. The sign of life of the workers. */
  readonly oldestWaitingSeconds: number;
}
