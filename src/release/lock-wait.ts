/**
 * How long a job waits for the environment's lock, in milliseconds: longer than the Lease of a crashed holder lives
 * (15 s), and than an observer holds it for one wave of pruning.
 */
export const lockWaitMs = 30_000;
