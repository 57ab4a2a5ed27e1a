import { z } from 'zod';
import type { Job } from '../../domain/job.ts';
import { exactly } from './exactly.ts';

const repository = z.object({
  id: z.int(),
  owner: z.string(),
  name: z.string(),
  installation: z.int(),
});
const number = z.int().positive();
const ofPullRequest = { repository, number };
const ofEnvironment = { repository, environment: z.string(), cluster: z.string() };

const chart = z.object({
  cluster: z.string(),
  release: z.string(),
  namespace: z.string(),
  values: z.array(z.string()).readonly(),
});

const branch = z.string().min(1);

const environmentJob = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('predict-environment'), ...ofEnvironment, number: z.union([number, branch]) }),
  z.object({ kind: z.literal('converge-environment'), ...ofEnvironment }),
  z.object({ kind: z.literal('observe-environment'), ...ofEnvironment }),
]);

const renderingJob = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('inspect-pull-request'), ...ofPullRequest }),
  z.object({ kind: z.literal('inspect-merge-group'), repository, branch }),
  z.object({
    kind: z.literal('fan-out-push'),
    repository,
    branch: z.string(),
    asked: z.enum(['push', 'sweep']),
    before: z.string().nullable(),
  }),
  z.object({
    kind: z.literal('render-environment'),
    repository,
    environment: z.string(),
    commit: z.string(),
    path: z.string(),
    chart: chart.nullable().default(null),
    rendering: z.string(),
    afterwards: environmentJob,
  }),
]);

const job = exactly<Job>()(
  z.discriminatedUnion('kind', [
    ...environmentJob.options,
    ...renderingJob.options,
    z.object({ kind: z.literal('tell-cluster-facts'), cluster: z.string(), afterwards: renderingJob }),
    z.object({ kind: z.literal('present-merge-group'), repository, branch }),
    z.object({ kind: z.literal('inspect-head'), repository, head: z.string() }),
    z.object({ kind: z.literal('present-pull-request'), ...ofPullRequest }),
    z.object({ kind: z.literal('run-command'), ...ofPullRequest, comment: z.int(), written: z.string() }),
    z.object({ kind: z.literal('press-confirm'), ...ofPullRequest, digest: z.string(), by: z.string() }),
    z.object({
      kind: z.literal('report-release'),
      repository,
      environment: z.string(),
      others: z.array(z.string()).readonly().exactOptional(),
    }),
    z.object({ kind: z.literal('sweep-installations') }),
    z.object({ kind: z.literal('sweep'), installation: z.int() }),
    z.object({ kind: z.literal('sweep-repository'), repository }),
  ]),
);

/** A job as it comes back from Redis. Another version of Fairlead may have written it: null where it is none of ours. */
export function parseJob(value: unknown): Job | null {
  const parsed = job.safeParse(value);
  return parsed.success ? parsed.data : null;
}
