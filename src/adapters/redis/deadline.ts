import type { JobKind } from '../../domain/job.ts';

const minute = 60_000;

/**
 * How long one run of a job may take. Generous: a deadline is there for what hangs, since a hanging handler renews its
 * lock for ever. The first inspection, rendering or sweep of a repository clones it.
 */
export const deadlineMs: Readonly<Record<JobKind, number>> = {
  'inspect-pull-request': 10 * minute,
  'inspect-merge-group': 10 * minute,
  'present-merge-group': 2 * minute,
  'inspect-head': 2 * minute,
  'present-pull-request': 2 * minute,
  'fan-out-push': 10 * minute,
  'render-environment': 10 * minute,
  'run-command': 5 * minute,
  'press-confirm': 5 * minute,
  'report-release': 10 * minute,
  'sweep-installations': 2 * minute,
  sweep: 5 * minute,
  'sweep-repository': 10 * minute,
  'predict-environment': 10 * minute,
  'converge-environment': 20 * minute,
  'observe-environment': 20 * minute,
  'tell-cluster-facts': 2 * minute,
};
