import { describe, expect, it } from 'vitest';
import { prometheusMetrics } from '../../../src/adapters/metrics/prometheus.ts';
import type { Logger } from '../../../src/ports/logger.ts';
import { silentLogger } from '../../fakes/logger.ts';

const depth = { queue: 'forge', waiting: 2, active: 1, delayed: 3, failed: 0, oldestWaitingSeconds: 4.5 };

describe('the metrics', () => {
  const warnings: string[] = [];
  const log: Logger = { ...silentLogger, warn: (message) => void warnings.push(message) };

  it('count requests, jobs, predictions and releases', async () => {
    const metrics = prometheusMetrics({ version: '0.1.0', waitingJobs: () => Promise.resolve([depth]), log });
    metrics.httpFinished('/healthz', 200, 0.001);
    metrics.requestFinished('github', '200', 0.2);
    metrics.jobFinished('inspect-pull-request', 'done', 1.2);
    metrics.planned('staging', 1_000, 1.5);
    metrics.released('staging', 'converged', 8);
    const text = await metrics.text();
    for (const line of [
      'fairlead_build_info{version="0.1.0"} 1',
      'fairlead_http_request_seconds_count{route="/healthz",status="200"} 1',
      'fairlead_api_request_seconds_count{api="github",outcome="200"} 1',
      'fairlead_job_seconds_count{kind="inspect-pull-request",outcome="done"} 1',
      'fairlead_plan_seconds_sum{cluster="staging"} 1.5',
      'fairlead_planned_objects_total{cluster="staging"} 1000',
      'fairlead_release_seconds_count{cluster="staging",verdict="converged"} 1',
      'fairlead_queue_jobs{queue="forge",state="waiting"} 2',
      'fairlead_queue_jobs{queue="forge",state="delayed"} 3',
      'fairlead_queue_oldest_waiting_seconds{queue="forge"} 4.5',
    ]) {
      expect(text).toContain(`${line}\n`);
    }
  });

  it('leave the queues out while nobody can be asked, say so in the log, and show the rest', async () => {
    let away = false;
    const metrics = prometheusMetrics({
      version: '0.1.0',
      log,
      waitingJobs: () => (away ? Promise.reject(new Error('away')) : Promise.resolve([depth])),
    });
    expect(await metrics.text()).toContain('fairlead_queue_jobs{');
    away = true;
    const text = await metrics.text();
    expect(text).not.toContain('fairlead_queue_jobs{');
    expect(text).toContain('fairlead_build_info{');
    expect(warnings).toEqual(['the queues cannot be counted']);
  });

  it('are each their own, so that several may live in one process', async () => {
    const one = prometheusMetrics({ version: '1', waitingJobs: () => Promise.resolve([]), log });
    const other = prometheusMetrics({ version: '2', waitingJobs: () => Promise.resolve([]), log });
    one.jobFinished('sweep', 'failed', 1);
    expect(await other.text()).not.toContain('kind="sweep"');
  });
});
