import type { Sandbox } from '../../sandbox/sandbox.ts';
import { eventually } from '../eventually.ts';

/**
 * Resolves when every webhook has been delivered and nothing is left to do: no job waits or runs, and none has run
 * between two looks. For what must not happen: once it is quiet, it does not happen any more.
 */
export async function quiet({ forge, processes }: Pick<Sandbox, 'forge' | 'processes'>): Promise<void> {
  let runs = -1;
  await eventually(async () => {
    await forge.idle();
    const metrics = await Promise.all(processes.map(({ url }) => metricsOf(url)));
    const before = runs;
    runs = sum(metrics, /^fairlead_job_seconds_count\{.*\} (\d+)$/);
    const waiting = sum(metrics, /^fairlead_queue_jobs\{.*state="(?:waiting|active)"\} (\d+)$/);
    return waiting === 0 && runs === before;
  });
}

async function metricsOf(url: string): Promise<string> {
  const text = await (await fetch(`${url}/metrics`)).text();
  // They are left out where Redis did not answer in time: that is not quiet, but not known.
  if (!text.includes('fairlead_queue_jobs{')) throw new Error('the queues could not be asked');
  return text;
}

function sum(metrics: readonly string[], line: RegExp): number {
  const lines = metrics.flatMap((text) => text.split('\n'));
  return lines.reduce((total, one) => total + Number(line.exec(one)?.[1] ?? 0), 0);
}
