import { cpus } from 'node:os';
import { setTimeout } from 'node:timers/promises';

/** Waits until controllers have digested what was released before, so that nobody is measured with somebody else's work. */
export async function untilQuiet(): Promise<void> {
  const deadline = performance.now() + 5_000;
  while ((await busyShare(300)) > 0.15 && performance.now() < deadline);
}

/** Of all cores, over so many milliseconds. */
async function busyShare(ms: number): Promise<number> {
  const before = cpuTimes();
  await setTimeout(ms);
  const after = cpuTimes();
  return 1 - (after.idle - before.idle) / (after.all - before.all);
}

function cpuTimes(): { readonly idle: number; readonly all: number } {
  const times = cpus().map((core) => core.times);
  const idle = times.reduce((sum, core) => sum + core.idle, 0);
  const all = times.reduce((sum, core) => sum + core.idle + core.user + core.nice + core.sys + core.irq, 0);
  return { idle, all };
}
