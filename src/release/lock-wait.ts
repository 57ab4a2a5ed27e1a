/**
 * How long a job waits for the environment's lock, in milliseconds: longer than the Lease of a crashed holder lives
 * (15 s). Who prunes may hold it for longer, a wave after another: then the job is tried again.
 */
export const lockWaitMs = 30_000;
