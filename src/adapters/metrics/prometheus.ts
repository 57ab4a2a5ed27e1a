import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { Logger } from '../../ports/logger.ts';
import type { Metrics } from '../../ports/metrics.ts';
import type { QueueDepth } from '../../ports/queue-depth.ts';

export interface PrometheusMetrics extends Metrics {
  /** `route` is one of ours, never what somebody typed. */
  httpFinished(route: string, status: number, seconds: number): void;
  /** The Prometheus text format, version 0.0.4. */
  text(): Promise<string>;
}

export interface PrometheusOptions {
  readonly version: string;
  /** Throws where the queues cannot be asked: the numbers are then left out, never shown as 0. */
  readonly waitingJobs: () => Promise<readonly QueueDepth[]>;
  readonly log: Logger;
}

// A plan takes tenths of a second to a minute, a release seconds to minutes.
const seconds = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 180, 600];
const requestSeconds = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** What `/metrics` shows. Each has a registry of its own, so that several can live in one process. */
export function prometheusMetrics({ version, waitingJobs, log }: PrometheusOptions): PrometheusMetrics {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });

  new Gauge({ name: 'fairlead_build_info', help: 'Always 1.', labelNames: ['version'], registers }).set({ version }, 1);
  const http = new Histogram({
    name: 'fairlead_http_request_seconds',
    help: 'Requests to Fairlead, webhooks among them.',
    labelNames: ['route', 'status'],
    buckets: requestSeconds,
    registers,
  });
  const requests = new Histogram({
    name: 'fairlead_api_request_seconds',
    help: 'Requests of Fairlead to GitHub and to Kubernetes.',
    labelNames: ['api', 'outcome'],
    buckets: requestSeconds,
    registers,
  });
  const jobs = new Histogram({
    name: 'fairlead_job_seconds',
    help: 'Runs of jobs; retried ones failed and will be tried again.',
    labelNames: ['kind', 'outcome'],
    buckets: seconds,
    registers,
  });
  const plans = new Histogram({
    name: 'fairlead_plan_seconds',
    help: 'From the rendering at hand to the finished plan.',
    labelNames: ['cluster'],
    buckets: seconds,
    registers,
  });
  const planned = new Counter({
    name: 'fairlead_planned_objects_total',
    help: 'Objects that were looked at for plans.',
    labelNames: ['cluster'],
    registers,
  });
  const releases = new Histogram({
    name: 'fairlead_release_seconds',
    help: 'From the first write of a release to its verdict.',
    labelNames: ['cluster', 'verdict'],
    buckets: seconds,
    registers,
  });
  const queued = new Gauge({
    name: 'fairlead_queue_jobs',
    help: 'Jobs in a queue by state.',
    labelNames: ['queue', 'state'],
    registers,
  });
  const oldest = new Gauge({
    name: 'fairlead_queue_oldest_waiting_seconds',
    help: 'Since when the job that waits longest could have started: the sign of life of the workers.',
    labelNames: ['queue'],
    registers,
  });

  const askQueues = async (): Promise<void> => {
    queued.reset();
    oldest.reset();
    const found = await waitingJobs().catch((error: unknown) => {
      // The rest can be read all the same: that Redis is away is when it is looked at.
      log.warn('the queues cannot be counted', { error });
      return [];
    });
    for (const { queue, oldestWaitingSeconds, ...states } of found) {
      for (const [state, count] of Object.entries(states)) queued.set({ queue, state }, count);
      oldest.set({ queue }, oldestWaitingSeconds);
    }
  };

  return {
    httpFinished: (route, status, took) => http.observe({ route, status: String(status) }, took),
    requestFinished: (api, outcome, took) => requests.observe({ api, outcome }, took),
    jobFinished: (kind, outcome, took) => jobs.observe({ kind, outcome }, took),
    planned: (cluster, objects, took) => {
      plans.observe({ cluster }, took);
      planned.inc({ cluster }, objects);
    },
    released: (cluster, verdict, took) => releases.observe({ cluster, verdict }, took),
    text: async () => {
      await askQueues();
      return registry.metrics();
    },
  };
}
