import type { Job } from '../../domain/job.ts';
import type { Queue } from '../../ports/queue.ts';

/**
 * Asks for all of these at low priority, one beginning after another within `withinMs`: what people wait for does not find
 * every worker busy with them. Few of them are a second apart, so that nothing waits for long.
 */
export async function askSpread(jobs: readonly Job[], queue: Queue, withinMs: number): Promise<void> {
  const apartMs = Math.min(longestApartMs, withinMs / jobs.length);
  for (const [index, job] of jobs.entries()) {
    await queue.ask(job, { priority: 'low', delayMs: Math.round(index * apartMs) });
  }
}

const longestApartMs = 1_000;
