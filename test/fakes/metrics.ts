import type { Metrics } from '../../src/ports/metrics.ts';

/** Counts nothing. */
export const forgottenMetrics: Metrics = {
  jobFinished: () => {},
  planned: () => {},
  released: () => {},
  requestFinished: () => {},
};
